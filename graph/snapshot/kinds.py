"""Kinds of recordings that are no song for a mood, and how a graph marks them: a bit each."""

from collections.abc import Iterable
from enum import StrEnum


class Kind(StrEnum):
    """What a recording is, where it is no ordinary song."""

    NOISE = "noise"  # white noise, rain, sounds to sleep by
    SPOKEN = "spoken"  # speeches, interviews, poems, guided meditations
    COMEDY = "comedy"
    AUDIOBOOK = "audiobook"  # and radio plays
    CHILDREN = "children"
    KARAOKE = "karaoke"  # and tribute versions
    SEASONAL = "seasonal"  # Christmas and the turn of the year


# A mark of the words, not of the kind: about suicide, murder or abuse, judged by hand.
HEAVY = "heavy"
# A bit for each mark; a snapshot keeps their sum for each track, 0 for an ordinary song.
BITS = {mark: 1 << place for place, mark in enumerate((*(kind.value for kind in Kind), HEAVY))}


def bit_mask(marks: Iterable[str]) -> int:
    """Return the sum of the bits of some marks, 0 to 255."""
    return sum(BITS[mark] for mark in set(marks))


def marks_of(mask: int) -> tuple[str, ...]:
    """Return the marks whose bits are set in a mask."""
    return tuple(mark for mark, bit in BITS.items() if mask & bit)
