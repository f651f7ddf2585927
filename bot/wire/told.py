"""The line that tells somebody how long it takes: kept true until their turn comes."""

import asyncio
from collections.abc import Awaitable, Callable

# No word comes more often: whoever reads it sees it change, and each change counts as a message.
LEAST_S = 3.0

# Takes the number of the line, None where there is none yet, and seconds; returns its number.
Say = Callable[[int | None, float], Awaitable[int | None]]


class Told:
    """Says how long it will take, and says it again whenever it has taken that long."""

    def __init__(self, wait_s: float, *, say: Say, left_s: Callable[[], float]) -> None:
        """Begin to tell.

        Args:
            wait_s: How long it will take, as it seems now.
            say: Tells the person.
            left_s: Returns how long it will still take.
        """
        self._say, self._left_s = say, left_s
        self._turn = asyncio.Event()
        self._telling = asyncio.create_task(self._tell(wait_s))

    async def turn(self) -> int | None:
        """Tell no more; return the number of the line, which nobody changes from now on."""
        self._turn.set()
        return await self._telling

    def cancel(self) -> None:
        """Tell no more, whatever becomes of the line."""
        self._telling.cancel()

    async def _tell(self, wait_s: float) -> int | None:
        line = None
        while not self._turn.is_set():
            line = await self._say(line, wait_s)
            try:
                async with asyncio.timeout(max(wait_s, LEAST_S)):
                    await self._turn.wait()
            except TimeoutError:
                wait_s = self._left_s()
        return line
