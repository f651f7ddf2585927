"""Which worker has an update in hand, and until when; and which graph all hosts are to use."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# As in the first migration.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("inbox", sa.Column("worker", sa.String(32)))
    op.add_column("inbox", sa.Column("leased_until", MOMENT))
    # The head of each person's line is looked for at every claim; open rows are few, old ones many.
    op.create_index(
        "ix_inbox_open",
        "inbox",
        ["user_id", "id"],
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "publications",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("publications")
    op.drop_index("ix_inbox_open", "inbox")
    op.drop_column("inbox", "leased_until")
    op.drop_column("inbox", "worker")
