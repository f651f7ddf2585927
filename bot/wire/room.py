"""Room in memory for what people send: so many bytes at once, and who comes then waits.

Sixteen pictures are worked on at a time, and each may have 20 MB: without a bound a handful of
people could fill a small machine. Large files wait for one another alone; ordinary photos, which
have some 200 KB, go past them.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MAX_BYTES = 20 * 1024 * 1024  # of one file: Bot API, getFile
SMALL_BYTES = 2 * 1024 * 1024  # Telegram's own photos are smaller
AT_ONCE_BYTES = 20 * 1024 * 1024  # of small files together, and of large ones


class Lot:
    """So many bytes, lent in the order in which they are asked for."""

    def __init__(self, limit_bytes: int) -> None:
        """Keep `limit_bytes`; somebody who asks for more gets all there are."""
        self._limit, self._free = limit_bytes, limit_bytes
        self._next = asyncio.Lock()
        self._freed = asyncio.Event()

    @asynccontextmanager
    async def lent(self, size_bytes: int) -> AsyncIterator[None]:
        """Wait until as many bytes are free, and hold them while the context lasts."""
        size = min(size_bytes, self._limit)
        async with self._next:
            while self._free < size:
                self._freed.clear()
                await self._freed.wait()
            self._free -= size
        try:
            yield
        finally:
            self._free += size
            self._freed.set()


class Room:
    """Room for all files that are fetched and read at the same time."""

    def __init__(self) -> None:
        """Have all of it free."""
        self._small, self._large = Lot(AT_ONCE_BYTES), Lot(AT_ONCE_BYTES)

    @asynccontextmanager
    async def for_file(self, size_bytes: int | None) -> AsyncIterator[None]:
        """Wait for room for a file, and hold it; one of unknown size may be as large as any."""
        size = MAX_BYTES if size_bytes is None else size_bytes
        lot = self._small if size <= SMALL_BYTES else self._large
        async with lot.lent(size):
            yield
