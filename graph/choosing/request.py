"""What is asked of the graph, and what it answers."""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from graph.choosing.belief import Belief
from graph.choosing.filters import EVERYTHING, Filters
from graph.choosing.reasons import Reason, in_words
from graph.choosing.taste import Reaction
from graph.links import links
from graph.tracks import Track, TrackId
from inference.emotions import EmotionScores

# The share of songs that explore after the first reactions.
EXPLORING = 0.3


class Aim(StrEnum):
    """What songs are to do with a feeling."""

    MATCH = "match"
    LIFT = "lift"
    CALM = "calm"


class Blend(StrEnum):
    """How songs for several people were put together."""

    SHARED = "shared"  # every song suits every mood
    TURNS = "turns"  # each mood in turn


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Attributes:
        scores: The feeling.
        aim: Songs that match it, or that lead from it to a bright or to a calm place.
        liked: Tracks with a 👍.
        disliked: Tracks with a 👎: they never come back.
        heard: What was suggested, the latest last; the last 200 are not repeated while others suit.
        blocked_artists: "Never this artist".
        excluded: Left out like disliked ones, without a word about what is like them.
        n: How many tracks, at least 1.
        filters: What songs must be.
        freshness: From 0, songs that are popular or close to liked ones, which may themselves come
            back, to 1, only what was never heard and lies further from what is known.
        evidence: The reactions that taste is learned from, the latest last. Ratings that it lacks
            are taken from `liked` and `disliked`, as the earliest.
        on: The day, for songs of a season; None is out of season.
        languages: Those the person understands, as tags such as `de` or `pt-BR`, beside English.
        prior: What to believe of anybody's taste beforehand; rules when there is none.
        exploring: The share of songs that try something, once anything is known of the person.
        several: Whether `scores` says how large a share of several people feels what.
    """

    scores: EmotionScores
    aim: Aim = Aim.MATCH
    liked: tuple[TrackId, ...] = ()
    disliked: tuple[TrackId, ...] = ()
    heard: tuple[TrackId, ...] = ()
    blocked_artists: frozenset[str] = frozenset()
    n: int = 5
    excluded: tuple[TrackId, ...] = ()
    filters: Filters = EVERYTHING
    freshness: float = 0.5
    evidence: tuple[tuple[TrackId, Reaction], ...] = ()
    on: date | None = None
    languages: tuple[str, ...] = ()
    prior: Belief | None = None
    exploring: float = EXPLORING
    several: bool = False

    def __post_init__(self) -> None:
        """Refuse an empty request."""
        if self.n < 1:
            raise ValueError(f"expected at least one track, found n={self.n}")
        if not 0 <= self.freshness <= 1:
            raise ValueError(f"expected a freshness from 0 to 1, found {self.freshness}")


@dataclass(frozen=True, slots=True)
class Pick:
    """A suggested track and why it is there."""

    track: Track
    reason: Reason

    def as_json(self) -> dict[str, Any]:
        """Return the song with its reason and links; JSON objects hold values of any type."""
        return {
            **asdict(self.track),
            "track_id": self.track.id,
            "reason": in_words(self.reason),
            "links": asdict(links(self.track)),
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Tracks in the order in which to hear them; fewer than asked for when there are no more.

    Attributes:
        nearest: Whether some do not suit what was asked for and came for lack of better.
        blend: How they were put together for several moods of several people; else None.
    """

    picks: tuple[Pick, ...]
    nearest: bool = False
    blend: Blend | None = None
