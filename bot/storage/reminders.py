"""Messages that the bot sends by itself: reminders that people asked for, and one question.

Due times are computed by the caller, who knows the person's time zone, and are stored, so that a
restart loses none. What is taken as due is rescheduled in the same transaction, so it is sent at
most once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.storage.consent import allowed_by
from bot.storage.history import StoredSuggestion, suggestion_of
from bot.storage.preferences import preferences_of
from bot.storage.tables import ReminderRow, SuggestionRow, UserRow

BATCH = 100  # due entries taken at once; the rest follows in the next batch


@dataclass(frozen=True, slots=True)
class Reminder:
    """A daily reminder.

    Attributes:
        minute: Of the day on the person's own clock, from 0 to 1439.
        zone: The name of their time zone; None while they chose none.
        next_at: When it is due.
    """

    user_id: int
    minute: int
    zone: str | None
    next_at: datetime


def save_reminder(session: Session, user_id: int, minute: int, *, next_at: datetime) -> None:
    """Remind a known person every day; another reminder of theirs is replaced."""
    session.merge(ReminderRow(user_id=user_id, minute=minute, next_at=next_at))


def stop_reminder(session: Session, user_id: int) -> None:
    """Remind a person no longer."""
    session.execute(delete(ReminderRow).where(ReminderRow.user_id == user_id))


def reminder_of(session: Session, user_id: int) -> int | None:
    """Return at which minute of the day a person is reminded; None is not at all."""
    return session.scalar(select(ReminderRow.minute).where(ReminderRow.user_id == user_id))


def take_due_reminders(
    session: Session, now: datetime, following: Callable[[Reminder], datetime]
) -> list[Reminder]:
    """Return due reminders of people who did not block the bot, and reschedule them.

    Args:
        session: The transaction.
        now: The current time.
        following: Returns when a reminder is due next.
    """
    query = (
        select(ReminderRow, UserRow.zone)
        .join(UserRow, UserRow.id == ReminderRow.user_id)
        .where(ReminderRow.next_at <= now, UserRow.active)
        .order_by(ReminderRow.next_at)
        .limit(BATCH)
        .with_for_update(of=ReminderRow, skip_locked=True)  # another worker may be at it
    )
    due = []
    for row, zone in session.execute(query):
        reminder = Reminder(row.user_id, row.minute, zone, row.next_at)
        row.next_at = following(reminder)
        due.append(reminder)
    return due


def ask_later(session: Session, suggestion_id: int, *, at: datetime | None) -> None:
    """Remember when to ask whether the songs helped; None asks no more."""
    row = SuggestionRow.id == suggestion_id
    session.execute(update(SuggestionRow).where(row).values(ask_at=at))


def asked_since(session: Session, user_id: int, since: datetime) -> bool:
    """Return whether a question waits for this person, or an answer came, since a moment."""
    mine = SuggestionRow.user_id == user_id
    recent = (SuggestionRow.ask_at >= since) | (SuggestionRow.helped_at >= since)
    return session.scalar(select(SuggestionRow.id).where(mine, recent).limit(1)) is not None


def ask_once(
    session: Session,
    suggestion_id: int,
    *,
    since: datetime,
    due: Callable[[str | None], datetime],
) -> None:
    """Remember to ask whether songs helped, unless the person does not want it or was asked.

    Args:
        session: The transaction.
        suggestion_id: The songs.
        since: From when on a question that waits, or an answer, is enough.
        due: Returns when to ask, by the name of a person's time zone; None while they chose none.
    """
    user_id = session.scalar(select(SuggestionRow.user_id).where(SuggestionRow.id == suggestion_id))
    if user_id is None or not preferences_of(session, user_id).ask_helped:
        return
    if not asked_since(session, user_id, since):
        ask_later(session, suggestion_id, at=due(allowed_by(session, user_id).zone))


def take_due_questions(session: Session, now: datetime) -> list[StoredSuggestion]:
    """Return the suggestions to ask about now, each only once."""
    query = (
        select(SuggestionRow.id)
        .join(UserRow, UserRow.id == SuggestionRow.user_id)
        .where(SuggestionRow.ask_at <= now, UserRow.active)
        .order_by(SuggestionRow.ask_at)
        .limit(BATCH)
        .with_for_update(of=SuggestionRow, skip_locked=True)
    )
    ids = list(session.scalars(query))
    found = [suggestion_of(session, suggestion_id) for suggestion_id in ids]
    session.execute(update(SuggestionRow).where(SuggestionRow.id.in_(ids)).values(ask_at=None))
    return [stored for stored in found if not stored.helped]
