"""What else than a mood songs were asked for: languages, genres, decades, an artist."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("suggestions", sa.Column("asked", sa.JSON))


def downgrade() -> None:
    op.drop_column("suggestions", "asked")
