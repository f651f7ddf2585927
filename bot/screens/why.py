"""Why songs were suggested: a picture of the way that led there, and a few plain words.

Reasons are not stored with a suggestion. They are computed again from the mood it was for, as it
is believed now, from the songs that were liked before it and still are, and with the dial from
familiar to fresh as it stands now.
"""

from collections.abc import Sequence

from bot.screens.canvas import can_write
from bot.screens.lines import MAX_VIA, artist_of, shown, title_of
from bot.screens.openings import named, opening_for_mood
from bot.screens.replies import Captioned
from bot.words.texts import Html, Texts
from graph.choosing.reasons import Reason
from graph.choosing.recommend import Request, ends, reason_for
from graph.snapshot.store import Snapshot
from graph.tracks import Track, TrackId

# `graph.drawing` loads Matplotlib and networkx, 30 MB, when somebody first asks.


def explain_song(  # noqa: PLR0913 - what is asked, and how it is said
    snapshot: Snapshot,
    request: Request,
    track_id: TrackId,
    texts: Texts,
    *,
    number: int,
    english: Texts,
) -> Captioned:
    """Return how the mood or a liked song led to a song, and what sounds like it.

    Raises:
        UnknownTrackError: The song has left the catalogue.
    """
    from graph.drawing.draw import Words, draw_way
    from graph.drawing.ways import way_to

    reason, track = reason_for(snapshot, request, track_id), snapshot.track(track_id)
    way = way_to(snapshot, track_id, reason)
    liked = [snapshot.track_at(row) for row in snapshot.rows(request.liked).tolist()]
    drawn = _drawable(texts, english)
    mood = drawn(f"emotion.{reason.emotion}")
    if reason.via:
        words = Words(drawn("why.heading_liked"))
    else:
        words = Words(drawn("why.heading_zone", mood=mood), drawn("why.start", mood=mood))
    picture = draw_way(snapshot, track, way, words, liked=liked)
    steps = len(way.nodes) - 1 if way.joined else None
    lines = [_head(number, track, texts), _sentences(reason, steps, texts), texts("why.picture")]
    return Captioned(picture, Html("\n\n".join(lines)))


def explain_bridge(
    snapshot: Snapshot,
    request: Request,
    track_ids: Sequence[TrackId],
    texts: Texts,
    *,
    english: Texts,
) -> Captioned:
    """Return the way from a mood to a brighter or calmer place, with the songs as its steps.

    Songs that have left the catalogue keep their number and are left out.

    Raises:
        UnknownTrackError: All of them have.
    """
    from graph.drawing.draw import draw_bridge

    known = {snapshot.track_at(row).id for row in snapshot.rows(track_ids).tolist()}
    if not known:
        snapshot.row(track_ids[0])  # raises
    steps = {
        number: snapshot.track(track_id)
        for number, track_id in enumerate(track_ids, start=1)
        if track_id in known
    }
    drawn = _drawable(texts, english)
    heading = drawn(f"why.{request.aim}", moods=named(request.scores, drawn))
    picture = draw_bridge(snapshot, steps, ends(request), heading)
    lines = [
        _step_line(number, track, reason_for(snapshot, request, track.id), texts)
        for number, track in steps.items()
    ]
    opening = opening_for_mood(request.scores, request.aim, texts)
    left = [texts("why.left")] if len(steps) < len(track_ids) else []
    return Captioned(
        picture, Html("\n\n".join([opening, "\n".join(lines), texts("why.map"), *left]))
    )


def _drawable(texts: Texts, english: Texts) -> Texts:
    """Return the sentences for a picture: English where no font has the letters.

    Matplotlib joins neither Arabic nor Devanagari letters.
    """
    joined = texts.language in {"ar", "hi"}
    return english if joined or not can_write(texts("why.heading_liked")) else texts


def _sentences(reason: Reason, steps: int | None, texts: Texts) -> Html:
    """Return the reason in one or two sentences; `steps` is None where no way can be shown."""
    traits, away = _traits(reason, texts), texts.count("step", steps or 0)
    if reason.via:
        key = "why.liked" if steps else "why.liked_far"
        first = texts(key, title=shown(reason.via.title, MAX_VIA), steps=away)
        second = texts("why.shared", traits=traits)
    else:
        key = "why.zone_way" if steps else "why.zone"
        first = texts(key, mood=texts(f"emotion.{reason.emotion}"), steps=away)
        second = texts("why.marks", traits=traits)
    return Html(f"{first} {second}" if traits else first)


def _traits(reason: Reason, texts: Texts) -> Html:
    return Html(texts.series([texts(f"trait.{trait}") for trait in reason.traits]))


def _head(number: int, track: Track, texts: Texts) -> Html:
    title, artist = title_of(track, texts), artist_of(track, texts)
    return texts("songs.head", n=number, title=title, artist=artist)


def _step_line(number: int, track: Track, reason: Reason, texts: Texts) -> Html:
    mood, traits = texts(f"emotion.{reason.emotion}"), _traits(reason, texts)
    key = "why.step_traits" if traits else "why.step"
    return texts(key, n=number, title=title_of(track, texts), mood=mood, traits=traits)
