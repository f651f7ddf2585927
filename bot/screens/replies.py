"""Readings, songs and history in words: what is sent, as Telegram's HTML, with its buttons."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from telegram import InlineKeyboardMarkup

from bot.screens.keyboards import Never, mood_keyboard, suggestion_keyboard
from bot.screens.openings import named
from bot.screens.songs import Songs
from bot.storage.history import StoredReading, StoredSuggestion, StoredTrack
from bot.words.texts import Html, Texts
from graph.choosing.reasons import Reason
from graph.choosing.recommend import Aim
from graph.links import Links
from graph.tracks import Track, TrackId
from inference.emotions import Emotion
from inference.errors import InferenceError

# Telegram counts 4,096 characters in all; five songs of these lengths stay well below.
MAX_TITLE, MAX_ARTIST, MAX_VIA = 80, 60, 40
MAX_BUTTON = 26  # with the words around it, what a phone shows of a label
PAGE = 10  # entries of the history in a message
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"  # Unicode Annex 9, section 2.4
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
RIGHT_TO_LEFT = frozenset({"R", "AL"})


@dataclass(frozen=True, slots=True)
class Reply:
    """A message as it is sent."""

    text: Html
    keyboard: InlineKeyboardMarkup | None = None


@dataclass(frozen=True, slots=True)
class Captioned:
    """A picture and what stands under it.

    Attributes:
        picture: A PNG file; it is never written to disk.
        caption: Telegram's HTML.
    """

    picture: bytes = field(repr=False)
    caption: str


def compose_songs(songs: Songs, opening: Html, texts: Texts) -> Reply:
    """Return an opening, the songs below it, and their buttons."""
    lines = [
        _song_lines(position, track, reason, songs.links(position), texts)
        for position, (track, reason) in enumerate(songs.picks)
    ]
    hints = [texts("songs.narrow")] if songs.narrow else []
    text = Html("\n\n".join([opening, *lines, *hints]))
    return Reply(text, keyboard_for(songs.stored, songs.ratings, texts))


def keyboard_for(
    stored: StoredSuggestion,
    ratings: Mapping[TrackId, bool],
    texts: Texts,
    *,
    never: Never | None = None,
) -> InlineKeyboardMarkup:
    """Return the buttons under a suggestion, with what the person thinks of its songs."""
    return suggestion_keyboard(
        stored.suggestion_id,
        [ratings.get(track.track_id) for track in stored.tracks],
        aim=Aim(stored.aim),
        texts=texts,
        asked=_asked_about(stored.reading),
        never=never,
        helped=stored.helped,
    )


def offer_never(track: StoredTrack, position: int, *, blocked: bool) -> Never | None:
    """Return the offer to keep the artist of a song away; None where nobody is named."""
    artist = shown(track.first_artist, MAX_BUTTON)
    return Never(position, artist, blocked) if artist else None


def compose_refusal(error: InferenceError, texts: Texts) -> Reply:
    """Return what to do about media without a reading, with the seven moods as the way on."""
    return Reply(texts.about(error), mood_keyboard(texts))


def compose_history(
    readings: Sequence[StoredReading], liked: Sequence[StoredTrack], texts: Texts
) -> Html:
    """Return a page of moods and, where there are any, liked songs."""
    moods = [texts("history.moods"), *(_entry(reading, texts) for reading in readings)]
    songs = [_liked_line(track, texts) for track in liked]
    parts = ["\n".join(moods), "\n".join([texts("history.liked"), *songs]) if songs else ""]
    return Html("\n\n".join([*filter(None, parts), texts("history.zone")]))


def shown(text: str, limit: int) -> str:
    """Return words from a catalogue as one short line that leaves its surroundings alone.

    Newlines become spaces, and marks that turn the direction of text are dropped: those of a
    title that begins right to left are set around it instead.
    """
    kept = (
        " " if unicodedata.category(character) == "Cc" else character
        for character in text
        if character not in BIDI_CONTROLS and unicodedata.category(character) != "Cs"
    )
    line = " ".join("".join(kept).split())
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    if any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in line):
        return f"{FIRST_STRONG_ISOLATE}{line}{POP_ISOLATE}"
    return line


def _asked_about(reading: StoredReading) -> Sequence[Emotion]:
    """Return the two moods that an uncertain reading asks the person about."""
    return () if reading.certain or reading.corrected else reading.scores.ranked()[:2]


def _song_lines(
    position: int, track: Track, reason: Reason | None, links: Links, texts: Texts
) -> Html:
    number = position + 1
    year = f" ({track.year})" if track.year else ""
    head = texts("songs.head", n=number, title=_title(track, texts), artist=_artist(track, texts))
    why = [texts("songs.reason", reason=_reason(reason, texts))] if reason else []
    return Html("\n".join([head + year, *why, _links(links, texts)]))


def _title(track: Track | StoredTrack, texts: Texts) -> str:
    return shown(track.title, MAX_TITLE) or texts("songs.untitled")


def _artist(track: Track | StoredTrack, texts: Texts) -> str:
    # Catalogues part the artists of a song with semicolons; people part them with commas.
    return shown(track.artist.replace(";", ","), MAX_ARTIST) or texts("songs.unknown_artist")


def _links(links: Links, texts: Texts) -> Html:
    return texts("songs.links", spotify=links.spotify, youtube=links.youtube)


def _reason(reason: Reason, texts: Texts) -> Html:
    """Return why a song was chosen, in one line of plain words."""
    traits = ", ".join(texts(f"trait.{trait}") for trait in reason.traits)
    return texts(
        f"reason.{reason.kind}" + ("_traits" if traits else ""),
        mood=texts(f"emotion.{reason.emotion}"),
        title=shown(reason.via.title, MAX_VIA) if reason.via else "",
        traits=Html(traits),
    )


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
    return texts("history.song", title=_title(track, texts), artist=_artist(track, texts))
