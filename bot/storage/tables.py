"""The tables. Emotion scores and songs only: nothing of a picture is ever a column."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.storage.columns import Table
from inference.emotions import EmotionScores

# SQLite gives the id of a deleted row to the next one; an old button must not meet new songs.
NEVER_REUSE_IDS = {"sqlite_autoincrement": True}


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
    consent_version: Mapped[str | None] = mapped_column(String(16))  # of the text agreed to
    consented_at: Mapped[datetime | None]
    zone: Mapped[str | None] = mapped_column(String(64))  # a name of the IANA time zone database
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
    update_id: Mapped[int | None] = mapped_column(unique=True)  # InboxRow.id: to find it again
    aim: Mapped[str] = mapped_column(String(16))
    asked: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # `Asked`
    version: Mapped[str] = mapped_column(String(64))  # of the snapshot
    at: Mapped[datetime]
    helped_at: Mapped[datetime | None] = mapped_column(index=True)
    ask_at: Mapped[datetime | None] = mapped_column(index=True)  # whether it helped; once

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
    kinds: Mapped[list[str]] = mapped_column(JSON)  # what is no ordinary song, let back in
    heavy: Mapped[bool | None]  # None: as the choice of songs sees fit
    aim: Mapped[str] = mapped_column(String(16))  # what a new answer begins with
    keep_days: Mapped[int | None] = mapped_column(index=True)  # of the history; None keeps all
    ask_helped: Mapped[bool]  # whether to ask later, once, if the songs helped


class BlockedArtistRow(Table):
    """An artist whom a person never wants to hear."""

    __tablename__ = "blocked_artists"
    __table_args__ = (UniqueConstraint("user_id", "artist"), NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    artist: Mapped[str]


class ReminderRow(Table):
    """A daily reminder that a person asked for."""

    __tablename__ = "reminders"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    minute: Mapped[int]  # after midnight, by the person's own clock
    next_at: Mapped[datetime] = mapped_column(index=True)


class InboxRow(Table):
    """An update from Telegram, and how far it is; once done, its numbers alone stay.

    `id` belongs to this table and is never used again, so answers name it: Telegram's `update_id`
    is unique for one bot and for some days only.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        Index(
            "ix_inbox_open",
            "user_id",
            "id",
            postgresql_where=text("done_at IS NULL"),
            sqlite_where=text("done_at IS NULL"),
        ),
        Index(
            "ix_inbox_order",
            "bot_id",
            "id",
            postgresql_where=text("done_at IS NULL"),
            sqlite_where=text("done_at IS NULL"),
        ),
        NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bot_id: Mapped[int]
    update_id: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(index=True)  # no key: the person may be new
    payload: Mapped[str | None]
    kind: Mapped[str] = mapped_column(String(8), server_default=text("'WORDS'"))
    tries: Mapped[int]  # how often the work on it was begun
    message_id: Mapped[int | None]  # of ours, which the answer takes the place of
    received_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # not before
    begun_at: Mapped[datetime | None]  # last
    sending_at: Mapped[datetime | None]  # an answer was on its way: it may have arrived
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    worker: Mapped[str | None] = mapped_column(String(32))  # who has it in hand, of several
    leased_until: Mapped[datetime | None]  # without a worker: its person is being told the wait
    expected_at: Mapped[datetime | None]  # when its person was told that the answer comes


class PublicationRow(Table):
    """A version of the graph that all hosts are to use; the newest row counts."""

    __tablename__ = "publications"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class LaunchRow(Table):
    """A launch of the mirror that was shown: what Telegram signed it with, and nothing else."""

    __tablename__ = "launches"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class AuditRow(Table):
    """What an admin did, and how it ended."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    admin_id: Mapped[int | None]  # None once they asked to be forgotten
    action: Mapped[str]
    outcome: Mapped[str]
    at: Mapped[datetime]
