"""The language that a person chose, and whether kind words may come with low moods."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("chosen_language", sa.String(35)))
    op.add_column("users", sa.Column("care", sa.Boolean, nullable=False, server_default=sa.true()))
    op.add_column("users", sa.Column("care_shown_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    for column in ("care_shown_at", "care", "chosen_language"):
        op.drop_column("users", column)
