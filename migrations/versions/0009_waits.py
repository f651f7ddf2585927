"""What an update asks for, and when its person was told that the answer comes."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "inbox", sa.Column("kind", sa.String(8), nullable=False, server_default=sa.text("'WORDS'"))
    )
    op.add_column("inbox", sa.Column("expected_at", sa.DateTime(timezone=True)))
    # Claims go through what is open in this order, and not through all that is done before it.
    op.create_index(
        "ix_inbox_order",
        "inbox",
        ["bot_id", "id"],
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_inbox_order", "inbox")
    with op.batch_alter_table("inbox") as batch:
        batch.drop_column("expected_at")
        batch.drop_column("kind")
