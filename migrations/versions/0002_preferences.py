"""What people want to hear and what helped them; the audit can forget who it was."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# As in the first migration.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
MOMENTS = (("suggestions", "helped_at"), ("suggestion_tracks", "opened_at"))


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("user_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("genres", sa.JSON, nullable=False),
        sa.Column("decades", sa.JSON, nullable=False),
        sa.Column("explicit", sa.Boolean, nullable=False),
        sa.Column("freshness", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_preferences"),
        belongs_to_user("preferences"),
    )
    op.create_table(
        "blocked_artists",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("artist", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_blocked_artists"),
        sa.UniqueConstraint("user_id", "artist", name="uq_blocked_artists_user_id_artist"),
        belongs_to_user("blocked_artists"),
        sqlite_autoincrement=True,
    )
    for table, column in MOMENTS:
        op.add_column(table, sa.Column(column, MOMENT))
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_ratings_at", "ratings", ["at"])
    with op.batch_alter_table("audit") as audit:
        audit.alter_column("admin_id", existing_type=NUMBER, nullable=True)


def downgrade() -> None:
    op.execute("UPDATE audit SET admin_id = 0 WHERE admin_id IS NULL")
    with op.batch_alter_table("audit") as audit:
        audit.alter_column("admin_id", existing_type=NUMBER, nullable=False)
    op.drop_index("ix_ratings_at", "ratings")
    for table, column in MOMENTS:
        op.drop_index(f"ix_{table}_{column}", table)
        op.drop_column(table, column)
    op.drop_table("blocked_artists")
    op.drop_table("preferences")


def belongs_to_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"], ["users.id"], name=f"fk_{table}_user_id_users", ondelete="CASCADE"
    )
