"""A wish and a person's taste -> songs of the graph, each with its reason; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from bot.errors import BotError
from bot.storage.answers import Taste, Wish
from bot.storage.readings import ReadingSource
from graph.choosing.belief import Belief
from graph.choosing.by_artist import songs_by
from graph.choosing.feedback import blocked
from graph.choosing.reasons import Because, Reason
from graph.choosing.recommend import Aim, Blend, Request, reason_for, suggest
from graph.snapshot.artists import ArtistIndex
from graph.snapshot.store import Snapshot
from graph.tracks import Track, TrackId

# Songs of an artist whose neighbours are added where the artist has too few songs.
SEED_SONGS = 20

Pick = tuple[Track, Reason | None]


class NoSongsError(BotError):
    """All songs that suit are disliked, or excluded by the person's filters.

    Attributes:
        filtered: Whether the person has any filters.
    """

    def __init__(self, aim: str, *, filtered: bool) -> None:
        super().__init__(f"no songs left for {aim}")
        self.filtered = filtered


@dataclass(frozen=True, slots=True)
class Chosen:
    """Songs for a wish.

    Attributes:
        picks: In playing order; without a reason where songs were asked for by name.
        narrow: Whether the person's filters leave too few songs that suit.
        blend: How they were put together for several moods of several people; else None.
    """

    picks: tuple[Pick, ...]
    narrow: bool = False
    blend: Blend | None = None


def choose(
    snapshot: Snapshot,
    wish: Wish,
    request: Request,
    artists: ArtistIndex | None,
    rng: np.random.Generator,
) -> Chosen:
    """Return songs for a wish.

    Args:
        snapshot: The graph.
        wish: What somebody wants.
        request: The request to the graph, from `request_of`.
        artists: The artists of the snapshot; None where the wish names none.
        rng: For exploration noise.

    Raises:
        NoSongsError: No song is left that suits.
    """
    blend = None
    if wish.asked.artist is not None and artists is not None:
        picks = _by_artist(snapshot, wish.asked.artist, request, artists, rng)
        narrow = False
    else:
        suggestion = suggest(snapshot, request, rng=rng)
        picks = [(pick.track, pick.reason) for pick in suggestion.picks]
        narrow = bool(request.filters) and suggestion.nearest
        blend = suggestion.blend
    if not picks:
        raise NoSongsError(wish.aim, filtered=bool(request.filters))
    return Chosen(_told(wish, picks), narrow, blend)


def chosen_again(
    snapshot: Snapshot, wish: Wish, request: Request, tracks: Sequence[Track]
) -> Chosen | None:
    """Return songs that were chosen before, with the reasons they have now.

    None where one of them left the catalogue, or is by an artist who is never to come, and for
    several people, to whom it is said how their moods were met: songs are to be chosen anew.
    """
    if request.several:
        return None
    known = snapshot.rows([track.id for track in tracks])
    if len(known) < len(tracks) or blocked(snapshot, known, request.blocked_artists).any():
        return None
    if wish.asked.artist is not None:
        return Chosen(tuple((track, None) for track in tracks))
    reasons = [reason_for(snapshot, request, track.id) for track in tracks]
    return Chosen(_told(wish, list(zip(tracks, reasons, strict=True))))


def _told(wish: Wish, picks: Sequence[Pick]) -> tuple[Pick, ...]:
    """Return songs without the reason that they suit a mood where no mood was said."""
    if wish.source is not ReadingSource.WISH:
        return tuple(picks)
    return tuple((track, None if _is_mood(reason) else reason) for track, reason in picks)


def _is_mood(reason: Reason | None) -> bool:
    return reason is not None and reason.kind in {Because.ZONE, Because.NEW}


def _by_artist(
    snapshot: Snapshot,
    name: str,
    request: Request,
    artists: ArtistIndex,
    rng: np.random.Generator,
) -> list[Pick]:
    """Return songs by an artist, and neighbours of these where they are too few."""
    artist = artists.find(name)
    if artist is None:  # they left the catalogue since
        return []
    own = songs_by(snapshot, request, artist.code, rng=rng)
    missing = request.n - len(own)
    if not missing:
        return [(track, None) for track in own]
    rows = np.flatnonzero(snapshot.artists == artist.code)[:SEED_SONGS]
    theirs = tuple(snapshot.track_at(row).id for row in rows.tolist())
    near = replace(request, aim=Aim.MATCH, n=missing, liked=theirs, excluded=theirs)
    others = suggest(snapshot, near, rng=rng).picks
    return [(track, None) for track in (*own, *(pick.track for pick in others))]


def request_of(wish: Wish, taste: Taste, prior: Belief | None, on: date) -> Request:
    """Return the request to the graph for a wish of a person.

    Args:
        wish: What they want.
        taste: Their reactions, filters, and the songs they heard.
        prior: The belief about a new person's taste, from everybody's reactions; None without one.
        on: The day, for seasonal songs.
    """
    # An uncertain answer names two moods and promises songs for both, so others get no weight.
    return Request(
        scores=wish.scores.to_choose_by(certain=wish.certain),
        aim=Aim(wish.aim),
        liked=_rated(taste, liked=True),
        disliked=_rated(taste, liked=False),
        heard=tuple(reversed(taste.heard)),  # the latest last
        blocked_artists=taste.blocked,
        filters=replace(
            wish.asked.narrowed(taste.preferences.filters),
            kinds=taste.preferences.kinds,
            heavy=taste.preferences.heavy,
        ),
        on=on,
        freshness=taste.preferences.freshness,
        evidence=tuple(taste.evidence),
        languages=() if wish.language is None else (wish.language,),
        prior=prior,
        several=wish.source is ReadingSource.GROUP,
    )


def _rated(taste: Taste, *, liked: bool) -> tuple[TrackId, ...]:
    return tuple(track_id for track_id, rating in taste.ratings.items() if rating is liked)
