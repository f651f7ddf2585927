"""The health of this process: the lag of its event loop, and whether it answers people."""

import asyncio
from collections import deque
from enum import StrEnum

LOOK_S = 0.5
N_SAMPLES = 120  # the last minute
STUCK_S = 5.0  # lag from which on the process counts as unhealthy


class State(StrEnum):
    """What the bot is doing."""

    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"


class Vitals:
    """Measured while the bot runs; read by health checks, metrics and /status."""

    def __init__(self) -> None:
        self.state = State.STARTING
        self._lags_s: deque[float] = deque([0.0], maxlen=N_SAMPLES)

    @property
    def lag_s(self) -> float:
        """Return the largest lag of the event loop in the last minute, in seconds."""
        return max(self._lags_s)

    @property
    def stuck(self) -> bool:
        """Return whether the latest lag is above `STUCK_S`."""
        return self._lags_s[-1] > STUCK_S

    async def watch(self) -> None:
        """Measure the lag of the event loop until cancelled: how late a sleep ends."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LOOK_S
            await asyncio.sleep(LOOK_S)
            self._lags_s.append(loop.time() - due)
