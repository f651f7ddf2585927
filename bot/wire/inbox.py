"""Every update is written down before it is worked on, and struck off when it is done.

An update is acknowledged to Telegram after its row is committed. When the program ends before
the row is struck off, the next start works on it again: nothing is lost. What must not happen
twice is recognised by the row's number, which the handlers see in the place of Telegram's. When
an acknowledgement gets lost, Telegram sends the update once more, and the second is dropped.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from telegram.ext import Application

from bot.errors import BotError
from bot.storage.claims import Worker
from bot.storage.database import Database, StorageError
from bot.storage.inbox import (
    StoredUpdate,
    adopt_updates,
    begin_update,
    open_updates,
    open_updates_of,
    postpone_update,
    prune,
    store_updates,
    uncount_updates,
)
from bot.wire.claims import Claims
from bot.wire.incoming import incoming_of, update_of
from bot.wire.lines import Lines
from bot.wire.places import Crowd, Place, Places
from bot.wire.work import MAX_WAIT_S, MIN_WAIT_S, WORK, Work, finish_surely

log = logging.getLogger(__name__)

# Any: the library's six parameters, of which nothing here depends on one; and what JSON gives.
AnyApplication = Application[Any, Any, Any, Any, Any, Any]
JsonObject = dict[str, Any]

KEEP = timedelta(days=2)  # Telegram itself forgets an update after one
PRUNE_EVERY = timedelta(hours=1)
BATCH = 100  # the most that getUpdates returns
# An update that three runs did not live through may be what ends them. From then on it waits a
# second longer each time, until the others are done, and is worked on while no other such is; with
# a dozen it is given up. Where it was given up after five, random kills gave up innocent ones.
SUSPECT, MAX_TRIES = 3, 12
SUSPECT_DELAY_S = 1.0
MAX_DELAY_S = 3600.0  # a wait that was written down by a clock that stood wrong may be any
PATIENCE = timedelta(days=1)  # as long as Telegram itself keeps an update


class GivenUpError(BotError):
    """The program ended over this update so often that it is not tried again."""


class Inbox:
    """Takes updates in, has them worked on, and keeps how each of them ends."""

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
        """Keep what works on updates.

        Args:
            application: With the handlers.
            database: Where updates are written down.
            clock: Tells the moment it is.
            concurrent_updates: How many are worked on at once; of pictures a quarter of that.
            news: Set whenever there may be updates to claim, where several workers share the
                inbox; None where this process is the only one.
            on_done: Hears how many seconds after its arrival each update came to its end.
            crowd: Speaks to people while many ask; without it they just wait.
        """
        self._on_done = on_done
        self._application = application
        self._database = database
        self._clock = clock
        self._places = Places(concurrent_updates, database, application.bot, crowd)
        self._suspects = asyncio.Semaphore(1)
        self._lines = Lines(self._work, self._load)
        self._bot_id = int(application.bot.token.partition(":")[0])
        self._claims = news and Claims(
            self._work,
            database,
            Worker(uuid.uuid4().hex, self._bot_id),
            hands=concurrent_updates,
            news=news,
        )
        self._begun = False  # until `replay`, what comes in is only written down
        self._left_behind = 0  # up to this number, rows were there when this run began to work
        self._counted: set[int] = set()
        self._pruned_at = datetime.min.replace(tzinfo=UTC)

    def __len__(self) -> int:
        """How many people are being answered, or wait for it."""
        return len(self._claims or self._lines)

    async def accept(self, updates: Sequence[object]) -> None:
        """Write updates down and begin to work on the new ones; then they may be acknowledged.

        Raises:
            StorageError: They could not be written down, and must come again.
        """
        await self._prune()
        incoming = [found for update in updates if (found := incoming_of(update))]
        new = await self._database.run(
            store_updates, incoming, bot_id=self._bot_id, at=self._clock()
        )
        for stored in new if self._begun and not self._claims else ():
            if self._lines.add(stored):
                self._places.take(stored)

    async def replay(self) -> None:
        """Begin to work: first on what an earlier run left behind.

        Raises:
            StorageError: It could not be read.
        """
        n = 0
        await self._database.run(adopt_updates, self._bot_id)
        if self._claims:
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
        """Return when there is room for a batch: what is not fetched yet waits at Telegram."""
        await self._lines.room()

    async def drain(self, *, timeout_s: float) -> None:
        """Finish what was begun; what takes longer is broken off, and stays for the next start."""
        if late := await (self._claims or self._lines).drain(timeout_s=timeout_s):
            log.warning("inbox_left n=%d", late)
        if self._counted:  # broken off by us: no fault of theirs
            await self._database.run(uncount_updates, self._counted)

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
        """Work on an update until it is struck off."""
        async with self._places.of(stored) as place:
            if place.refused_for_s is not None:
                await self._places.refuse(stored, place.refused_for_s)
                await self._finish(stored, Work(stored.id))
                return
            if place.telling and (message_id := await place.telling):
                stored = replace(stored, message_id=message_id)
            work = await self._work_out(stored, place)
            if not work.finished:
                await self._finish(stored, work)

    async def _work_out(self, stored: StoredUpdate, place: Place) -> Work:
        """Work on an update until it needs no other try."""
        due_at = stored.due_at
        wait_s = (due_at - self._clock()).total_seconds() if due_at else 0.0
        while True:
            await asyncio.sleep(min(wait_s, MAX_DELAY_S))
            work = await self._try(stored, place)
            if work.finished or work.retry_after_s is None:
                return work
            age_s = (self._clock() - stored.received_at).total_seconds()
            wait_s = max(work.retry_after_s, min(age_s, MAX_WAIT_S), MIN_WAIT_S)
            await self._postpone(stored, wait_s)

    async def _try(self, stored: StoredUpdate, place: Place) -> Work:
        """Work on an update once: what may have ended the program before, alone of its kind."""
        slot = self._places.slot(place)
        if self._claims or stored.id > self._left_behind:  # a claim counts its tries itself
            async with slot:
                return await self._handle(stored)
        suspect = stored.tries >= SUSPECT
        await asyncio.sleep(SUSPECT_DELAY_S * (stored.tries - SUSPECT + 1) if suspect else 0)
        async with self._suspects if suspect else nullcontext(), slot:
            try:
                await self._database.run(begin_update, stored.id, at=self._clock())
            except StorageError as error:
                log.warning("not_written_down error=%s", type(error).__name__)
                return Work(stored.id, retry_after_s=0.0)
            self._counted.add(stored.id)
            log.info("update_repeated id=%d tries=%d", stored.id, stored.tries + 1)
            return await self._handle(stored)

    async def _handle(self, stored: StoredUpdate) -> Work:
        may_wait = self._clock() - stored.received_at < PATIENCE
        work = Work(stored.id, stored.message_id, may_wait=may_wait)
        work.finish = partial(self._finish, stored, work)
        token = WORK.set(work)
        try:
            update = update_of(stored, self._application.bot)
            if stored.tries >= MAX_TRIES:
                error = GivenUpError(f"expected an end within {MAX_TRIES} tries")
                await self._application.process_error(update, error)
            elif update:
                await self._application.process_update(update)
        finally:
            work.open = False
            WORK.reset(token)
        return work

    async def _postpone(self, stored: StoredUpdate, wait_s: float) -> None:
        """Write down until when an update waits; if that fails, a next start does not wait."""
        until = self._clock() + timedelta(seconds=wait_s)
        log.warning("update_postponed id=%d wait_s=%.0f", stored.id, wait_s)
        self._counted.discard(stored.id)
        try:
            await self._database.run(postpone_update, stored.id, until=until)
        except StorageError as error:
            log.warning("not_written_down error=%s", type(error).__name__)

    async def _finish(self, stored: StoredUpdate, work: Work) -> None:
        """Strike an update off together with what it led to, however long the database takes."""
        await finish_surely(self._database, work, clock=self._clock)
        self._counted.discard(stored.id)
        self._on_done((self._clock() - stored.received_at).total_seconds())
