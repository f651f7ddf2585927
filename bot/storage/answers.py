"""What an answer reads before songs are chosen and writes afterwards, a transaction each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.storage.artists import blocked_by
from bot.storage.asked import NOTHING, Asked
from bot.storage.evidence import Evidence, evidence_of
from bot.storage.history import (
    FAR_BACK,
    StoredSuggestion,
    StoredTrack,
    heard_by,
    save_suggestion,
    suggestion_of,
    suggestion_of_update,
)
from bot.storage.inbox import mark_sending
from bot.storage.preferences import Preferences, preferences_of
from bot.storage.ratings import ratings_of
from bot.storage.readings import ReadingSource, StoredReading, reading_of, save_reading
from bot.storage.tables import ReadingRow, SuggestionRow
from bot.storage.users import save_user
from graph.choosing.recommend import FRESH
from graph.tracks import TrackId
from inference.emotions import EmotionScores


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants songs for.

    Attributes:
        update_id: The update that says so: one update has one answer.
        reading_id: The reading that the songs are for; None to save a new one.
        aim: As `graph.choosing.recommend.Aim` writes it.
        asked: What else the songs must be.
    """

    user_id: int
    chat_id: int
    update_id: int
    language: str | None
    scores: EmotionScores
    source: ReadingSource
    certain: bool = True
    reading_id: int | None = None
    aim: str = "match"
    asked: Asked = NOTHING


@dataclass(frozen=True, slots=True)
class Taste:
    """What is known about a person when songs are chosen.

    Attributes:
        evidence: What they did with songs, the latest last.
        blocked: Artists who are never to come.
        preferences: What the person chose in /settings.
        earlier: The suggestion that this update led to before: one, or none yet.
    """

    ratings: dict[TrackId, bool]
    heard: list[TrackId]
    evidence: Evidence
    blocked: frozenset[str]
    preferences: Preferences
    earlier: list[StoredSuggestion]


NO_TASTE = Taste({}, [], [], frozenset(), Preferences(), [])


def taste_of(session: Session, user_id: int, update_id: int) -> Taste:
    """Return a person's reactions, blocked artists, preferences and latest songs."""
    preferences = preferences_of(session, user_id)
    # People who chose fresh songs never get one again.
    heard = {"limit": FAR_BACK} if preferences.freshness > FRESH else {}
    return Taste(
        ratings_of(session, user_id),
        heard_by(session, user_id, **heard),
        evidence_of(session, user_id),
        frozenset(known.artist for known in blocked_by(session, user_id)),
        preferences,
        suggestion_of_update(session, update_id),
    )


def save_answer(
    session: Session, wish: Wish, tracks: list[StoredTrack], *, version: str, at: datetime
) -> StoredSuggestion:
    """Save the person, the reading and the songs; return the suggestion, which is not sent yet.

    If the update was answered before, its first suggestion is returned and nothing changes.
    """
    if earlier := suggestion_of_update(session, wish.update_id):
        return earlier[0]
    save_user(session, wish.user_id, language=wish.language, at=at)
    reading = _reading_for(session, wish, at)
    suggestion_id = save_suggestion(
        session,
        wish.user_id,
        tracks,
        chat_id=wish.chat_id,
        reading_id=reading.reading_id,
        aim=wish.aim,
        asked=wish.asked,
        update_id=wish.update_id,
        version=version,
        at=at,
    )
    mark_sending(session, wish.update_id, at=at)
    return StoredSuggestion(
        suggestion_id=suggestion_id,
        user_id=wish.user_id,
        chat_id=wish.chat_id,
        message_id=None,
        reading=reading,
        aim=wish.aim,
        tracks=tuple(tracks),
        version=version,
        at=at,
        asked=wish.asked,
    )


def _reading_for(session: Session, wish: Wish, at: datetime) -> StoredReading:
    """Return the reading that songs are for, a new one where the wish names none."""
    if wish.reading_id:
        return reading_of(session, wish.reading_id)
    reading_id = save_reading(
        session, wish.user_id, wish.scores, source=wish.source, certain=wish.certain, at=at
    )
    return StoredReading(reading_id, wish.scores, wish.source, wish.certain, None, at)


def shown_before(session: Session, stored: StoredSuggestion, aim: str) -> list[StoredSuggestion]:
    """Return the songs that a message showed last with another aim: one suggestion, or none.

    Songs that were chosen before the person corrected the mood are not looked for.
    """
    query = (
        select(SuggestionRow.id)
        .join(ReadingRow, ReadingRow.id == SuggestionRow.reading_id)
        .where(
            SuggestionRow.chat_id == stored.chat_id,
            SuggestionRow.message_id == stored.message_id,
            SuggestionRow.reading_id == stored.reading.reading_id,
            SuggestionRow.aim == aim,
            or_(ReadingRow.corrected_at.is_(None), SuggestionRow.at >= ReadingRow.corrected_at),
        )
        .order_by(SuggestionRow.id.desc())
        .limit(1)
    )
    return [suggestion_of(session, found) for found in session.scalars(query)]


def newest_in(session: Session, chat_id: int, message_id: int) -> int:
    """Return the id of the suggestion that a message shows now; 0 when it shows none."""
    here = SuggestionRow.chat_id == chat_id, SuggestionRow.message_id == message_id
    return session.scalar(select(func.max(SuggestionRow.id)).where(*here)) or 0
