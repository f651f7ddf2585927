"""A durable queue: every update is stored before it is handled, and marked done afterwards.

An update is acknowledged to Telegram after its row is committed. When the program ends before the
row is marked done, the next start handles it again, so that no update is lost. Handlers see the
row's number in place of Telegram's `update_id`, and recognise by it what they have done already.
When an acknowledgement is lost, Telegram sends the update again, and the copy is dropped.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from telegram.ext import Application

from bot.storage.claims import Worker
from bot.storage.database import Database, StorageError
from bot.storage.inbox import (
    StoredUpdate,
    adopt_updates,
    open_updates,
    open_updates_of,
    postpone_update,
    prune,
    store_updates,
)
from bot.wire.claims import Claims
from bot.wire.incoming import incoming_of, update_of
from bot.wire.lines import Lines
from bot.wire.places import Crowd, Place, Places
from bot.wire.tries import Tries, given_up
from bot.wire.waits import Waits
from bot.wire.work import MAX_WAIT_S, MIN_WAIT_S, WORK, Work, finish_surely

log = logging.getLogger(__name__)

# Any: the library's six parameters, of which nothing here depends on one; and what JSON gives.
AnyApplication = Application[Any, Any, Any, Any, Any, Any]
JsonObject = dict[str, Any]

KEEP = timedelta(days=2)  # Telegram itself forgets an update after one
PRUNE_EVERY = timedelta(hours=1)
BATCH = 100  # the most that getUpdates returns
MAX_DELAY_S = 3600.0  # bounds a delay that was stored while the clock was wrong
PATIENCE = timedelta(days=1)  # as long as Telegram itself keeps an update


class Inbox:
    """Accepts updates, has each of them handled, and records that it is done."""

    def __init__(  # noqa: PLR0913 - the parts around it, by name
        self,
        application: AnyApplication,
        database: Database,
        *,
        clock: Callable[[], datetime],
        concurrent_updates: int,
        news: asyncio.Event | None = None,
        on_done: Callable[[float], None] = lambda _: None,
        crowd: Crowd | None = None,
    ) -> None:
        """Make an inbox that accepts updates, and handles them after `replay`.

        Args:
            application: With the handlers.
            database: Stores updates.
            clock: Returns the current time.
            concurrent_updates: How many are handled at once; of pictures a quarter of that.
            news: Set whenever there may be updates to claim, where several workers share the
                inbox; None where this process is the only one.
            on_done: Receives the seconds from each update's arrival to its end.
            crowd: Tells people how long they wait; None where nobody is told.
        """
        self._on_done = on_done
        self._application = application
        self._database = database
        self._clock = clock
        self._places = Places(concurrent_updates, database, application.bot, crowd)
        self._tries = Tries(database, clock)
        self._lines = Lines(self._work, self._load)
        self._bot_id = int(application.bot.token.partition(":")[0])
        self._claims = self._claims_for(news) if news else None
        self._workers: Claims | Lines = self._lines if self._claims is None else self._claims
        self._begun = False  # until `replay`, updates are stored only
        self._left_behind = 0  # rows up to this number are from an earlier run
        self._pruned_at = datetime.min.replace(tzinfo=UTC)

    def _claims_for(self, news: asyncio.Event) -> Claims:
        database, places, bot_id = self._database, self._places, self._bot_id
        waits = Waits(places, database, bot_id, news=news, finish=self._strike_off)
        worker = Worker(uuid.uuid4().hex, bot_id)
        return Claims(self._work, database, worker, places=places, waits=waits, news=news)

    def __len__(self) -> int:
        """How many people have updates that are handled or wait."""
        return len(self._workers)

    async def accept(self, updates: Sequence[object]) -> None:
        """Store updates and start to handle the new ones; then they may be acknowledged.

        Raises:
            StorageError: They could not be stored: Telegram must send them again.
        """
        await self._prune()
        incoming = [found for update in updates if (found := incoming_of(update))]
        new = await self._database.run(
            store_updates, incoming, bot_id=self._bot_id, at=self._clock()
        )
        for stored in new if self._begun and self._claims is None else ():
            if self._lines.add(stored):
                self._places.take(stored)

    async def replay(self) -> None:
        """Start to handle updates, first those that an earlier run left.

        Raises:
            StorageError: They could not be read.
        """
        n = 0
        await self._database.run(adopt_updates, self._bot_id)
        if self._claims is not None:
            self._claims.begin()
            return
        while left := await self._database.run(
            open_updates, self._bot_id, after=self._left_behind, limit=BATCH
        ):
            self._left_behind, n = left[-1].id, n + len(left)
            for stored in left:
                self._lines.add(stored)
        self._begun = True
        if n:
            log.warning("inbox_replayed n=%d", n)

    async def room(self) -> None:
        """Return when there is room for a batch; updates not fetched yet wait at Telegram."""
        await self._lines.room()

    async def drain(self, *, timeout_s: float) -> None:
        """Finish what is being handled; after the time-out, leave the rest to the next start."""
        if late := await self._workers.drain(timeout_s=timeout_s):
            log.warning("inbox_left n=%d", late)
        await self._tries.uncount()

    async def _load(self, person: int | None, after: int, limit: int) -> list[StoredUpdate]:
        return await self._database.run(
            open_updates_of, self._bot_id, person, after=after, limit=limit
        )

    async def _prune(self) -> None:
        now = self._clock()
        if now - self._pruned_at >= PRUNE_EVERY:
            await self._database.run(prune, before=now - KEEP)
            self._pruned_at = now

    async def _work(self, stored: StoredUpdate) -> None:
        """Handle an update until it is marked done."""
        async with self._places.of(stored) as place:
            if place.refused_for_s is not None:
                await self._places.refuse(stored, place.refused_for_s)
                await self._strike_off(stored)
                return
            work = await self._work_out(stored, place)
            if work and not work.finished:
                await self._finish(stored, work)

    async def _work_out(self, stored: StoredUpdate, place: Place) -> Work | None:
        """Handle an update until it needs no other try; None where somebody will claim it again."""
        claimed = self._claims is not None
        due_at = None if claimed else stored.due_at  # nothing is claimed before it is due
        wait_s = (due_at - self._clock()).total_seconds() if due_at else 0.0
        while True:
            await asyncio.sleep(min(wait_s, MAX_DELAY_S))
            work = await self._try(stored, place)
            if work.finished or work.retry_after_s is None:
                return work
            age_s = (self._clock() - stored.received_at).total_seconds()
            wait_s = max(work.retry_after_s, min(age_s, MAX_WAIT_S), MIN_WAIT_S)
            await self._postpone(stored, wait_s)
            if claimed:
                return None

    async def _try(self, stored: StoredUpdate, place: Place) -> Work:
        """Handle an update once; count the try of one that an earlier run left."""
        slot = self._places.slot(place)
        if self._claims is not None:  # then its tries were counted
            async with self._tries.apart(stored), slot:
                return await self._handle(stored, place)
        if stored.id > self._left_behind:
            async with slot:
                return await self._handle(stored, place)
        async with self._tries.apart(stored), slot:
            if not await self._tries.count(stored):
                return Work(stored.id, retry_after_s=0.0)
            return await self._handle(stored, place)

    async def _handle(self, stored: StoredUpdate, place: Place) -> Work:
        may_wait = self._clock() - stored.received_at < PATIENCE
        line = await place.told.turn() if place.told else None
        work = Work(stored.id, line or stored.message_id, may_wait=may_wait)
        work.finish = partial(self._finish, stored, work)
        token = WORK.set(work)
        try:
            update = update_of(stored, self._application.bot)
            if error := given_up(stored):
                await self._application.process_error(update, error)
            elif update:
                await self._application.process_update(update)
        finally:
            work.open = False
            WORK.reset(token)
        return work

    async def _postpone(self, stored: StoredUpdate, wait_s: float) -> None:
        """Store until when an update waits; if that fails, the next start tries it at once."""
        until = self._clock() + timedelta(seconds=wait_s)
        log.warning("update_postponed id=%d wait_s=%.0f", stored.id, wait_s)
        self._tries.end(stored)
        try:
            if self._claims is None:
                await self._database.run(postpone_update, stored.id, until=until)
            else:
                await self._claims.put_off(stored, wait_s)
        except StorageError as error:
            log.warning("not_written_down error=%s", type(error).__name__)

    async def _strike_off(self, stored: StoredUpdate) -> None:
        await self._finish(stored, Work(stored.id))

    async def _finish(self, stored: StoredUpdate, work: Work) -> None:
        """Mark an update done in one transaction with its effects; retry until that succeeds."""
        await finish_surely(self._database, work, clock=self._clock)
        self._tries.end(stored)
        self._on_done((self._clock() - stored.received_at).total_seconds())
