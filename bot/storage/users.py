"""The people: seen, told about the notice, gone, forgotten."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.orm import Session

from bot.storage.core import USERS, dialect_of, upsert
from bot.storage.database import ERASED
from bot.storage.tables import (
    AuditRow,
    BlockedArtistRow,
    InboxRow,
    PreferencesRow,
    RatingRow,
    ReadingRow,
    ReminderRow,
    SuggestionRow,
    SuggestionTrackRow,
    UserRow,
)


def save_user(session: Session, user_id: int, *, language: str | None, at: datetime) -> None:
    """Remember that this person wrote just now, and in which language their client is."""
    statement = upsert(USERS, dialect_of(session), "language", "active", "seen_at")
    known = {"id": user_id, "language": language, "active": True}
    session.execute(statement, known | {"created_at": at, "seen_at": at})


@dataclass(frozen=True, slots=True)
class Manners:
    """How a person wants to be answered.

    Attributes:
        language: The one that they chose; None follows their client.
        care: Whether kind words and gentler songs may come with low moods.
    """

    language: str | None = None
    care: bool = True


def manners_of(session: Session, user_id: int) -> Manners:
    """Return how this person wants to be answered."""
    columns = select(UserRow.chosen_language, UserRow.care).where(UserRow.id == user_id)
    row = session.execute(columns).first()
    return Manners(row[0], row[1]) if row else Manners()


def choose_care(session: Session, user_id: int, *, care: bool, at: datetime) -> None:
    """Remember whether this person wants kind words and gentler songs with low moods."""
    find_or_add(session, user_id, at).care = care


def care_shown(session: Session, user_id: int) -> datetime | None:
    """Return when help was last named to this person without their asking."""
    return session.scalar(select(UserRow.care_shown_at).where(UserRow.id == user_id))


def save_care_shown(session: Session, user_id: int, *, at: datetime) -> None:
    """Remember that help was named to this person just now."""
    find_or_add(session, user_id, at).care_shown_at = at


def choose_language(session: Session, user_id: int, language: str | None, *, at: datetime) -> None:
    """Remember the language to answer this person in; None follows their client again."""
    find_or_add(session, user_id, at).chosen_language = language


def mark_inactive(session: Session, user_id: int) -> None:
    """Remember that this person blocked the bot."""
    session.execute(update(UserRow).where(UserRow.id == user_id).values(active=False))


def is_known(session: Session, user_id: int) -> bool:
    """Return whether this person began to use the bot."""
    return session.get(UserRow, user_id) is not None


def notice_shown(session: Session, user_id: int) -> bool:
    """Return whether this person has seen what the bot does with a picture."""
    seen = select(UserRow.notice_shown_at).where(UserRow.id == user_id)
    return session.scalar(seen) is not None


def save_notice_shown(session: Session, user_id: int, *, at: datetime) -> None:
    """Remember that this person has seen the notice; the first time counts."""
    row = find_or_add(session, user_id, at)
    row.notice_shown_at = row.notice_shown_at or at


def forget_user(session: Session, user_id: int, *, until: int | None = None) -> int:
    """Delete everything about this person, and return how many rows that were.

    Ids of updates stay, without a person: one that Telegram sends again is still dropped. So
    does what was done as an admin, without saying by whom.

    Args:
        session: An open transaction.
        user_id: Who.
        until: The inbox row that asks for it: what the person sent after it is answered.
    """
    n = rows_about(session, user_id, until=until)
    gone = {"user_id": None, "payload": None, "done_at": InboxRow.received_at}
    session.execute(update(InboxRow).where(*_sent_by(user_id, until)).values(gone))
    session.execute(update(AuditRow).where(AuditRow.admin_id == user_id).values(admin_id=None))
    session.execute(delete(UserRow).where(UserRow.id == user_id))  # the rest follows by cascade
    session.info[ERASED] = True
    return n


def forget_and_look(session: Session, user_id: int, *, until: int | None = None) -> tuple[int, int]:
    """Forget a person; return how many rows about them there were, and how many are left.

    A message of theirs that comes in meanwhile has a later row of the inbox than `until`: it is
    neither deleted nor counted as left.
    """
    n = forget_user(session, user_id, until=until)
    return n, rows_about(session, user_id, until=until)


def rows_about(session: Session, user_id: int, *, until: int | None = None) -> int:
    """Return how many rows there are about this person; of the inbox, `until` that row."""
    own = select(SuggestionRow.id).where(SuggestionRow.user_id == user_id)
    # Any: of whatever tables.
    conditions: list[tuple[Any, ColumnElement[bool]]] = [
        (UserRow, UserRow.id == user_id),
        (ReadingRow, ReadingRow.user_id == user_id),
        (SuggestionRow, SuggestionRow.user_id == user_id),
        (SuggestionTrackRow, SuggestionTrackRow.suggestion_id.in_(own)),
        (RatingRow, RatingRow.user_id == user_id),
        (PreferencesRow, PreferencesRow.user_id == user_id),
        (BlockedArtistRow, BlockedArtistRow.user_id == user_id),
        (ReminderRow, ReminderRow.user_id == user_id),
        (InboxRow, and_(*_sent_by(user_id, until))),
        (AuditRow, AuditRow.admin_id == user_id),
    ]
    counts = (
        session.scalar(select(func.count()).select_from(table).where(condition))
        for table, condition in conditions
    )
    return sum(count or 0 for count in counts)


def _sent_by(user_id: int, until: int | None) -> list[ColumnElement[bool]]:
    earlier = [] if until is None else [InboxRow.id <= until]
    return [InboxRow.user_id == user_id, *earlier]


def find_or_add(session: Session, user_id: int, at: datetime) -> UserRow:
    """Return the row of a person, a new one where they are new."""
    row = session.get(UserRow, user_id)
    if row is None:
        row = UserRow(id=user_id, active=True, created_at=at, seen_at=at)
        session.add(row)
        session.flush()  # rows that point to it come next
    return row
