from datetime import UTC, datetime

import pytest

from bot.storage.artists import allow_artist, block_artist, blocked_by
from bot.storage.database import Database
from bot.storage.users import save_user

ALICE, BOB = 11, 12
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def people(database: Database) -> None:
    for person in (ALICE, BOB):
        await database.run(save_user, person, language="en", at=NOON)


async def names(database: Database, person: int) -> list[str]:
    return [known.artist for known in await database.run(blocked_by, person)]


async def test_the_latest_comes_first(database: Database):
    await database.run(block_artist, ALICE, "One")
    await database.run(block_artist, ALICE, "Two")

    assert await names(database, ALICE) == ["Two", "One"]


async def test_blocked_twice_is_blocked_once(database: Database):
    await database.run(block_artist, ALICE, "One")
    await database.run(block_artist, ALICE, "One")

    assert await names(database, ALICE) == ["One"]


async def test_what_one_blocks_the_other_may_hear(database: Database):
    await database.run(block_artist, ALICE, "One")
    await database.run(block_artist, BOB, "One")

    await database.run(allow_artist, ALICE, "One")

    assert await names(database, ALICE) == []
    assert await names(database, BOB) == ["One"]


async def test_a_number_is_not_used_again(database: Database):
    await database.run(block_artist, ALICE, "One")
    [first] = await database.run(blocked_by, ALICE)
    await database.run(allow_artist, ALICE, "One")

    await database.run(block_artist, ALICE, "Two")

    [second] = await database.run(blocked_by, ALICE)
    assert second.blocked_id != first.blocked_id
