"""One connection to PostgreSQL for LISTEN, and for the advisory lock of the process that polls.

A notification only wakes processes up: the news is in the tables, and a process that misses a
notification finds it there at its next look.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, LiteralString, TypeAlias

from bot.storage.postgresql import plain_url

if TYPE_CHECKING:  # not installed where nothing needs it
    from psycopg import AsyncConnection
    from psycopg.rows import TupleRow

    Connection: TypeAlias = AsyncConnection[TupleRow]

log = logging.getLogger(__name__)

LOOK_S = 5.0  # without a notice: also how long a dead poller stays unnoticed
MIN_WAIT_S, MAX_WAIT_S = 1.0, 30.0
LEAD: LiteralString = "SELECT pg_try_advisory_lock(hashtext('tunemirror poller'), %s::int)"


class Signals:
    """Wakes tasks that wait for news, and tells whether this process is the one that polls.

    Attributes:
        leading: Set while this process alone may fetch updates from Telegram.
        lost: Set while it may not.
    """

    def __init__(self, url: str, bot_id: int, channels: Iterable[LiteralString]) -> None:
        """Listen to channels of a server once `run` runs."""
        self.leading, self.lost = asyncio.Event(), asyncio.Event()
        self.lost.set()
        self._url, self._bot_id = plain_url(url), bot_id
        self._news = {channel: asyncio.Event() for channel in channels}

    def news(self, channel: str) -> asyncio.Event:
        """Return what is set whenever a channel may have news; who takes them clears it."""
        return self._news[channel]

    async def run(self, *, lead: bool) -> None:
        """Listen until cancelled; reconnect when the connection is lost.

        Args:
            lead: Whether this process wants to be the one that polls.
        """
        import psycopg

        wait_s = MIN_WAIT_S
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True, connect_timeout=5
                ) as connection:
                    await self._listen(connection)
                    wait_s = MIN_WAIT_S
                    while True:
                        await self._hear(connection, lead=lead)
            except psycopg.Error as error:
                log.warning("signals_lost error=%s wait_s=%.0f", type(error).__name__, wait_s)
            finally:
                self._step_down()
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, MAX_WAIT_S)

    async def _listen(self, connection: "Connection") -> None:
        from psycopg.sql import SQL, Identifier

        for channel in self._news:
            await connection.execute(SQL("LISTEN {}").format(Identifier(channel)))

    async def _hear(self, connection: "Connection", *, lead: bool) -> None:
        """Wake everybody once, then whomever a notice is for, until none came for a while."""
        for event in self._news.values():
            event.set()
        if lead and not self.leading.is_set():
            row = await (await connection.execute(LEAD, [self._bot_id % 2**31])).fetchone()
            if row and row[0]:
                log.info("polls_alone")
                self.leading.set()
                self.lost.clear()
        async for notice in connection.notifies(timeout=LOOK_S):
            self._news[notice.channel].set()

    def _step_down(self) -> None:
        self.leading.clear()
        self.lost.set()
