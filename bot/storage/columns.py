"""The base of all tables, and the column types that SQLite and JSON need."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, MetaData, types
from sqlalchemy.orm import DeclarativeBase

from inference.emotions import Emotion, EmotionScores

# SQLite cannot alter a constraint without a name, so every one gets a name that follows from it.
NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(types.TypeDecorator[datetime]):
    """A moment: timezone-aware in Python, UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a timezone, and hand over UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"expected a moment with a timezone, found {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Say that the stored moment is UTC."""
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


class Scores(types.TypeDecorator[EmotionScores]):
    """Emotion scores as a JSON object, by name: independent of the order of the emotions."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: EmotionScores | None, _: Dialect) -> Any:
        """Return what JSON can hold; the type of JSON is Any."""
        return value and {emotion.value: score for emotion, score in value.items()}

    def process_result_value(self, value: Any, _: Dialect) -> EmotionScores | None:
        """Return the checked value that was stored; JSON gives Any."""
        return value and EmotionScores.from_weights({Emotion(e): p for e, p in value.items()})


class Table(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    # Any: SQLAlchemy declares it so; a Telegram id needs more than 32 bits.
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        EmotionScores: Scores,
        # SQLite numbers rows by itself only where the type is spelled INTEGER.
        int: BigInteger().with_variant(types.Integer(), "sqlite"),
    }
