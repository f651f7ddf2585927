"""The update that is being worked on: what to keep with its end, and whether it ends at all.

The inbox sets it around the handlers, so that what they send and what they write are one whole.
"""

from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.storage.database import Database
from bot.storage.inbox import Effect


@dataclass(slots=True)
class Work:
    """One update in the making.

    Attributes:
        row_id: Its number in the inbox.
        message_id: A message of ours that the answer takes the place of; None where there is none.
        may_wait: Whether it may be put off, where an answer cannot be sent now.
        effects: What is written in the transaction that strikes the update off.
        retry_after_s: Seconds until it is worked on once more; None when this was the last time.
        open: Whether the handlers are still at it.
    """

    row_id: int
    message_id: int | None = None
    may_wait: bool = True
    effects: list[Effect] = field(default_factory=list)
    retry_after_s: float | None = None
    open: bool = True


WORK: ContextVar[Work | None] = ContextVar("work", default=None)


def current_work() -> Work | None:
    """Return the update that this task works on; None once its handlers have ended."""
    work = WORK.get()
    return work if work and work.open else None


async def keep(database: Database, effect: Effect) -> None:
    """Write something down with the end of the update at hand; at once where there is none.

    Raises:
        StorageError: It could not be written down at once.
    """
    work = current_work()
    if work is None:
        await database.run(effect)
    else:
        work.effects.append(effect)
