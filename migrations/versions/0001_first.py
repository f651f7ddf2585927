"""The first tables: people, readings, suggestions, ratings, inbox, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A Telegram id needs more than 32 bits; SQLite numbers rows only where the type is INTEGER.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("language", sa.String(35)),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("notice_shown_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
    )
    op.create_table(
        "readings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("scores", sa.JSON, nullable=False),
        sa.Column("certain", sa.Boolean, nullable=False),
        sa.Column("corrected", sa.String(16)),
        sa.Column("corrected_at", MOMENT),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
        belongs_to_user("readings"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "suggestions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("reading_id", NUMBER, nullable=False),
        sa.Column("chat_id", NUMBER, nullable=False),
        sa.Column("message_id", NUMBER),
        sa.Column("update_id", NUMBER),
        sa.Column("aim", sa.String(16), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_suggestions"),
        sa.UniqueConstraint("update_id", name="uq_suggestions_update_id"),
        belongs_to_user("suggestions"),
        sa.ForeignKeyConstraint(
            ["reading_id"],
            ["readings.id"],
            name="fk_suggestions_reading_id_readings",
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "suggestion_tracks",
        sa.Column("suggestion_id", NUMBER, nullable=False),
        sa.Column("position", NUMBER, autoincrement=False, nullable=False),
        sa.Column("track_id", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("artist", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("suggestion_id", "position", name="pk_suggestion_tracks"),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestions.id"],
            name="fk_suggestion_tracks_suggestion_id_suggestions",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "ratings",
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("track_id", sa.String, nullable=False),
        sa.Column("liked", sa.Boolean, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("artist", sa.String, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "track_id", name="pk_ratings"),
        belongs_to_user("ratings"),
    )
    op.create_table(
        "inbox",
        sa.Column("update_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("user_id", NUMBER),
        sa.Column("payload", sa.String),
        sa.Column("replays", NUMBER, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT),
        sa.PrimaryKeyConstraint("update_id", name="pk_inbox"),
    )
    op.create_table(
        "audit",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("admin_id", NUMBER, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    for table, *columns in INDICES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def downgrade() -> None:
    tables = ("audit", "inbox", "ratings", "suggestion_tracks", "suggestions", "readings", "users")
    for table in tables:
        op.drop_table(table)


def belongs_to_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"], ["users.id"], name=f"fk_{table}_user_id_users", ondelete="CASCADE"
    )


INDICES = (
    ("readings", "user_id"),
    ("suggestions", "user_id"),
    ("suggestions", "reading_id"),
    ("suggestions", "chat_id", "message_id"),
    ("inbox", "user_id"),
    ("inbox", "done_at"),
)
