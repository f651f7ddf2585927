"""The updates that came in: written down first, begun, put off or struck off.

The table is the queue. `begin` counts a try before the work, so that an update which ends the
program is found out; `finish` is part of the transaction that keeps what the work led to.
"""

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from bot.storage.core import INBOX, dialect_of, insert_into
from bot.storage.tables import InboxRow

Effect = Callable[[Session], object]
CHANNEL = "tunemirror_inbox"  # where workers on PostgreSQL hear that something came in
ALBUM_REACH = 32  # updates of a person that are looked through; an album has ten pictures
WORDS = "WORDS"  # the kind of an update that is no picture
UNKNOWN_BOT = 0  # of rows from before bots were told apart

_ROW = INBOX.c.id == bindparam("row")
_SENDING = update(INBOX).where(_ROW).values(sending_at=bindparam("at"))
_FINISH = update(INBOX).where(_ROW).values(done_at=bindparam("at"), payload=None, user_id=None)


@dataclass(frozen=True, slots=True)
class IncomingUpdate:
    """An update as it came in.

    Attributes:
        update_id: Telegram's number.
        user_id: Who caused it: a person, or the chat that speaks for itself (a negative number);
            None when nobody did.
        kind: The name of a `bot.wire.lanes.Kind`.
    """

    update_id: int
    user_id: int | None
    payload: str = field(repr=False)
    kind: str = WORDS


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An update that waits in the inbox.

    Attributes:
        id: Its number here, never used again.
        tries: How often the work on it was begun.
        message_id: A message of ours that the answer takes the place of, if there is one.
        due_at: Not before this moment; None when it may be worked on at once.
        perhaps_sent: Whether an answer was on its way when the work last ended.
        kind: The name of a `bot.wire.lanes.Kind`.
    """

    id: int
    user_id: int | None
    payload: str = field(repr=False)
    received_at: datetime
    tries: int = 0
    message_id: int | None = None
    due_at: datetime | None = None
    perhaps_sent: bool = False
    kind: str = WORDS


def store_updates(
    session: Session, updates: Iterable[IncomingUpdate], *, bot_id: int, at: datetime
) -> list[StoredUpdate]:
    """Write updates down; return those that are new, each once, in the order of their numbers."""
    by_id = {incoming.update_id: incoming for incoming in updates}
    if not by_id:
        return []
    rows = [
        {
            "bot_id": bot_id,
            "update_id": incoming.update_id,
            "user_id": incoming.user_id,
            "payload": incoming.payload,
            "kind": incoming.kind,
            "tries": 0,
            "received_at": at,
        }
        for _, incoming in sorted(by_id.items())
    ]
    numbers = sorted(session.execute(_storing(dialect_of(session)), rows))
    if dialect_of(session) == "postgresql":
        session.execute(select(func.pg_notify(CHANNEL, "")))  # heard once this is committed
    return [
        StoredUpdate(row_id, each.user_id, each.payload, at, kind=each.kind)
        for row_id, each in ((row_id, by_id[update_id]) for row_id, update_id in numbers)
    ]


@cache
def _storing(dialect: str) -> ReturningInsert[int, int]:
    """Return an insert that leaves out what is there already, and returns what is new."""
    statement = insert_into(INBOX, dialect).on_conflict_do_nothing()
    return statement.returning(INBOX.c.id, INBOX.c.update_id)


def adopt_updates(session: Session, bot_id: int) -> None:
    """Take over rows from before bots were told apart."""
    rows = InboxRow.bot_id == UNKNOWN_BOT
    session.execute(update(InboxRow).where(rows).values(bot_id=bot_id))


def begin_update(session: Session, row_id: int, *, at: datetime) -> None:
    """Count a try: the work on an update begins now."""
    values = {"begun_at": at, "tries": InboxRow.tries + 1, "due_at": None}
    session.execute(update(InboxRow).where(InboxRow.id == row_id).values(values))


def uncount_updates(session: Session, ids: Collection[int]) -> None:
    """Take back a try of each: the work on them ended for no fault of theirs."""
    rows = InboxRow.id.in_(ids) & (InboxRow.tries > 0)
    session.execute(update(InboxRow).where(rows).values(tries=InboxRow.tries - 1))


def mark_sending(session: Session, row_id: int, *, at: datetime) -> None:
    """Say that an answer is on its way from now on, and may arrive even if nobody hears of it."""
    session.execute(_SENDING, {"row": row_id, "at": at})


def keep_message(session: Session, row_id: int, message_id: int) -> None:
    """Keep the number of a message of ours that the answer is to take the place of."""
    session.execute(update(InboxRow).where(InboxRow.id == row_id).values(message_id=message_id))


def postpone_update(session: Session, row_id: int, *, until: datetime) -> None:
    """Put an update off: the program lived through it, so no try counts."""
    session.execute(update(InboxRow).where(InboxRow.id == row_id).values(due_at=until, tries=0))


def finish_update(
    session: Session, row_id: int, *, at: datetime, effects: Iterable[Effect] = ()
) -> None:
    """Strike an update off: its numbers stay to recognise it by, what it said goes.

    Args:
        session: An open transaction.
        row_id: Its number in the inbox.
        at: The moment it is.
        effects: What it led to, written in the same transaction.
    """
    for effect in effects:
        effect(session)
    session.execute(_FINISH, {"row": row_id, "at": at})


def finish_album(session: Session, row_id: int, album: str, *, at: datetime) -> None:
    """Strike off the other pictures of an album with the one that is answered for all of them.

    Args:
        session: The transaction.
        row_id: The number of the update with that one.
        album: Telegram's name of it.
        at: The moment it is.
    """
    row = session.get_one(InboxRow, row_id)
    mine = InboxRow.bot_id == row.bot_id, InboxRow.user_id == row.user_id, InboxRow.id > row_id
    for other in _stored(session, *mine, limit=ALBUM_REACH):
        message = json.loads(other.payload).get("message")
        if isinstance(message, dict) and message.get("media_group_id") == album:
            finish_update(session, other.id, at=at)


def open_updates(
    session: Session, bot_id: int, *, after: int = 0, limit: int
) -> list[StoredUpdate]:
    """Return updates that wait and whose numbers are above `after`, lowest first."""
    return _stored(session, InboxRow.bot_id == bot_id, InboxRow.id > after, limit=limit)


def open_updates_of(
    session: Session, bot_id: int, user_id: int | None, *, after: int, limit: int
) -> list[StoredUpdate]:
    """Return one person's updates that wait and whose numbers are above `after`, lowest first."""
    whose = InboxRow.user_id.is_(None) if user_id is None else InboxRow.user_id == user_id
    return _stored(session, InboxRow.bot_id == bot_id, whose, InboxRow.id > after, limit=limit)


def _stored(session: Session, *which: ColumnElement[bool], limit: int) -> list[StoredUpdate]:
    query = select(InboxRow).where(InboxRow.done_at.is_(None), *which).order_by(InboxRow.id)
    return [as_stored(row) for row in session.scalars(query.limit(limit))]


# Any: the columns of a row, however it was read.
def as_stored(row: InboxRow | Row[Any]) -> StoredUpdate:
    """Return an open row as a value."""
    return StoredUpdate(
        id=row.id,
        user_id=row.user_id,
        payload=row.payload or "{}",
        received_at=row.received_at,
        tries=row.tries,
        message_id=row.message_id,
        due_at=row.due_at,
        perhaps_sent=row.sending_at is not None,
        kind=row.kind,
    )


def depth(session: Session) -> int:
    """Return how many updates wait."""
    waiting = select(func.count()).select_from(InboxRow).where(InboxRow.done_at.is_(None))
    return session.scalar(waiting) or 0


def prune(session: Session, *, before: datetime) -> None:
    """Forget updates that were done before this moment; what waits stays, however old it is."""
    session.execute(delete(InboxRow).where(InboxRow.done_at < before))
