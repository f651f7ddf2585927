"""The inbox numbers its own rows, and says of each how far it is."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# As in the first migration.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
UNKNOWN_BOT = 0  # the bot takes such rows over when it starts

# What the inbox had before and has after; and the answers that name its rows.
MOMENTS = ("received_at", "done_at")
KEPT: list[sa.ColumnClause[Any]] = [
    *(sa.column(name, NUMBER) for name in ("update_id", "user_id")),
    sa.column("payload", sa.String()),
    *(sa.column(name, MOMENT) for name in MOMENTS),
]
ADDED = [sa.column(name, NUMBER) for name in ("id", "bot_id", "tries", "replays")]
INBOX = sa.table("inbox", *KEPT, *ADDED)
SUGGESTIONS = sa.table("suggestions", sa.column("id", NUMBER), sa.column("update_id", NUMBER))


def upgrade() -> None:
    rows = take_inbox()
    op.create_table(
        "inbox",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("bot_id", NUMBER, nullable=False),
        sa.Column("update_id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER),
        sa.Column("payload", sa.String),
        sa.Column("tries", NUMBER, nullable=False),
        sa.Column("message_id", NUMBER),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("begun_at", MOMENT),
        sa.Column("sending_at", MOMENT),
        sa.Column("done_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("bot_id", "update_id", name="uq_inbox_bot_id_update_id"),
        sqlite_autoincrement=True,
    )
    put_inbox(rows, bot_id=UNKNOWN_BOT, tries=0)
    numbered = op.get_bind().execute(sa.select(INBOX.c.update_id, INBOX.c.id)).all()
    renumber_answers({row[0]: row[1] for row in numbered})


def downgrade() -> None:
    numbered = op.get_bind().execute(sa.select(INBOX.c.id, INBOX.c.update_id)).all()
    renumber_answers({row[0]: row[1] for row in numbered})
    rows = take_inbox()
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
    put_inbox(rows, replays=0)


def take_inbox() -> list[dict[str, Any]]:
    """Drop the table; return its rows, one for each number of Telegram's, oldest first."""
    query = sa.select(*KEPT).select_from(INBOX).order_by(INBOX.c.update_id)
    rows = [dict(row) for row in op.get_bind().execute(query).mappings()]
    for column in ("user_id", "done_at"):
        op.drop_index(f"ix_inbox_{column}", "inbox")
    op.drop_table("inbox")
    return list({row["update_id"]: row for row in rows}.values())


def put_inbox(rows: list[dict[str, Any]], **added: int) -> None:
    """Fill the new table, and index it."""
    if rows:
        op.get_bind().execute(sa.insert(INBOX), [row | added for row in rows])
    for column in ("user_id", "done_at"):
        op.create_index(f"ix_inbox_{column}", "inbox", [column])


def renumber_answers(numbers: dict[int, int]) -> None:
    """Let answers name rows of the inbox by other numbers; those to rows that went name none."""
    bind, row = op.get_bind(), SUGGESTIONS.c
    named = bind.execute(sa.select(row.id, row.update_id).where(row.update_id.in_(numbers))).all()
    bind.execute(sa.update(SUGGESTIONS).values(update_id=None))
    for answer_id, update_id in named:
        number = numbers[update_id]
        bind.execute(sa.update(SUGGESTIONS).where(row.id == answer_id).values(update_id=number))
