"""The update that is being handled: the effects to store when it is done, and whether to retry.

The inbox sets it around the handlers, so that their writes and the end of the update are stored in
one transaction.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from bot.storage.database import Database, StorageError
from bot.storage.inbox import Effect, finish_update

log = logging.getLogger(__name__)

# From one try to the next, where Telegram or the database cannot be reached: as long as the
# update has waited already, which doubles each time.
MIN_WAIT_S, MAX_WAIT_S = 1.0, 60.0


@dataclass(slots=True)
class Work:
    """One update in the making.

    Attributes:
        row_id: Its number in the inbox.
        message_id: A message of ours that the answer takes the place of; None where there is none.
        sent_id: The first message of ours that answered it; None while none did.
        may_wait: Whether it may be put off, where an answer cannot be sent now.
        effects: What is written in the transaction that strikes the update off.
        retry_after_s: Seconds until it is worked on once more; None when this was the last time.
        answered: Whether an answer is on its way: nobody needs to see any more that one is made.
        open: Whether the handlers are still at it, and it is not struck off.
        finished: Whether it is struck off.
        finish: Strikes it off together with its effects.
    """

    row_id: int
    message_id: int | None = None
    sent_id: int | None = None
    may_wait: bool = True
    effects: list[Effect] = field(default_factory=list)
    retry_after_s: float | None = None
    answered: bool = False
    open: bool = True
    finished: bool = False
    finish: Callable[[], Awaitable[None]] | None = field(default=None, repr=False)


WORK: ContextVar[Work | None] = ContextVar("work", default=None)


def current_work() -> Work | None:
    """Return the update that this task works on; None once it is done."""
    work = WORK.get()
    return work if work and work.open else None


async def keep(database: Database, effect: Effect) -> None:
    """Write down what an answer was that has just been sent, and strike its update off with it.

    At once: whatever ends the program between the sending and this moment makes the answer come
    twice. What else is to be done for the update is an extra from here on.

    Raises:
        StorageError: There is no update at hand, and it could not be written down.
    """
    work = current_work()
    if work is None:
        await database.run_first(effect)
        return
    work.effects.append(effect)
    if work.finish:
        await work.finish()


def keep_with_end(effect: Effect) -> None:
    """Write something down together with the end of the update at hand, if there is one."""
    if work := current_work():
        work.effects.append(effect)


async def finish_surely(database: Database, work: Work, *, clock: Callable[[], datetime]) -> None:
    """Strike an update off together with what it led to, however long the database takes."""
    wait_s = MIN_WAIT_S
    while not work.finished:
        try:
            await database.run_first(finish_update, work.row_id, at=clock(), effects=work.effects)
        except StorageError as error:
            log.warning("not_written_down error=%s wait_s=%.1f", type(error).__name__, wait_s)
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, MAX_WAIT_S)
        else:
            work.finished, work.open = True, False
