"""Checks that a database belongs to this bot and is at the newest migration."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from bot.errors import OperatorError

SCRIPTS = Path(__file__).parents[2] / "migrations" / "versions"
REMEDY = "`make run` sets it up, and so does `alembic upgrade head`"


class SchemaError(OperatorError):
    """There is no database at the address, or not one at the newest migration."""


def revisions() -> list[str]:
    """Return the migrations that this version of the bot knows, oldest first."""
    return sorted(path.name[:4] for path in SCRIPTS.glob("[0-9]*.py"))


def check_revision(session: Session, address: str) -> None:
    """Return if the database of a session is at the newest migration; see below."""
    check_revision_of(session.connection(), address)


def check_revision_of(connection: Connection, address: str) -> None:
    """Return if the database is at the newest migration.

    Args:
        connection: In a transaction.
        address: Where the database is, as the operator may read it.

    Raises:
        SchemaError: It is older, newer, or no database of this bot.
    """
    found = _found(connection, address)
    known = revisions()
    if found == known[-1]:
        return
    if found in known or found is None:
        raise SchemaError(
            f"the database at {address} is at migration {found}, expected {known[-1]}: {REMEDY}"
        )
    if found.isdecimal() and found > known[-1]:
        raise SchemaError(
            f"the database at {address} is at migration {found}, made by a newer version of the "
            f"bot than this one, which knows {known[-1]}: update the bot, or restore a backup"
        )
    raise SchemaError(_foreign(address))


def _found(connection: Connection, address: str) -> str | None:
    """Return the database's migration; None where it is empty."""
    tables = inspect(connection)
    if tables.has_table("alembic_version"):
        found = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
        return str(found[0]) if found else None
    if tables.get_table_names():
        raise SchemaError(_foreign(address))
    return None


def _foreign(address: str) -> str:
    return f"the database at {address} belongs to another program: name another one in DATABASE_URL"
