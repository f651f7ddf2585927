"""How long the work that waits will take: pictures in one lane, words in another.

A lane learns how fast it goes while somebody waits in it, whatever holds it up: the processor,
the network or Telegram.
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


class Lane:
    """Lets so many at a time through, in the order in which they ask."""

    def __init__(self, slots: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Open a lane with room for `slots`."""
        self._slots = asyncio.Semaphore(slots)
        self._clock = clock
        self._work_s = 0.0
        self._waiting = 0
        self._done_s, self._took_s = PRIOR_S, PRIOR_S
        self._last_end: float | None = None  # with somebody waiting ever since

    @property
    def expected_s(self) -> float:
        """Seconds until what is in the lane is done, at its pace."""
        return self._work_s * self._took_s / self._done_s

    def enter(self, kind: Kind) -> None:
        """Count work from now on: it was taken in."""
        self._work_s += kind.value

    def leave(self, kind: Kind) -> None:
        """Count work no longer: it is done, or will not be."""
        self._work_s = max(self._work_s - kind.value, 0.0)

    @asynccontextmanager
    async def slot(self, kind: Kind) -> AsyncIterator[None]:
        """Wait for a turn, and keep it meanwhile."""
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._slots.release()
            self._learn(kind)

    def _learn(self, kind: Kind) -> None:
        """Take down how long it took since the last end, if somebody waited all the time."""
        now = self._clock()
        if self._last_end is not None:
            took_s = now - self._last_end
            kept = 0.5 ** (took_s / HALF_LIFE_S)
            self._done_s = kept * self._done_s + kind.value
            self._took_s = kept * self._took_s + took_s
        self._last_end = now if self._waiting else None
