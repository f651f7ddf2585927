"""Moods and liked songs, as /history lists them."""

from collections.abc import Sequence

from bot.screens.openings import named
from bot.screens.replies import artist_of, title_of
from bot.storage.history import StoredReading, StoredTrack
from bot.words.texts import Html, Texts

PAGE = 10  # entries of the history in a message


def compose_history(
    readings: Sequence[StoredReading], liked: Sequence[StoredTrack], texts: Texts
) -> Html:
    """Return a page of moods and, where there are any, liked songs."""
    moods = [texts("history.moods"), *(_entry(reading, texts) for reading in readings)]
    songs = [_liked_line(track, texts) for track in liked]
    parts = ["\n".join(moods), "\n".join([texts("history.liked"), *songs]) if songs else ""]
    return Html("\n\n".join([*filter(None, parts), texts("history.zone")]))


def _entry(reading: StoredReading, texts: Texts) -> Html:
    read = named(reading.scores, texts)
    mood = read
    if reading.corrected and reading.corrected is not reading.scores.ranked()[0]:
        corrected = texts(f"emotion.{reading.corrected}")
        mood = texts("history.corrected", mood=corrected, read=read)
    return texts(
        "history.entry",
        date=reading.at.strftime(texts("history.date")),
        mood=mood,
        source=texts(f"source.{reading.source}"),
    )


def _liked_line(track: StoredTrack, texts: Texts) -> Html:
    return texts("history.song", title=title_of(track, texts), artist=artist_of(track, texts))
