"""Several workers on one inbox: each claims people's oldest open updates, with a lease.

One update of a person is claimed at a time, so that a person's updates are handled in order. A
worker that dies no longer renews its leases; when they expire, another worker claims its updates.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.storage.inbox import CHANNEL, StoredUpdate, as_stored

# From a worker's death to the next try. A worker renews five times in that: it may stand still,
# or be cut off from the server, for some ten seconds, and nobody else answers what it has in hand.
LEASE_S, RENEW_S = 15, 3

# What may be claimed. OFFSET keeps the planner from comparing every two updates of one person, and
# `busy` from looking for an earlier one of each: somebody's thousands would hold everybody up.
_FREE = """
    head.done_at IS NULL AND head.bot_id = :bot_id
    AND (head.leased_until IS NULL OR head.leased_until < now())
    AND (head.worker IS NULL OR (:take_over AND head.id <> ALL(CAST(:held AS bigint[]))))
    AND (head.due_at IS NULL OR head.due_at <= now())
    AND COALESCE(head.user_id, 0) NOT IN (SELECT user_id FROM busy)
    AND NOT EXISTS (
        SELECT FROM inbox AS earlier
        WHERE earlier.user_id = head.user_id AND earlier.bot_id = head.bot_id
            AND earlier.done_at IS NULL AND earlier.id < head.id
        OFFSET 0
    )
"""
# Locked rows are skipped: another worker claims them at this moment. Times are the server's, so
# that clocks of hosts which differ do no harm.
CLAIM = text(
    f"""
    WITH busy AS MATERIALIZED (
        SELECT user_id FROM inbox
        WHERE done_at IS NULL AND bot_id = :bot_id AND user_id IS NOT NULL
            AND worker IS NOT NULL AND leased_until >= now()
    ), words AS MATERIALIZED (
        SELECT head.id FROM inbox AS head WHERE head.kind = 'WORDS' AND {_FREE}
        ORDER BY head.id LIMIT :words FOR UPDATE SKIP LOCKED
    ), pictures AS MATERIALIZED (
        SELECT head.id FROM inbox AS head WHERE head.kind <> 'WORDS' AND {_FREE}
        ORDER BY head.id LIMIT :pictures FOR UPDATE SKIP LOCKED
    )
    UPDATE inbox SET
        worker = :worker,
        leased_until = now() + make_interval(secs => :lease_s),
        tries = tries + (worker IS NOT NULL)::int
    WHERE id IN (SELECT id FROM words UNION ALL SELECT id FROM pictures)
    RETURNING id, user_id, payload, kind, received_at, tries, message_id, due_at, sending_at
    """  # noqa: S608 - of the constant above
)
RENEW = text(
    "UPDATE inbox SET leased_until = now() + make_interval(secs => :lease_s)"
    " WHERE worker = :worker AND done_at IS NULL AND id = ANY(:ids)"
)
LOST = text("SELECT id FROM inbox WHERE id = ANY(:ids) AND worker <> :worker AND done_at IS NULL")
PUT_OFF = text(
    "UPDATE inbox SET worker = NULL, leased_until = NULL, tries = 0,"
    " due_at = now() + make_interval(secs => :wait_s) WHERE id = :id AND worker = :worker"
)
RELEASE = text(
    "UPDATE inbox SET worker = NULL, leased_until = NULL WHERE worker = :worker AND done_at IS NULL"
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


@dataclass(frozen=True, slots=True)
class Hands:
    """How many updates can be worked on: of words, and of pictures, which never stand in their way.

    Attributes:
        pictures: Stills and clips.
    """

    words: int
    pictures: int


def claim_updates(
    session: Session,
    worker: Worker,
    hands: Hands,
    *,
    held: Collection[int] = (),
    take_over: bool = True,
) -> list[StoredUpdate]:
    """Claim the oldest open update of each person without a claimed one, oldest first.

    Args:
        session: An open transaction.
        worker: Who claims.
        hands: How many at most.
        held: What the worker has in hand: not claimed again when its lease expired.
        take_over: Whether updates whose lease expired with another worker are claimed, too: each
            counts a try.
    """
    values = {
        "worker": worker.name,
        "bot_id": worker.bot_id,
        "words": hands.words,
        "pictures": hands.pictures,
        "lease_s": LEASE_S,
        "held": list(held),
        "take_over": take_over,
    }
    claimed = [as_stored(row) for row in session.execute(CLAIM, values)]
    return sorted(claimed, key=lambda stored: stored.id)


def renew_lease(session: Session, worker: Worker, ids: Collection[int]) -> list[int]:
    """Renew the leases of these updates; return those that another worker has claimed."""
    values = {"worker": worker.name, "ids": list(ids)}
    session.execute(RENEW, {**values, "lease_s": LEASE_S})
    return list(session.scalars(LOST, values))


def put_off_update(session: Session, worker: Worker, row_id: int, *, wait_s: float) -> None:
    """Let an update go until it is due: nobody holds it meanwhile, and no try counts."""
    session.execute(PUT_OFF, {"worker": worker.name, "id": row_id, "wait_s": wait_s})


def release_updates(session: Session, worker: Worker) -> None:
    """Release a worker's open updates: others may claim them at once, and no try is counted."""
    session.execute(RELEASE, {"worker": worker.name})
    session.execute(select(func.pg_notify(CHANNEL, "")))  # heard once this is committed
