"""Readings: moods from pictures or words, and their corrections."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from bot.errors import BotError
from bot.storage.core import READINGS
from bot.storage.tables import ReadingRow
from inference.emotions import Emotion, EmotionScores

_SAVE = insert(READINGS).returning(READINGS.c.id)


def is_own_mood() -> ColumnElement[bool]:
    """Return the condition that a reading is a person's own mood, seen or said."""
    nobodys = ReadingRow.source.in_([ReadingSource.WISH, ReadingSource.GROUP])
    return ~nobodys | ReadingRow.corrected.is_not(None)


class UnknownReadingError(BotError):
    """No reading has this id: it was forgotten."""


class ReadingSource(StrEnum):
    """Where a reading comes from."""

    SELFIE = "selfie"
    CLIP = "clip"
    BUTTON = "button"
    WORDS = "words"
    MIRROR = "mirror"
    WISH = "wish"  # songs by name, or only brighter or calmer ones: no mood was said
    GROUP = "group"  # a picture of several people: how large a share looks how, nobody's own mood


@dataclass(frozen=True, slots=True)
class StoredReading:
    """A reading, and the person's correction.

    Attributes:
        scores: What was read.
        corrected: What the person said it was instead; None while they said nothing.
    """

    reading_id: int
    scores: EmotionScores
    source: ReadingSource
    certain: bool
    corrected: Emotion | None
    at: datetime

    @property
    def believed(self) -> EmotionScores:
        """The scores to use: the correction's, else the reading's; of two moods if it is unsure."""
        if self.corrected:
            return EmotionScores.only(self.corrected)
        return self.scores.to_choose_by(certain=self.certain)


def save_reading(  # noqa: PLR0913 - a row has this many columns
    session: Session,
    user_id: int,
    scores: EmotionScores,
    *,
    source: ReadingSource,
    certain: bool,
    at: datetime,
) -> int:
    """Save a reading of a known person, and return its id."""
    read = {"scores": scores, "source": source, "certain": certain}
    return int(session.scalars(_SAVE, {"user_id": user_id, **read, "at": at}).one())


def correct_reading(session: Session, reading_id: int, emotion: Emotion, *, at: datetime) -> None:
    """Save the person's correction of a reading; the reading is kept.

    Raises:
        UnknownReadingError: There is no such reading.
    """
    row = _row_of(session, reading_id)
    row.corrected, row.corrected_at = emotion, at


def reading_of(session: Session, reading_id: int) -> StoredReading:
    """Return one reading.

    Raises:
        UnknownReadingError: There is no such reading.
    """
    return as_reading(_row_of(session, reading_id))


def _row_of(session: Session, reading_id: int) -> ReadingRow:
    row = session.get(ReadingRow, reading_id)
    if row is None:
        raise UnknownReadingError(f"no reading {reading_id}")
    return row


def readings_of(session: Session, user_id: int, limit: int) -> list[StoredReading]:
    """Return the moods that the person had or said last, newest first."""
    query = select(ReadingRow).where(ReadingRow.user_id == user_id, is_own_mood())
    rows = session.scalars(query.order_by(ReadingRow.id.desc()).limit(limit))
    return [as_reading(row) for row in rows]


def as_reading(row: ReadingRow) -> StoredReading:
    """Return a row of the table as the value that leaves this package."""
    return StoredReading(
        reading_id=row.id,
        scores=row.scores,
        source=ReadingSource(row.source),
        certain=row.certain,
        corrected=Emotion(row.corrected) if row.corrected else None,
        at=row.at,
    )
