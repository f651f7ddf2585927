"""Which launches of the mirror were shown already."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "launches",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_launches"),
    )
    op.create_index("ix_launches_at", "launches", ["at"])


def downgrade() -> None:
    op.drop_index("ix_launches_at", "launches")
    op.drop_table("launches")
