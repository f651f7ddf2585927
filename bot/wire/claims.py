"""Updates that several workers share: this one takes as many as it has hands for.

In the place of `Lines` where the database is a PostgreSQL server.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.logs import about_update
from bot.storage.claims import (
    LEASE_S,
    Worker,
    claim_updates,
    release_updates,
    renew_lease,
)
from bot.storage.database import Database, StorageError
from bot.storage.inbox import StoredUpdate

log = logging.getLogger(__name__)

AGAIN_S = 1.0  # until a table that could not be read is read again

Serve = Callable[[StoredUpdate], Awaitable[None]]


class Claims:
    """Serves updates: those of one person in order, whoever else works on the same inbox."""

    def __init__(
        self, serve: Serve, database: Database, worker: Worker, *, hands: int, news: asyncio.Event
    ) -> None:
        """Claim nothing yet.

        Args:
            serve: Does all there is to do about an update. Its errors are written down.
            database: With the inbox, on a PostgreSQL server.
            worker: This process.
            hands: How many updates it works on at once.
            news: Set whenever there may be something to claim.
        """
        self._serve, self._database, self._worker = serve, database, worker
        self._hands, self._news = hands, news
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._working: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        """How many updates are being worked on here."""
        return len(self._tasks)

    def begin(self) -> None:
        """Begin to claim updates, as many as there are hands free, and to hold them."""
        self._news.set()
        self._working = asyncio.create_task(self._work())

    async def drain(self, *, timeout_s: float) -> int:
        """Finish what is in hand; give back what takes longer; return how many that were."""
        if self._working:
            self._working.cancel()
            await asyncio.wait({self._working})
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=timeout_s)
        late = set(self._tasks.values())
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
        await self._database.run(release_updates, self._worker)
        return len(late)

    async def _work(self) -> None:
        renewing = asyncio.create_task(self._renew())
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                await self._claim()
        finally:
            renewing.cancel()

    async def _claim(self) -> None:
        limit = self._hands - len(self._tasks)
        if limit <= 0:
            return
        try:
            claimed = await self._database.run(claim_updates, self._worker, limit=limit)
        except StorageError as error:
            log.warning("inbox_not_read error=%s", type(error).__name__)
            await asyncio.sleep(AGAIN_S)
            self._news.set()
            return
        for stored in claimed:
            if stored.tries:
                log.warning("update_taken_over id=%d tries=%d", stored.id, stored.tries)
            task = asyncio.create_task(self._run(stored))
            self._tasks[stored.id] = task

    async def _run(self, stored: StoredUpdate) -> None:
        try:
            with about_update(stored.id):
                await self._serve(stored)
        except Exception:  # a mistake of ours: the others go on
            log.exception("update_failed id=%d", stored.id)
        finally:
            del self._tasks[stored.id]
            self._news.set()  # a hand is free, and the person's next update may be claimed

    async def _renew(self) -> None:
        """Renew the leases of what is in hand for ever."""
        while True:
            await asyncio.sleep(LEASE_S / 3)
            try:
                await self._database.run(renew_lease, self._worker, list(self._tasks))
            except StorageError as error:
                log.warning("leases_not_renewed error=%s", type(error).__name__)
