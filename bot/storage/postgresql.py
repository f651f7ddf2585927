"""PostgreSQL: addresses, the pool of connections, and which errors are worth a retry."""

import re
from importlib.util import find_spec

from sqlalchemy import Engine, create_engine

from bot.errors import OperatorError

# As many transactions at once as a process makes; each takes a millisecond or so. A server takes
# 100 connections unless it is told otherwise: twenty processes, or a PgBouncer between.
CONNECTIONS = 4
CONNECT_S = 5
# A lost server is noticed after 10 + 3 * 5 seconds, and no lock is waited for without an end.
OPTIONS = {
    "connect_timeout": CONNECT_S,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "options": "-c lock_timeout=5s -c idle_in_transaction_session_timeout=60s -c timezone=UTC",
}
# Two transactions met; one of them was undone and can be done again.
# Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
SERIALIZATION_FAILURE, DEADLOCK, UNIQUE_VIOLATION = "40001", "40P01", "23505"
REPEATABLE = frozenset({SERIALIZATION_FAILURE, DEADLOCK, UNIQUE_VIOLATION})
# Classes of states that pass: connection, resources, operator intervention, system, and a lock
# that somebody held for long.
PASSING = ("08", "53", "57", "58", "55P03", "25006", "40")


def open_postgresql(url: str) -> Engine:
    """Return an engine with a pool of connections; a dead one is noticed before it is used.

    Raises:
        OperatorError: The driver is not installed.
    """
    return create_engine(
        driver_url(url),
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args=OPTIONS,
    )


def driver_url(url: str) -> str:
    """Return the address with the driver's name in it; hosts write `postgres://`.

    Raises:
        OperatorError: The driver is not installed.
    """
    if find_spec("psycopg") is None:
        raise OperatorError(
            "DATABASE_URL names a PostgreSQL server, and its driver is not installed: "
            "`.venv/bin/python -m pip install --no-deps --require-hashes "
            "-r requirements/postgres.txt`"
        )
    return re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql+psycopg://", url)


def plain_url(url: str) -> str:
    """Return the address as the driver itself takes it."""
    return driver_url(url).replace("+psycopg", "", 1)


def is_postgresql(url: str) -> bool:
    """Return whether an address names a PostgreSQL server."""
    return url.startswith("postgres")
