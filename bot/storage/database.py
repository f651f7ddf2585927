"""One database, one transaction per call, in threads of its own.

SQLite has one thread that talks to it. A second one moves the write-ahead log into the file now
and then: the disk's "it is safe now" takes most of a second on a slow one, and nobody's answer
waits for that. PostgreSQL has a thread for each of its connections.
"""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine, exc
from sqlalchemy.orm import Session

from bot.errors import BotError, OperatorError
from bot.storage import postgresql, sqlite
from bot.storage.schema import REMEDY, SchemaError, check_revision
from bot.storage.threads import Threads

P = ParamSpec("P")
T = TypeVar("T")

ERASED = "erased"  # the mark of a session that deleted what is private
EVERY = 256  # transactions from one move of SQLite's log to the next: some 3 MB of it
# Each waits as long as the busy time-out: fifteen seconds, then the operator has to look.
EMPTYING_TRIES = 3
TRIES = 4  # of a transaction that met another one


class StorageError(BotError):
    """The database could not be read or written."""


class UnavailableError(StorageError):
    """It is locked, full, read-only or out of reach: later it may be read and written again."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. Close it, or its threads stay.

    Attributes:
        url: Its address, for who opens a connection of their own; with its password.
    """

    url: str = field(repr=False)
    _engine: Engine
    # Any: what a transaction returns, and whether it erased something.
    _threads: Threads[tuple[Any, bool]]
    _mover: ThreadPoolExecutor
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1), kw_only=True)

    @classmethod
    async def open(cls, url: str) -> "Database":
        """Return the database at `url`, ready for use.

        Raises:
            SchemaError: It does not exist, or is not at the newest migration.
            OperatorError: It cannot be reached or read, or its driver is missing.
        """
        engine = await asyncio.to_thread(open_engine, url)
        address = address_of(engine)
        n = postgresql.CONNECTIONS if postgresql.is_postgresql(url) else 1
        mover = ThreadPoolExecutor(1, "database-log")
        database = cls(url, engine, Threads(n, "database"), mover)
        try:
            await database.run(check_revision, address)
        except StorageError as error:
            await database.close()
            raise OperatorError(
                f"the database at {address} cannot be read: {error}: "
                "check DATABASE_URL, or restore a backup (`python -m bot restore FILE`)"
            ) from error
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

        After something private was deleted it returns when that is in no file of SQLite any more.
        On PostgreSQL `function` may be called again, when its transaction met another one.

        Raises:
            StorageError: The database could not be read or written.
        """
        return await self._run(lambda session: function(session, *args, **kwargs), first=False)

    async def run_first(
        self,
        function: Callable[Concatenate[Session, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Do the same, before whatever else waits: for what must not be lost from here on.

        Raises:
            StorageError: The database could not be read or written.
        """
        return await self._run(lambda session: function(session, *args, **kwargs), first=True)

    async def _run(self, work: Callable[[Session], T], *, first: bool) -> T:
        asked = self._threads.submit(partial(self._transact, work), first=first)
        result: T
        result, erased = await asyncio.wrap_future(asked)
        if erased and self.is_sqlite:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._mover, self._empty_log)
        return result

    async def close(self) -> None:
        """Finish the transactions that were asked for, and let go of the database."""
        for threads in (self._threads, self._mover):
            await asyncio.to_thread(threads.shutdown)
        await asyncio.to_thread(self._engine.dispose)

    @property
    def is_sqlite(self) -> bool:
        """Return whether it is a file of SQLite."""
        return self._engine.dialect.name == "sqlite"

    def _transact(self, work: Callable[[Session], T]) -> tuple[T, bool]:
        """Return what the work returns, and whether it deleted what is private."""
        for left in reversed(range(TRIES)):
            try:
                with Session(self._engine, expire_on_commit=False) as session, session.begin():
                    result = work(session)
                break
            except exc.DBAPIError as error:
                if left and getattr(error.orig, "sqlstate", None) in postgresql.REPEATABLE:
                    continue
                if isinstance(error, exc.IntegrityError):
                    raise  # a mistake of ours, not the database's
                raise fault(error) from error
        if self.is_sqlite and next(self._numbers) % EVERY == 0:
            self._mover.submit(sqlite.move_log, self._engine)
        return result, ERASED in session.info

    def _empty_log(self) -> None:
        try:
            emptied = any(sqlite.empty_log(self._engine) for _ in range(EMPTYING_TRIES))
        except exc.DBAPIError as error:
            raise fault(error) from error
        if not emptied:
            raise UnavailableError("another program reads the log in which erased words stand")


def open_engine(url: str, *, reading: bool = False) -> Engine:
    """Return the engine for an address.

    Args:
        url: As the settings have it.
        reading: Whether its transactions only read: those of SQLite then hold nobody up.

    Raises:
        SchemaError: There is no file of SQLite: it would leave an empty one behind.
        OperatorError: The driver is not installed, or this is no address.
    """
    try:
        if postgresql.is_postgresql(url):
            return postgresql.open_postgresql(url)
        engine = sqlite.open_sqlite(url, reading=reading)
    except exc.ArgumentError as error:
        raise OperatorError("DATABASE_URL is no address of a database") from error
    path = Path(engine.url.database or "")
    if not path.is_file():
        raise SchemaError(f"no database at {path}: {REMEDY}")
    return engine


def address_of(engine: Engine) -> str:
    """Return where a database is, without its password."""
    url = engine.url
    if engine.dialect.name == "sqlite":
        return url.database or ""
    return f"{url.host or 'localhost'}:{url.port or 5432}/{url.database or ''}"


def fault(error: exc.DBAPIError) -> StorageError:
    """Return what a driver's error means."""
    code, state = (getattr(error.orig, name, None) for name in ("sqlite_errorcode", "sqlstate"))
    passing = (
        error.connection_invalidated
        or (code is not None and code & 0xFF in sqlite.PASSING)
        or (state is not None and state.startswith(postgresql.PASSING))
        # No server was reached: the driver has nothing but words then.
        or (code is None and state is None and isinstance(error, exc.OperationalError))
    )
    kind = UnavailableError if passing else StorageError
    return kind(f"database: {_words(error)}")


def _words(error: exc.DBAPIError) -> str:
    """Return the first line of what the driver says: those that follow quote rows."""
    return str(error.orig).partition("\n")[0]
