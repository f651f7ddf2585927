"""What is special to PostgreSQL: transactions that meet, connections that are lost."""

import asyncio
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.errors import OperatorError
from bot.storage.database import Database, UnavailableError
from bot.storage.schema import SchemaError
from bot.storage.tables import UserRow
from bot.storage.users import notice_shown, save_notice_shown, save_user
from tests.conftest import POSTGRESQL

ALICE = 11
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def database_url(postgresql_url: str) -> str:
    return postgresql_url


def other_connections(session: Session) -> list[int]:
    """Return the processes of the server that serve us, but for this one."""
    query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    return list(session.scalars(text(f"{query} AND pid <> pg_backend_pid()")))


async def test_people_who_come_at_one_moment_are_all_saved(database: Database):
    await asyncio.gather(
        *(database.run(save_user, n % 5, language="en", at=NOON) for n in range(100))
    )

    ids = await database.run(lambda session: sorted(session.scalars(select(UserRow.id))))
    assert ids == list(range(5))


async def test_mistake_of_ours_is_not_tried_for_ever(database: Database):
    def add_twice(session: Session) -> None:
        session.execute(text("INSERT INTO alembic_version SELECT * FROM alembic_version"))

    with pytest.raises(IntegrityError):
        await database.run(add_twice)


async def test_lost_connections_are_replaced(database: Database, database_url: str):
    await asyncio.gather(*(database.run(notice_shown, ALICE) for _ in range(20)))
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    await database.run(save_notice_shown, ALICE, at=NOON)

    assert await database.run(notice_shown, ALICE)


async def test_connection_lost_in_a_transaction_is_unavailable_for_now(
    database: Database, database_url: str
):
    def save_and_lose(session: Session) -> None:
        save_notice_shown(session, ALICE, at=NOON)
        number = session.scalar(text("SELECT pg_backend_pid()"))
        with psycopg.connect(database_url, autocommit=True) as server:
            server.execute("SELECT pg_terminate_backend(%s)", [number])
        session.execute(text("SELECT 1"))

    with pytest.raises(UnavailableError):
        await database.run(save_and_lose)

    assert not await database.run(notice_shown, ALICE)


async def test_server_that_cannot_write_is_unavailable_for_now(database: Database):
    def write(session: Session) -> None:
        session.execute(text("SET TRANSACTION READ ONLY"))
        save_notice_shown(session, ALICE, at=NOON)

    with pytest.raises(UnavailableError, match="read-only"):
        await database.run(write)


async def test_unreachable_server_is_told_without_its_password(unused_tcp_port: int):
    url = f"postgresql://bot:hidden@127.0.0.1:{unused_tcp_port}/bot"

    with pytest.raises(
        OperatorError, match=rf"127\.0\.0\.1:{unused_tcp_port}/bot cannot"
    ) as caught:
        await Database.open(url)

    assert "hidden" not in str(caught.value)


async def test_missing_database_is_told(postgresql_url: str):
    url = urlsplit(postgresql_url)._replace(path="/tunemirror_none").geturl()

    with pytest.raises(OperatorError, match="tunemirror_none"):
        await Database.open(url)


async def test_unmigrated_database_is_told(postgresql_url: str):
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        name = f"{urlsplit(postgresql_url).path[1:]}_empty"
        server.execute(f"CREATE DATABASE {name}")
        try:
            with pytest.raises(SchemaError, match="at migration None"):
                await Database.open(urlsplit(postgresql_url)._replace(path=f"/{name}").geturl())
        finally:
            server.execute(f"DROP DATABASE {name}")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
async def test_address_may_be_written_as_hosts_write_it(postgresql_url: str, scheme: str):
    database = await Database.open(urlsplit(postgresql_url)._replace(scheme=scheme).geturl())

    await database.close()
