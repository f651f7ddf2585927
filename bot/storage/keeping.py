"""Retention of the history: deleting entries, on demand or by age, and reading all of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.storage.database import ERASED
from bot.storage.history import StoredTrack
from bot.storage.readings import StoredReading, as_reading, is_own_mood
from bot.storage.tables import (
    PreferencesRow,
    RatingRow,
    ReadingRow,
    SuggestionRow,
    SuggestionTrackRow,
)
from graph.tracks import TrackId


@dataclass(frozen=True, slots=True)
class Heard:
    """A song that was suggested, with the person's rating.

    Attributes:
        reading_id: The mood that it was for.
        liked: The person's rating of the song now; None without one.
    """

    reading_id: int
    track: StoredTrack
    liked: bool | None
    at: datetime


def delete_reading(session: Session, user_id: int, reading_id: int) -> bool:
    """Delete a mood of this person and its songs; return whether there was one."""
    mine = ReadingRow.id == reading_id, ReadingRow.user_id == user_id
    found = session.scalar(select(ReadingRow.id).where(*mine)) is not None
    session.execute(delete(ReadingRow).where(*mine))  # its songs follow by cascade
    session.info[ERASED] = True
    return found


def delete_taken_back(session: Session, user_id: int, chat_id: int, message_id: int) -> None:
    """Delete what somebody got in a message that is to say something else.

    A mood that songs in other messages are for, too, stays.
    """
    own = SuggestionRow.user_id == user_id, SuggestionRow.chat_id == chat_id
    here = SuggestionRow.message_id == message_id
    shown = set(session.scalars(select(SuggestionRow.reading_id).where(*own, here)))
    elsewhere = select(SuggestionRow.reading_id).where(
        SuggestionRow.reading_id.in_(shown),
        (SuggestionRow.message_id != message_id) | (SuggestionRow.chat_id != chat_id),
    )
    for reading_id in shown - set(session.scalars(elsewhere)):
        delete_reading(session, user_id, reading_id)


def delete_expired(session: Session, now: datetime) -> int:
    """Delete moods, with their songs, that are past the person's retention; return how many."""
    wanted = select(PreferencesRow.user_id, PreferencesRow.keep_days).where(
        PreferencesRow.keep_days.is_not(None)
    )
    n = 0
    for user_id, keep_days in session.execute(wanted).all():
        old = ReadingRow.user_id == user_id, ReadingRow.at < now - timedelta(days=keep_days or 0)
        ids = list(session.scalars(select(ReadingRow.id).where(*old)))
        session.execute(delete(ReadingRow).where(ReadingRow.id.in_(ids)))
        n += len(ids)
    if n:
        session.info[ERASED] = True
    return n


def readings_since(session: Session, user_id: int, since: datetime) -> list[StoredReading]:
    """Return the moods that the person had or said from a moment on, oldest first."""
    mine = ReadingRow.user_id == user_id, ReadingRow.at >= since, is_own_mood()
    rows = session.scalars(select(ReadingRow).where(*mine).order_by(ReadingRow.at, ReadingRow.id))
    return [as_reading(row) for row in rows]


def heard_since(session: Session, user_id: int, since: datetime) -> list[Heard]:
    """Return the songs suggested to a person from a moment on, oldest first."""
    query = (
        select(SuggestionTrackRow, SuggestionRow.reading_id, SuggestionRow.at, RatingRow.liked)
        .join(SuggestionRow, SuggestionRow.id == SuggestionTrackRow.suggestion_id)
        .outerjoin(
            RatingRow,
            (RatingRow.user_id == SuggestionRow.user_id)
            & (RatingRow.track_id == SuggestionTrackRow.track_id),
        )
        .where(SuggestionRow.user_id == user_id, SuggestionRow.at >= since)
        .order_by(SuggestionRow.id, SuggestionTrackRow.position)
    )
    return [
        Heard(reading_id, StoredTrack(TrackId(row.track_id), row.title, row.artist), liked, at)
        for row, reading_id, at, liked in session.execute(query)
    ]
