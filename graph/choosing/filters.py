"""Which songs a person wants at all: by language, genre, decade, and with or without swearing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from graph.arrays import Ids, Mask
from graph.snapshot.kinds import BITS, HEAVY, Kind, bit_mask
from graph.snapshot.store import NO_CODE, NO_YEAR, Snapshot
from graph.tracks import OF_INDIA
from inference.emotions import Emotion, EmotionScores

EXPLICIT = 1  # as a snapshot keeps it; 0 is clean, `NO_CODE` unknown
YEARS = 10  # in a decade
# (month, day): Christmas songs are sung from Advent to Epiphany.
SEASON_START, SEASON_END = (12, 1), (1, 6)
# Moods in which nobody is given heavy songs unasked, and the probability from which a mixture is
# one.
LOW, LOW_SHARE = (Emotion.SAD, Emotion.FEAR, Emotion.DISGUST, Emotion.ANGRY), 0.25


@dataclass(frozen=True, slots=True)
class Filters:
    """What songs must be; an empty set leaves the choice open.

    A song passes a set only if what is asked for is known of it. Whether a song is explicit is
    hardly ever known of clean ones, so there only those known to be explicit are left out.

    Attributes:
        languages: As the catalogue writes them; case does not count.
        genres: Likewise.
        decades: Their first years, such as 1970.
        explicit: Whether songs known to be explicit may come.
        kinds: What is no ordinary song but may come all the same, of `graph.snapshot.kinds.Kind`.
        heavy: Whether songs about suicide, murder or abuse may come; None: not with low moods.
    """

    languages: frozenset[str] = frozenset()
    genres: frozenset[str] = frozenset()
    decades: frozenset[int] = frozenset()
    explicit: bool = True
    kinds: frozenset[str] = frozenset()
    heavy: bool | None = None

    def __bool__(self) -> bool:
        """Return whether a choice leaves songs out; what is no song is left out without one."""
        return bool(self.languages or self.genres or self.decades or not self.explicit)


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Offered:
    """What a graph's songs can be filtered by, the most frequent first."""

    languages: tuple[str, ...]
    genres: tuple[str, ...]
    decades: tuple[int, ...]


def offered(snapshot: Snapshot) -> Offered:
    """Return the languages, genres and decades that occur: some 10 ms for a million tracks."""
    decades = np.bincount(np.maximum(snapshot.years, NO_YEAR) // YEARS)
    decades[NO_YEAR] = 0
    spoken = snapshot.manifest["words"]["language"]
    return Offered(
        tuple(word for word in _frequent(snapshot.languages, spoken) if word != OF_INDIA),
        _frequent(snapshot.genres, snapshot.manifest["words"]["genre"]),
        tuple(int(decade) * YEARS for decade in _by_count(decades)),
    )


def passing(snapshot: Snapshot, filters: Filters, rows: Ids | slice) -> Mask:
    """Return which rows pass; `slice(None)` asks for all of them."""
    passed = np.ones(len(snapshot.artists[rows]), bool)
    words = snapshot.manifest["words"]
    if filters.languages:
        passed &= _allowed(words["language"], filters.languages)[snapshot.languages[rows]]
    if filters.genres:
        passed &= _allowed(words["genre"], filters.genres)[snapshot.genres[rows]]
    if filters.decades:
        years = snapshot.years[rows]
        passed &= np.isin(years // YEARS * YEARS, sorted(filters.decades)) & (years != NO_YEAR)
    if not filters.explicit:
        passed &= snapshot.explicit[rows] != EXPLICIT
    return passed


def unwanted_marks(filters: Filters, scores: EmotionScores, on: date | None) -> int:
    """Return the sum of `graph.snapshot.kinds.BITS` that no song may have.

    Args:
        filters: What a person allows.
        scores: The feeling: heavy songs stay away from low ones.
        on: The day, for songs of a season; None is out of season.
    """
    allowed = set(filters.kinds)
    if on is not None and ((on.month, on.day) >= SEASON_START or (on.month, on.day) <= SEASON_END):
        allowed.add(Kind.SEASONAL)
    low = sum(scores[emotion] for emotion in LOW)
    if filters.heavy or (filters.heavy is None and low < LOW_SHARE):
        allowed.add(HEAVY)
    return bit_mask(set(BITS) - allowed)


def _allowed(words: Iterable[str], wanted: frozenset[str]) -> Mask:
    """Return for each code whether its word is wanted; `NO_CODE` finds the False at the end."""
    folded = {word.casefold() for word in wanted}
    assert NO_CODE == -1
    return np.array([*(bool(word) and word.casefold() in folded for word in words), False])


def _frequent(codes: Ids, words: list[str]) -> tuple[str, ...]:
    counts = np.bincount(codes.astype(np.intp) - NO_CODE, minlength=len(words) + 1)
    return tuple(words[code] for code in _by_count(counts[1:]))


def _by_count(counts: Ids) -> list[int]:
    """Return the places of all counts above 0, the largest first."""
    return [int(at) for at in np.argsort(-counts, kind="stable") if counts[at]]
