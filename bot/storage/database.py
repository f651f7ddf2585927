"""One SQLite file, one thread that talks to it, one transaction per call.

A second thread moves the write-ahead log into the file now and then: the disk's "it is safe now"
takes most of a second on a slow one, and nobody's answer waits for that.
"""

import asyncio
import itertools
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, exc, inspect, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import BotError, OperatorError

P = ParamSpec("P")
T = TypeVar("T")

HEAD = "0006"  # the newest migration; a test compares it with the scripts
ERASED = "erased"  # the mark of a session that deleted what is private
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
PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
EVERY = 256  # transactions from one move of the log to the next: some 3 MB of it
# Whoever writes goes on meanwhile; `TRUNCATE` holds them up, but finds little left to do.
MOVE, MOVE_AND_EMPTY = ("PASSIVE",), ("PASSIVE", "TRUNCATE")


class SchemaError(OperatorError):
    """There is no database at the address, or not one at the newest migration."""


class StorageError(BotError):
    """The database could not be read or written."""


class UnavailableError(StorageError):
    """It is locked, full, read-only or out of reach: later it may be read and written again."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. Close it, or its threads stay."""

    _engine: Engine
    _thread: ThreadPoolExecutor
    _mover: ThreadPoolExecutor
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1), kw_only=True)

    @classmethod
    async def open(cls, url: str) -> "Database":
        """Return the database at `url`, ready for use.

        Raises:
            SchemaError: It does not exist, or is not at the newest migration.
            StorageError: It cannot be read.
        """
        # Errors would show the values of a statement otherwise, and those are private.
        engine = create_engine(url, hide_parameters=True)
        path = Path(engine.url.database or "")
        if not await asyncio.to_thread(path.is_file):  # SQLite would leave an empty file behind
            raise SchemaError(f"no database at {path}: {REMEDY}")
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_immediate)
        database = cls(engine, *[ThreadPoolExecutor(1, name) for name in ("database", "log")])
        try:
            await database.run(_check_revision, path)
        except BaseException:
            await database.close()
            raise
        return database

    async def run(
        self,
        function: Callable[Concatenate[Session, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Return what `function` returns; all of what it does is kept, or nothing of it.

        After something private was deleted it returns when that is in no file any more.

        Raises:
            StorageError: The database could not be read or written.
        """
        work = partial(self._transact, lambda session: function(session, *args, **kwargs))
        loop = asyncio.get_running_loop()
        result, erased = await loop.run_in_executor(self._thread, work)
        if erased:
            await loop.run_in_executor(self._mover, self._move_log, MOVE_AND_EMPTY)
        return result

    async def close(self) -> None:
        """Finish the transactions that were asked for, and let go of the file."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._mover.shutdown)
        await loop.run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()

    def _transact(self, work: Callable[[Session], T]) -> tuple[T, bool]:
        """Return what the work returns, and whether it deleted what is private."""
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                result = work(session)
        except exc.IntegrityError:
            raise  # a mistake of ours, not the database's
        except exc.DatabaseError as error:
            raise fault(error) from error
        if next(self._numbers) % EVERY == 0:
            self._mover.submit(self._move_log, MOVE)
        return result, ERASED in session.info

    def _move_log(self, modes: Sequence[str]) -> None:
        """Move the write-ahead log into the file; old pages in it still show what was erased."""
        connection = self._engine.raw_connection()
        try:
            for mode in modes:
                connection.cursor().execute(f"PRAGMA wal_checkpoint({mode})").close()
        finally:
            connection.close()


def fault(error: exc.DatabaseError) -> StorageError:
    """Return what a driver's error means."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    passing = code is not None and code & 0xFF in PASSING
    kind = UnavailableError if passing or error.connection_invalidated else StorageError
    return kind(f"database: {error.orig}")


REMEDY = "`make run` sets it up, and so does `alembic upgrade head`"


def _set_pragmas(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; _begin_immediate does
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer later could not wait for it."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _check_revision(session: Session, path: Path) -> None:
    found = None
    if inspect(session.connection()).has_table("alembic_version"):
        found = session.scalar(text("SELECT version_num FROM alembic_version"))
    if found != HEAD:
        raise SchemaError(
            f"the database at {path} is at migration {found}, expected {HEAD}: {REMEDY}"
        )
