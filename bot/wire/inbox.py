"""Every update is written down before it is worked on, and struck off when it is done.

An update is acknowledged to Telegram after its row is committed. When the program ends before
the row is struck off, the next start works on it again: nothing is lost, and what must not
happen twice is recognised by the update's id. When an acknowledgement gets lost, Telegram sends
the update once more, and the second is dropped.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import Update
from telegram.ext import Application

from bot.storage.database import Database
from bot.storage.inbox import (
    IncomingUpdate,
    finish_update,
    pending_updates,
    prune,
    store_updates,
)

log = logging.getLogger(__name__)

# Any: the library's six parameters, of which nothing here depends on one; and what JSON gives.
AnyApplication = Application[Any, Any, Any, Any, Any, Any]
JsonObject = dict[str, Any]

KEEP = timedelta(days=2)  # Telegram itself forgets an update after one
PRUNE_EVERY = timedelta(hours=1)
BATCH = 100  # the most that getUpdates returns
# One person who sends hundreds in a row waits for oneself alone; this many take some 30 MB.
MOST_UPDATES = 5_000


class Inbox:
    """Works on updates: those of one person in order, those of different people side by side."""

    def __init__(
        self,
        application: AnyApplication,
        database: Database,
        *,
        clock: Callable[[], datetime],
        concurrent_updates: int,
    ) -> None:
        self._application = application
        self._database = database
        self._clock = clock
        self._slots = asyncio.Semaphore(concurrent_updates)
        self._most_people = concurrent_updates + BATCH
        self._last: dict[int | None, asyncio.Task[None]] = {}  # by person
        self._tasks: set[asyncio.Task[None]] = set()
        self._pruned_at = datetime.min.replace(tzinfo=UTC)

    async def accept(self, updates: Sequence[JsonObject]) -> None:
        """Write updates down and begin to work on the new ones; then they may be acknowledged.

        Raises:
            StorageError: They could not be written down, and must come again.
        """
        await self._prune()
        incoming = [_incoming(update) for update in updates]
        for new in await self._database.run(store_updates, incoming, at=self._clock()):
            self._begin(new)

    async def replay(self) -> None:
        """Begin to work on what an earlier run left behind."""
        pending = await self._database.run(pending_updates)
        if pending:
            log.warning("inbox_replayed n=%d", len(pending))
        for _, payload in pending:
            self._begin(_incoming(json.loads(payload)))

    async def room(self) -> None:
        """Return when there is room for a batch: what is not fetched yet waits at Telegram."""
        while len(self._last) >= self._most_people or len(self._tasks) >= MOST_UPDATES:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def drain(self, *, timeout_s: float) -> None:
        """Finish what was begun; what takes longer is broken off, and stays for the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)
        late = set(self._tasks)
        for task in late:
            task.cancel()
        if late:
            log.warning("inbox_left n=%d", len(late))
            await asyncio.wait(late)

    async def _prune(self) -> None:
        now = self._clock()
        if now - self._pruned_at >= PRUNE_EVERY:
            await self._database.run(prune, before=now - KEEP)
            self._pruned_at = now

    def _begin(self, new: IncomingUpdate) -> None:
        task = asyncio.create_task(self._work(new, self._last.get(new.user_id)))
        self._tasks.add(task)
        self._last[new.user_id] = task
        task.add_done_callback(lambda done: self._end(new, done))

    def _end(self, new: IncomingUpdate, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._last.get(new.user_id) is task:
            del self._last[new.user_id]
        if not task.cancelled() and (error := task.exception()):
            log.error("update_failed update_id=%d", new.update_id, exc_info=error)

    async def _work(self, new: IncomingUpdate, previous: asyncio.Task[None] | None) -> None:
        if previous is not None:
            await asyncio.wait({previous})
        async with self._slots:
            await self._handle(new)
        await self._database.run(finish_update, new.update_id, at=self._clock())

    async def _handle(self, new: IncomingUpdate) -> None:
        try:
            update = Update.de_json(json.loads(new.payload), self._application.bot)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # The library does not know this shape. Its words may quote the person's: left out.
            reason = type(error).__name__
            log.error("update_unreadable update_id=%d reason=%s", new.update_id, reason)  # noqa: TRY400
            return
        await self._application.process_update(update)


def _incoming(update: JsonObject) -> IncomingUpdate:
    people = (part["from"]["id"] for part in update.values() if _has_sender(part))
    return IncomingUpdate(update["update_id"], next(people, None), json.dumps(update))


def _has_sender(part: object) -> bool:
    return isinstance(part, dict) and "from" in part
