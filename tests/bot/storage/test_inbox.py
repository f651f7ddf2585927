from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.inbox import (
    MAX_REPLAYS,
    IncomingUpdate,
    depth,
    finish_update,
    pending_updates,
    prune,
    store_update,
    store_updates,
)
from bot.storage.tables import InboxRow
from bot.storage.users import rows_about

ALICE = 11
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_same_update_is_new_once(database: Database):
    first = await database.run(store_update, 5, "{}", user_id=ALICE, at=NOON)

    second = await database.run(store_update, 5, "{}", user_id=ALICE, at=NOON)

    assert (first, second) == (True, False)


async def test_lower_id_that_comes_later_is_new(database: Database):
    await database.run(store_update, 5, "{}", user_id=ALICE, at=NOON)

    assert await database.run(store_update, 4, "{}", user_id=ALICE, at=NOON)


async def test_batch_gives_the_new_ones(database: Database):
    old, new = IncomingUpdate(5, ALICE, "{}"), IncomingUpdate(6, None, "{}")
    await database.run(store_updates, [old], at=NOON)

    assert await database.run(store_updates, [old, new, new], at=NOON) == [new]


async def test_pending_are_oldest_first_without_finished(database: Database):
    for number in (7, 5, 6):
        await database.run(store_update, number, f"p{number}", user_id=ALICE, at=NOON)

    await database.run(finish_update, 6, at=NOON)

    assert await database.run(depth) == 2
    assert await database.run(pending_updates) == [(5, "p5"), (7, "p7")]


async def test_finished_update_keeps_its_id_alone(database: Database):
    await database.run(store_update, 5, "private", user_id=ALICE, at=NOON)

    await database.run(finish_update, 5, at=NOON)

    def row(session: Session) -> tuple[int | None, str | None]:
        found = session.scalars(select(InboxRow)).one()
        return found.user_id, found.payload

    assert await database.run(row) == (None, None)
    assert await database.run(rows_about, ALICE) == 0
    assert not await database.run(store_update, 5, "private", user_id=ALICE, at=NOON)


async def test_update_that_never_ends_is_given_up(database: Database):
    await database.run(store_update, 5, "{}", user_id=ALICE, at=NOON)

    replays = [await database.run(pending_updates) for _ in range(MAX_REPLAYS + 1)]

    assert replays == [[(5, "{}")]] * MAX_REPLAYS + [[]]


async def test_prune_forgets_old_updates_only(database: Database):
    await database.run(store_update, 5, "{}", user_id=ALICE, at=NOON - timedelta(days=3))
    await database.run(store_update, 6, "{}", user_id=ALICE, at=NOON)

    await database.run(prune, before=NOON - timedelta(days=2))

    assert await database.run(pending_updates) == [(6, "{}")]


def test_payload_is_in_no_representation():
    assert "private" not in repr(IncomingUpdate(5, ALICE, "private"))
