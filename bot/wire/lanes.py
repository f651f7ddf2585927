"""How long the work that waits will take: pictures in one lane, words in another.

A lane learns how fast it goes while somebody waits in it, whatever holds it up: the processor,
the network or Telegram. All lanes together learn how fast they go side by side.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import Enum

# Seconds of work, measured on one core; of each only the share counts, for a lane measures the
# rest itself: a clip is read sixteen times.
WORDS_S, STILL_S, CLIP_S = 0.01, 0.03, 0.35
# How much of what was seen of a lane's pace still counts after so long.
HALF_LIFE_S = 5.0
# A lane begins with a second of work done in a second, as if it had been seen for so long.
PRIOR_S = 0.5


class Kind(Enum):
    """What an update asks for; the value is its work in seconds."""

    WORDS = WORDS_S
    STILL = STILL_S
    CLIP = CLIP_S


class Pace:
    """How many seconds a second of work takes, learned while somebody waits."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin with one second."""
        self.waiting = 0
        self._clock = clock
        self._done_s, self._took_s = PRIOR_S, PRIOR_S
        self._last_end: float | None = None  # with somebody waiting ever since

    def seconds_for(self, work_s: float) -> float:
        """Return how long some work takes."""
        return work_s * self._took_s / self._done_s

    def learn(self, work_s: float) -> None:
        """Take down how long it took since the last end, if somebody waited all the time."""
        now = self._clock()
        if self._last_end is not None:
            took_s = now - self._last_end
            kept = 0.5 ** (took_s / HALF_LIFE_S)
            self._done_s = kept * self._done_s + work_s
            self._took_s = kept * self._took_s + took_s
        self._last_end = now if self.waiting else None


class Lane:
    """Lets so many at a time through, in the order in which they ask.

    Attributes:
        entered_s: Seconds of work that ever were taken in; with those that left, how far it is.
    """

    def __init__(
        self, slots: int, *, together: Pace | None = None, clock: Callable[[], float] | None = None
    ) -> None:
        """Open a lane with room for `slots`.

        Args:
            slots: How many are let through at the same time.
            together: What this lane and others learn of one another.
            clock: Tells seconds.
        """
        self.entered_s = 0.0
        self._left_s = 0.0
        self._crowded = False
        self._slots = asyncio.Semaphore(slots)
        self._pace = Pace(clock or time.monotonic)
        self._paces = [self._pace, *([together] if together else [])]

    @property
    def work_s(self) -> float:
        """Seconds of work in the lane."""
        return self.ahead_s(self.entered_s)

    @property
    def expected_s(self) -> float:
        """Seconds until what is in the lane is done, at its pace."""
        return self.seconds_for(self.work_s)

    def ahead_s(self, place_s: float) -> float:
        """Return the seconds of work up to a place: what was taken in when it was given."""
        return max(place_s - self._left_s, 0.0)

    def seconds_for(self, work_s: float) -> float:
        """Return how long some work takes, at this lane's pace."""
        return self._pace.seconds_for(work_s)

    def note_crowd(self, *, crowded: bool) -> None:
        """Take down whether somebody waits for this lane who has not entered it."""
        self._count(crowded - self._crowded)
        self._crowded = crowded

    def enter(self, kind: Kind) -> None:
        """Count work from now on: it was taken in."""
        self.entered_s += kind.value

    def leave(self, kind: Kind) -> None:
        """Count work no longer: it is done, or will not be."""
        self._left_s += kind.value
        if self._left_s >= self.entered_s - 1e-9:  # empty: so that small errors do not add up
            self.entered_s = self._left_s = 0.0

    @asynccontextmanager
    async def slot(self, kind: Kind) -> AsyncIterator[None]:
        """Wait for a turn, and keep it meanwhile."""
        self._count(1)
        try:
            await self._slots.acquire()
        finally:
            self._count(-1)
        try:
            yield
        finally:
            self._slots.release()
            for pace in self._paces:
                pace.learn(kind.value)

    def _count(self, change: int) -> None:
        for pace in self._paces:
            pace.waiting += change
