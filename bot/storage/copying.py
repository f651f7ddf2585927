"""Export and import of all rows of a database, of either kind, as lines of JSON.

The inbox is left out: it holds private messages, and they are answered by then.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Engine, delete, func, insert, select, text
from sqlalchemy import Table as SqlTable

from bot.storage import sqlite
from bot.storage.columns import Scores, Table, UtcDateTime
from bot.storage.database import open_engine
from bot.storage.schema import check_revision_of
from bot.storage.tables import InboxRow

ROWS = 1_000  # at once: some hundred KB
# A suggestion names the inbox row it answers. Elsewhere that number is, or will be, another row.
LEFT_OUT = {("suggestions", "update_id")}

Write = Callable[[str, Iterator[bytes]], None]
Read = Callable[[str], Iterator[bytes]]


def tables() -> list[SqlTable]:
    """Return the tables that are copied, each after those that its rows refer to."""
    inbox = InboxRow.__table__
    return [table for table in Table.metadata.sorted_tables if table is not inbox]


def copy_out(url: str, write: Write) -> None:
    """Export all rows in one read transaction, while others may write.

    Args:
        url: The database's address.
        write: Takes the name of a table and its rows, a line of JSON each.

    Raises:
        SchemaError: The database is not at the newest migration.
    """
    engine = open_engine(url, reading=True)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            check_revision_of(connection, str(engine.url.database))
            for table in tables():
                write(table.name, _lines(connection, table))
    finally:
        engine.dispose()


def copy_in(url: str, read: Read) -> None:
    """Replace all rows in one transaction.

    Args:
        url: The database's address; at the newest migration.
        read: Takes the name of a table and returns its rows, as `copy_out` wrote them.

    Raises:
        SchemaError: The database is not at the newest migration.
    """
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            check_revision_of(connection, str(engine.url.database))
            for table in reversed(tables()):
                connection.execute(delete(table))
            for table in tables():
                for rows in _batches(table, read(table.name), engine.dialect):
                    connection.execute(insert(table), rows)
                _count_on(connection, table)
        _leave_no_log(engine)
    finally:
        engine.dispose()


def _lines(connection: Connection, table: SqlTable) -> Iterator[bytes]:
    query = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=ROWS).execute(query):
        values = {
            column.name: _out(column, value, connection.dialect)
            for column, value in zip(table.columns, row, strict=True)
            if (table.name, column.name) not in LEFT_OUT
        }
        yield json.dumps(values, ensure_ascii=False).encode() + b"\n"


def _batches(
    table: SqlTable, lines: Iterator[bytes], dialect: Dialect
) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    for line in lines:
        found = json.loads(line)
        rows.append({c.name: _in(c, found.get(c.name), dialect) for c in table.columns})
        if len(rows) == ROWS:
            yield rows
            rows = []
    if rows:
        yield rows


def _out(column: Column[Any], value: Any, dialect: Dialect) -> Any:  # Any: of whatever type
    if isinstance(column.type, Scores):
        return column.type.process_bind_param(value, dialect)
    return value.isoformat() if isinstance(value, datetime) else value


def _in(column: Column[Any], value: Any, dialect: Dialect) -> Any:  # Any: the same
    if value is None:
        return None
    if isinstance(column.type, Scores):
        return column.type.process_result_value(value, dialect)
    return datetime.fromisoformat(value) if isinstance(column.type, UtcDateTime) else value


def _count_on(connection: Connection, table: SqlTable) -> None:
    """Set PostgreSQL's sequences above the imported ids and never back: as SQLite does by itself.

    What was sent after the backup has buttons with numbers that came after the imported ones.
    """
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    after = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
    sequence = func.pg_get_serial_sequence(table.name, column.name)
    following = func.greatest(after, func.nextval(sequence))
    connection.execute(select(func.setval(sequence, following, text("false"))))


def _leave_no_log(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        sqlite.empty_log(engine)
