"""The tables. Emotion scores and songs only: nothing of a picture is ever a column."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    UniqueConstraint,
    true,
    types,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from inference.emotions import Emotion, EmotionScores

# SQLite cannot alter a constraint without a name, so every one gets a name that follows from it.
NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite gives the id of a deleted row to the next one; an old button must not meet new songs.
NEVER_REUSE_IDS = {"sqlite_autoincrement": True}


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


class UserRow(Table):
    """A person who wrote to the bot."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    language: Mapped[str | None] = mapped_column(String(35))  # the longest tag: BCP 47, 4.4.1
    chosen_language: Mapped[str | None] = mapped_column(String(35))  # None: the client's
    active: Mapped[bool]
    notice_shown_at: Mapped[datetime | None]
    care: Mapped[bool] = mapped_column(default=True, server_default=true())
    care_shown_at: Mapped[datetime | None]  # help was named after a run of low moods, last
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class ReadingRow(Table):
    """What one picture, clip, button or word said about a mood."""

    __tablename__ = "readings"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    source: Mapped[str] = mapped_column(String(16))
    scores: Mapped[EmotionScores]
    certain: Mapped[bool]
    corrected: Mapped[str | None] = mapped_column(String(16))
    corrected_at: Mapped[datetime | None]
    at: Mapped[datetime]


class SuggestionRow(Table):
    """Songs that were chosen for a reading; without a message id they were not sent yet."""

    __tablename__ = "suggestions"
    __table_args__ = (
        Index("ix_suggestions_chat_id_message_id", "chat_id", "message_id"),
        NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    reading_id: Mapped[int] = mapped_column(
        ForeignKey("readings.id", ondelete="CASCADE"), index=True
    )
    chat_id: Mapped[int]
    message_id: Mapped[int | None]
    update_id: Mapped[int | None] = mapped_column(unique=True)  # a replay finds its first run
    aim: Mapped[str] = mapped_column(String(16))
    version: Mapped[str] = mapped_column(String(64))  # of the snapshot
    at: Mapped[datetime]
    helped_at: Mapped[datetime | None] = mapped_column(index=True)

    reading: Mapped[ReadingRow] = relationship()
    tracks: Mapped[list["SuggestionTrackRow"]] = relationship(
        order_by="SuggestionTrackRow.position", passive_deletes=True
    )


class SuggestionTrackRow(Table):
    """One song of a suggestion, with its words: it reads well when the catalogue has changed."""

    __tablename__ = "suggestion_tracks"

    suggestion_id: Mapped[int] = mapped_column(
        ForeignKey("suggestions.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    track_id: Mapped[str]
    title: Mapped[str]
    artist: Mapped[str]
    opened_at: Mapped[datetime | None] = mapped_column(index=True)  # a link to it, at first


class RatingRow(Table):
    """A person's one opinion about a song."""

    __tablename__ = "ratings"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    track_id: Mapped[str] = mapped_column(primary_key=True)
    liked: Mapped[bool]
    title: Mapped[str]
    artist: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class PreferencesRow(Table):
    """Which songs a person wants at all; an empty list leaves the choice open."""

    __tablename__ = "preferences"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    languages: Mapped[list[str]] = mapped_column(JSON)
    genres: Mapped[list[str]] = mapped_column(JSON)
    decades: Mapped[list[int]] = mapped_column(JSON)
    explicit: Mapped[bool]
    freshness: Mapped[float]


class BlockedArtistRow(Table):
    """An artist whom a person never wants to hear."""

    __tablename__ = "blocked_artists"
    __table_args__ = (UniqueConstraint("user_id", "artist"), NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    artist: Mapped[str]


class InboxRow(Table):
    """An update from Telegram; once done, only its id stays."""

    __tablename__ = "inbox"

    update_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int | None] = mapped_column(index=True)  # no key: the person may be new
    payload: Mapped[str | None]
    replays: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(index=True)


class AuditRow(Table):
    """What an admin did, and how it ended."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    admin_id: Mapped[int | None]  # None once they asked to be forgotten
    action: Mapped[str]
    outcome: Mapped[str]
    at: Mapped[datetime]
