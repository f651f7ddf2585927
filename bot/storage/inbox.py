"""The updates that came in: written down first, struck off when done."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.storage.tables import InboxRow

# An update that was begun this often and never finished may be what ends the program.
MAX_REPLAYS = 3


@dataclass(frozen=True, slots=True)
class IncomingUpdate:
    """An update as it came in; `user_id` is None when no person caused it."""

    update_id: int
    user_id: int | None
    payload: str = field(repr=False)


def store_updates(
    session: Session, updates: Sequence[IncomingUpdate], *, at: datetime
) -> list[IncomingUpdate]:
    """Write updates down, and return those that are new, each once."""
    by_id = {update.update_id: update for update in updates}
    known = session.scalars(select(InboxRow.update_id).where(InboxRow.update_id.in_(by_id)))
    for update_id in known:
        del by_id[update_id]
    new = list(by_id.values())
    if new:
        rows = [asdict(update) | {"replays": 0, "received_at": at} for update in new]
        session.execute(insert(InboxRow), rows)
    return new


def store_update(
    session: Session, update_id: int, payload: str, *, user_id: int | None, at: datetime
) -> bool:
    """Write an update down, and return whether it is new."""
    return bool(store_updates(session, [IncomingUpdate(update_id, user_id, payload)], at=at))


def finish_update(session: Session, update_id: int, *, at: datetime) -> None:
    """Strike an update off: its id stays to recognise it by, what it said goes."""
    session.execute(
        update(InboxRow)
        .where(InboxRow.update_id == update_id)
        .values(done_at=at, payload=None, user_id=None)
    )


def pending_updates(session: Session) -> list[tuple[int, str]]:
    """Return the id and the payload of the updates that wait, oldest first.

    Counts how often each was returned, and leaves it out after `MAX_REPLAYS` times.
    """
    session.execute(
        update(InboxRow).where(InboxRow.done_at.is_(None)).values(replays=InboxRow.replays + 1)
    )
    query = select(InboxRow.update_id, InboxRow.payload).where(
        InboxRow.done_at.is_(None), InboxRow.payload.is_not(None), InboxRow.replays <= MAX_REPLAYS
    )
    rows = session.execute(query.order_by(InboxRow.update_id))
    return [(update_id, payload) for update_id, payload in rows if payload is not None]


def depth(session: Session) -> int:
    """Return how many updates wait."""
    waiting = InboxRow.done_at.is_(None) & InboxRow.payload.is_not(None)
    return session.scalar(select(func.count()).select_from(InboxRow).where(waiting)) or 0


def prune(session: Session, *, before: datetime) -> None:
    """Forget updates that came in before this moment, the given-up ones too."""
    session.execute(delete(InboxRow).where(InboxRow.received_at < before))
