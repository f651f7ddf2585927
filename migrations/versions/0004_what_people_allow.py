"""What people allow: consent, how long history is kept, reminders; and their clock."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# As in the first migration.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in of_users():
        op.add_column("users", column)
    for column in of_preferences():
        op.add_column("preferences", column)
    op.create_index("ix_preferences_keep_days", "preferences", ["keep_days"])
    op.add_column("suggestions", sa.Column("ask_at", MOMENT))
    op.create_index("ix_suggestions_ask_at", "suggestions", ["ask_at"])
    op.create_table(
        "reminders",
        sa.Column("user_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("minute", NUMBER, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_reminders"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_reminders_user_id_users", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_reminders_next_at", "reminders", ["next_at"])


def downgrade() -> None:
    op.drop_table("reminders")
    op.drop_index("ix_suggestions_ask_at", "suggestions")
    op.drop_column("suggestions", "ask_at")
    op.drop_index("ix_preferences_keep_days", "preferences")
    for column in reversed(of_preferences()):
        op.drop_column("preferences", column.name)
    for column in reversed(of_users()):
        op.drop_column("users", column.name)


def of_users() -> list[sa.Column[object]]:
    return [
        sa.Column("consent_version", sa.String(16)),
        sa.Column("consented_at", MOMENT),
        sa.Column("zone", sa.String(64)),
    ]


def of_preferences() -> list[sa.Column[object]]:
    # A new column that must not be empty needs a value for the rows there are.
    return [
        sa.Column("kinds", sa.JSON, nullable=False, server_default=sa.text("'[]'")),
        sa.Column("heavy", sa.Boolean),
        sa.Column("aim", sa.String(16), nullable=False, server_default="match"),
        sa.Column("keep_days", NUMBER),
        sa.Column("ask_helped", sa.Boolean, nullable=False, server_default=sa.false()),
    ]
