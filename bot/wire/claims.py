"""Updates that several workers share: this one takes as many as it has hands for.

In the place of `Lines` where the database is a PostgreSQL server.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from bot.logs import about_update
from bot.storage.claims import (
    LEASE_S,
    RENEW_S,
    Hands,
    Worker,
    claim_updates,
    put_off_update,
    release_updates,
    renew_lease,
)
from bot.storage.database import Database, StorageError
from bot.storage.inbox import WORDS, StoredUpdate
from bot.wire.places import Places
from bot.wire.waits import Waits

log = logging.getLogger(__name__)

AGAIN_S = 1.0  # until a table that could not be read is read again, and leases renewed
LAST_WORDS_S = 2.0  # at the end, for telling people how long they wait

Serve = Callable[[StoredUpdate], Awaitable[None]]


class Claims:
    """Serves updates: those of one person in order, whoever else works on the same inbox."""

    def __init__(  # noqa: PLR0913 - the parts around it, by name
        self,
        serve: Serve,
        database: Database,
        worker: Worker,
        *,
        places: Places,
        waits: Waits,
        news: asyncio.Event,
    ) -> None:
        """Claim nothing yet.

        Args:
            serve: Does all there is to do about an update. Its errors are written down.
            database: With the inbox, on a PostgreSQL server.
            worker: This process.
            places: Says how many updates it works on at once, and learns who waits.
            waits: Tells people whose updates nobody has claimed.
            news: Set whenever there may be something to claim.
        """
        self._serve, self._database, self._worker = serve, database, worker
        self._places, self._waits, self._news = places, waits, news
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._pictures: set[int] = set()
        self._words_wait = self._pictures_wait = False
        self._working: asyncio.Task[None] | None = None
        self._renewing: asyncio.Task[None] | None = None
        self._stopping = False
        self._patient_until = 0.0

    def __len__(self) -> int:
        """How many updates are being worked on here."""
        return len(self._tasks)

    def begin(self) -> None:
        """Begin to claim updates, as many as there are hands free, and to hold them."""
        self._news.set()
        self._working = asyncio.create_task(self._work())
        self._renewing = asyncio.create_task(self._renew())
        self._waits.begin()

    async def put_off(self, stored: StoredUpdate, wait_s: float) -> None:
        """Let an update go until it is due; whoever has a hand free takes it then.

        Raises:
            StorageError: It could not be written down: its lease will expire.
        """
        await self._database.run(put_off_update, self._worker, stored.id, wait_s=wait_s)
        asyncio.get_running_loop().call_later(wait_s, self._news.set)

    async def drain(self, *, timeout_s: float) -> int:
        """Finish what is in hand; give back what takes longer; return how many that were."""
        self._stopping = True
        self._news.set()
        await self._waits.close(timeout_s=min(timeout_s, LAST_WORDS_S))
        if self._working:  # a claim that is being made is made: what it brings is given back
            await asyncio.wait({self._working})
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=timeout_s)
        late = set(self._tasks.values())
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
        if self._renewing:
            self._renewing.cancel()
        try:
            await self._database.run(release_updates, self._worker)
        except StorageError as error:
            log.warning("leases_not_released error=%s", type(error).__name__)
        return len(late)

    async def _work(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            if self._stopping:
                return
            try:
                await self._claim()
            except StorageError as error:
                self._lose_touch("inbox_not_read", error)
                await asyncio.sleep(AGAIN_S)
                self._news.set()

    async def _claim(self) -> None:
        n, hands = len(self._pictures), self._places.hands
        free = Hands(hands.words - len(self._tasks) + n, hands.pictures - n)
        if not free.words and not free.pictures:
            return
        take_over = time.monotonic() >= self._patient_until
        claimed = await self._database.run(
            claim_updates, self._worker, free, held=[*self._tasks], take_over=take_over
        )
        for stored in claimed:
            if stored.tries:
                log.warning("update_taken_over id=%d tries=%d", stored.id, stored.tries)
            if stored.kind != WORDS:
                self._pictures.add(stored.id)
            self._tasks[stored.id] = asyncio.create_task(self._run(stored))
        self._note_crowd(free, pictures=len(self._pictures) - n, n=len(claimed))

    def _note_crowd(self, free: Hands, *, pictures: int, n: int) -> None:
        """Conclude from how many were claimed whether there may be more."""
        if free.words:
            self._words_wait = n - pictures >= free.words
        if free.pictures:
            self._pictures_wait = pictures >= free.pictures
        self._places.note_crowd(words=self._words_wait, pictures=self._pictures_wait)

    async def _run(self, stored: StoredUpdate) -> None:
        try:
            with about_update(stored.id):
                await self._serve(stored)
        except Exception:  # a mistake of ours: the others go on
            log.exception("update_failed id=%d", stored.id)
        finally:
            del self._tasks[stored.id]
            self._pictures.discard(stored.id)
            self._news.set()  # a hand is free, and the person's next update may be claimed

    async def _renew(self) -> None:
        """Renew the leases of what is in hand for ever; leave alone what another has claimed."""
        wait_s: float = RENEW_S
        while True:
            await asyncio.sleep(wait_s)
            try:
                lost = await self._database.run_first(renew_lease, self._worker, [*self._tasks])
            except StorageError as error:
                self._lose_touch("leases_not_renewed", error)
                wait_s = AGAIN_S
                continue
            wait_s = RENEW_S
            for row_id in lost:
                if task := self._tasks.get(row_id):
                    log.warning("update_lost id=%d", row_id)
                    task.cancel()

    def _lose_touch(self, event: str, error: StorageError) -> None:
        """Take nothing over for a while: without the server, no living worker renews its leases."""
        log.warning("%s error=%s", event, type(error).__name__)
        self._patient_until = time.monotonic() + LEASE_S
