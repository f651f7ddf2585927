"""Several workers on one inbox: each claims people's oldest open updates, with a lease.

One update of a person is claimed at a time, so that a person's updates are handled in order. A
worker that dies no longer renews its leases; when they expire, another worker claims its updates.
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
        name: Unique among all processes, also those of the past.
        bot_id: The bot whose updates it handles.
    """

    name: str
    bot_id: int


def claim_updates(session: Session, worker: Worker, *, limit: int) -> list[StoredUpdate]:
    """Claim the oldest open update of each person without a claimed one, oldest first.

    One whose lease expired with another worker counts a try.
    """
    values = {"worker": worker.name, "bot_id": worker.bot_id, "n": limit, "lease_s": LEASE_S}
    ids = list(session.scalars(CLAIM, values))
    rows = session.query(InboxRow).where(InboxRow.id.in_(ids)).order_by(InboxRow.id)
    return [as_stored(row) for row in rows]


def renew_lease(session: Session, worker: Worker, ids: Collection[int]) -> None:
    """Renew the leases of these updates."""
    session.execute(RENEW, {"worker": worker.name, "lease_s": LEASE_S, "ids": list(ids)})


def release_updates(session: Session, worker: Worker) -> None:
    """Release a worker's open updates: others may claim them at once, and no try is counted."""
    mine = InboxRow.worker == worker.name, InboxRow.done_at.is_(None)
    session.execute(update(InboxRow).where(*mine).values(worker=None, leased_until=None))
