"""Several workers on one inbox: each claims the heads of people's lines, and holds them on lease.

The head is a person's oldest open update, so what one person sends is worked on in order whoever
works. A worker that dies renews nothing; when its lease ends, another one claims its updates.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from bot.storage.inbox import StoredUpdate, as_stored
from bot.storage.tables import InboxRow

LEASE_S = 30  # from a worker's death to the next try; renewed at a third of it

# Locked rows are skipped: another worker claims them at this moment. Times are the server's, so
# that clocks of hosts which differ do no harm.
CLAIM = text(
    """
    UPDATE inbox SET
        worker = :worker,
        leased_until = now() + make_interval(secs => :lease_s),
        tries = tries + (worker IS NOT NULL)::int
    WHERE id IN (
        SELECT head.id FROM inbox AS head
        WHERE head.done_at IS NULL AND head.bot_id = :bot_id
            AND (head.worker IS NULL OR head.leased_until < now())
            AND NOT EXISTS (
                SELECT FROM inbox AS earlier
                WHERE earlier.user_id = head.user_id AND earlier.bot_id = head.bot_id
                    AND earlier.done_at IS NULL AND earlier.id < head.id
            )
        ORDER BY head.id
        LIMIT :n
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id
    """
)
RENEW = text(
    "UPDATE inbox SET leased_until = now() + make_interval(secs => :lease_s)"
    " WHERE worker = :worker AND done_at IS NULL AND id = ANY(:ids)"
)


@dataclass(frozen=True, slots=True)
class Worker:
    """One process that works on updates.

    Attributes:
        name: Unlike that of any other process, now or before.
        bot_id: Whose updates it works on.
    """

    name: str
    bot_id: int


def claim_updates(session: Session, worker: Worker, *, limit: int) -> list[StoredUpdate]:
    """Take over the oldest open updates of people whom nobody works for, oldest first.

    One that another worker had, whose lease ended, counts a try.
    """
    values = {"worker": worker.name, "bot_id": worker.bot_id, "n": limit, "lease_s": LEASE_S}
    ids = list(session.scalars(CLAIM, values))
    rows = session.query(InboxRow).where(InboxRow.id.in_(ids)).order_by(InboxRow.id)
    return [as_stored(row) for row in rows]


def renew_lease(session: Session, worker: Worker, ids: Collection[int]) -> None:
    """Say that these are still being worked on."""
    session.execute(RENEW, {"worker": worker.name, "lease_s": LEASE_S, "ids": list(ids)})


def release_updates(session: Session, worker: Worker) -> None:
    """Give back what is not done: others go on with it at once, and no try counts."""
    mine = InboxRow.worker == worker.name, InboxRow.done_at.is_(None)
    session.execute(update(InboxRow).where(*mine).values(worker=None, leased_until=None))
