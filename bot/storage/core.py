"""The tables as SQLAlchemy Core has them, for what every answer reads and writes.

Making a statement takes three times as long as asking it, and the unit of work of the ORM as long
again. So these statements are made once, with named parameters, and rows come as plain tuples.
They do not see what an ORM object of the same session was given and is not yet flushed.
"""

from functools import cache
from typing import TypeAlias

from sqlalchemy import Table as CoreTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.storage.columns import Table
from bot.storage.tables import (
    BlockedArtistRow,
    InboxRow,
    PreferencesRow,
    RatingRow,
    ReadingRow,
    SuggestionRow,
    SuggestionTrackRow,
    UserRow,
)

# Both know ON CONFLICT, and write it in the same way.
Upsert: TypeAlias = postgresql.Insert | sqlite.Insert


def _core(table: type[Table]) -> CoreTable:
    return table.metadata.tables[table.__tablename__]


USERS, PREFERENCES = _core(UserRow), _core(PreferencesRow)
READINGS, SUGGESTIONS = _core(ReadingRow), _core(SuggestionRow)
TRACKS, RATINGS = _core(SuggestionTrackRow), _core(RatingRow)
BLOCKED, INBOX = _core(BlockedArtistRow), _core(InboxRow)


def dialect_of(session: Session) -> str:
    """Return the name of the database that a session talks to."""
    return session.get_bind().dialect.name


def insert_into(table: CoreTable, dialect: str) -> Upsert:
    """Return an insert that can say what happens where a row is there already."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def upsert(table: CoreTable, dialect: str, *changed: str) -> Upsert:
    """Return an insert that changes these columns where a row with its key is there already."""
    statement = insert_into(table, dialect)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={name: statement.excluded[name] for name in changed},
    )
