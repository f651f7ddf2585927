"""A slow line to a port of this computer: so many bits a second, so late."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

CHUNK = 8192


@asynccontextmanager
async def throttled(port: int, *, bits_per_s: float, latency_s: float) -> AsyncIterator[int]:
    """Return another port that leads to `port`; all connections share the line's width.

    Args:
        port: On loopback.
        bits_per_s: Of what comes back.
        latency_s: Added to the way there.
    """
    clock = asyncio.get_running_loop().time
    free_at = 0.0  # when all is through that was put on the line

    async def there(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while content := await reader.read(CHUNK):
            await asyncio.sleep(latency_s)
            writer.write(content)
        writer.write_eof()

    async def back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal free_at
        while content := await reader.read(CHUNK):
            # By the clock: a busy computer wakes late, and the line is not to be slower for it.
            free_at = max(free_at, clock()) + 8 * len(content) / bits_per_s
            await asyncio.sleep(max(free_at - clock(), 0))
            writer.write(content)
            await writer.drain()
        writer.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(there(reader, up_writer), back(up_reader, writer))

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
