"""A wish and what is known of a person -> songs of the graph, each with its reason; pure."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from bot.errors import BotError
from bot.storage.answers import Taste, Wish
from bot.storage.readings import ReadingSource
from graph.choosing.belief import Belief
from graph.choosing.by_artist import songs_by
from graph.choosing.reasons import Because, Reason
from graph.choosing.recommend import Aim, Request, suggest
from graph.snapshot.artists import ArtistIndex
from graph.snapshot.store import Snapshot
from graph.tracks import Track, TrackId

# What stands for an artist where they have too few songs: songs near so many of theirs.
SEED_SONGS = 20

Pick = tuple[Track, Reason | None]


class NoSongsError(BotError):
    """Everything that would suit is disliked, or not what the person chose in /settings.

    Attributes:
        filtered: Whether something is chosen there.
    """

    def __init__(self, aim: str, *, filtered: bool) -> None:
        super().__init__(f"no songs left for {aim}")
        self.filtered = filtered


@dataclass(frozen=True, slots=True)
class Chosen:
    """Songs for a wish.

    Attributes:
        picks: In the order in which to hear them; without a reason where the wish is reason enough.
        narrow: Whether what the person chose in /settings leaves too few songs that suit.
    """

    picks: tuple[Pick, ...]
    narrow: bool = False


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
        request: What the graph is asked for it, from `request_of`.
        artists: The artists of the snapshot; None where nobody is asked for by name.
        rng: For the variation.

    Raises:
        NoSongsError: Nothing is left that would fit.
    """
    if wish.asked.artist is not None and artists is not None:
        picks = _by_artist(snapshot, wish.asked.artist, request, artists, rng)
        narrow = False
    else:
        suggestion = suggest(snapshot, request, rng=rng)
        picks = [(pick.track, pick.reason) for pick in suggestion.picks]
        narrow = bool(request.filters) and suggestion.nearest
    if not picks:
        raise NoSongsError(wish.aim, filtered=bool(request.filters))
    if wish.source is ReadingSource.WISH:  # no mood was said that could be a reason
        picks = [(track, None if _is_mood(reason) else reason) for track, reason in picks]
    return Chosen(tuple(picks), narrow)


def _is_mood(reason: Reason | None) -> bool:
    return reason is not None and reason.kind in {Because.ZONE, Because.NEW}


def _by_artist(
    snapshot: Snapshot,
    name: str,
    request: Request,
    artists: ArtistIndex,
    rng: np.random.Generator,
) -> list[Pick]:
    """Return songs by an artist, and songs near theirs where those are too few."""
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
    """Return what the graph is asked: the wish, and what is known about the person.

    Args:
        wish: What they want.
        taste: What they said and heard.
        prior: What everybody's reactions say; None while nobody knows.
        on: The day, for songs of a season.
    """
    # An uncertain answer names two moods and promises songs for both: nothing of a third.
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
    )


def _rated(taste: Taste, *, liked: bool) -> tuple[TrackId, ...]:
    return tuple(track_id for track_id, rating in taste.ratings.items() if rating is liked)
