"""Whether this process is well: how late its event loop is, and whether it answers people."""

import asyncio
from collections import deque
from enum import StrEnum

LOOK_S = 0.5
KEPT = 120  # looks: the last minute
STUCK_S = 5.0  # a loop that late answers nobody in time


class State(StrEnum):
    """What the bot is doing."""

    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"


class Vitals:
    """Measured while the bot runs; read by health checks, metrics and /status."""

    def __init__(self) -> None:
        self.state = State.STARTING
        self._lags_s: deque[float] = deque([0.0], maxlen=KEPT)

    @property
    def lag_s(self) -> float:
        """Return by how much the event loop was late at most, in the last minute."""
        return max(self._lags_s)

    @property
    def stuck(self) -> bool:
        """Return whether the loop was that late just now."""
        return self._lags_s[-1] > STUCK_S

    async def watch(self) -> None:
        """Look at the event loop for ever: what was to wake at a moment, and when it woke."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LOOK_S
            await asyncio.sleep(LOOK_S)
            self._lags_s.append(loop.time() - due)
