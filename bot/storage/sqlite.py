"""SQLite: the settings of a connection, and checkpoints of the write-ahead log."""

import sqlite3

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

# With WAL, synchronous NORMAL loses nothing when the program is killed, only when the power
# fails, and costs 0.1 ms per commit where FULL costs 10. secure_delete overwrites what goes.
PRAGMAS = (
    "journal_mode = WAL",
    "busy_timeout = 5000",
    "foreign_keys = ON",
    "synchronous = NORMAL",
    "secure_delete = ON",
    "wal_autocheckpoint = 0",  # it would be done by whoever commits at that moment
)
# What may pass: https://www.sqlite.org/rescode.html, the low byte.
PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)


def open_sqlite(url: str, *, reading: bool = False) -> Engine:
    """Return an engine whose connections are set up; its transactions write or only read."""
    # Errors would show the values of a statement otherwise, and those are private.
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin if reading else _begin_immediate)
    return engine


def move_log(engine: Engine) -> None:
    """Move the write-ahead log into the file, as far as nobody reads it; others go on writing."""
    _checkpoint(engine, "PASSIVE")


def empty_log(engine: Engine) -> bool:
    """Move all of the write-ahead log into the file and empty it: old pages show what was erased.

    Returns:
        Whether it is empty: a program that reads for longer than the busy time-out prevents it.
    """
    _checkpoint(engine, "PASSIVE")  # `TRUNCATE` holds writers up; this leaves it little to do
    busy = _checkpoint(engine, "TRUNCATE")
    return not busy


def _checkpoint(engine: Engine, mode: str) -> bool:
    """Return whether somebody was in the way.

    Source: https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    """
    connection = engine.raw_connection()
    try:
        busy, _, _ = connection.cursor().execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
    finally:
        connection.close()
    return bool(busy)


def _set_pragmas(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; _begin_immediate does
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    """Read what there is at this moment, whatever is written meanwhile."""
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer later could not wait for it."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
