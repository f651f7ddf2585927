"""A launch of the mirror is believed once, whichever process is asked, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.storage.database import Database
from bot.storage.launches import save_launch
from bot.storage.tables import LaunchRow

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LONG_AGO = NOON - timedelta(minutes=20)


@pytest.fixture
async def processes(database_url: str) -> AsyncIterator[tuple[Database, Database]]:
    """Two that know nothing of each other but the database."""
    one, other = await Database.open(database_url), await Database.open(database_url)
    yield one, other
    await one.close()
    await other.close()


async def test_another_process_refuses_what_one_has_seen(processes):
    one, other = processes

    assert await one.run(save_launch, "a" * 64, at=NOON, forget=LONG_AGO)
    assert not await other.run(save_launch, "a" * 64, at=NOON, forget=LONG_AGO)
    assert await other.run(save_launch, "b" * 64, at=NOON, forget=LONG_AGO)


async def test_of_many_at_once_one_is_believed(processes):
    asked = [
        each.run(save_launch, "a" * 64, at=NOON, forget=LONG_AGO)
        for _ in range(10)
        for each in processes
    ]

    assert sum(await asyncio.gather(*asked)) == 1


async def test_too_old_to_be_believed_is_forgotten(processes):
    one, _ = processes
    await one.run(save_launch, "a" * 64, at=LONG_AGO, forget=LONG_AGO)
    await one.run(save_launch, "b" * 64, at=NOON, forget=NOON - timedelta(minutes=1))

    kept = await one.run(
        lambda session: session.scalar(select(func.count()).select_from(LaunchRow))
    )

    assert kept == 1
