from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.inbox import (
    UNKNOWN_BOT,
    IncomingUpdate,
    StoredUpdate,
    adopt_updates,
    begin_update,
    depth,
    finish_update,
    keep_message,
    mark_sending,
    open_updates,
    open_updates_of,
    postpone_update,
    prune,
    store_updates,
    uncount_updates,
)
from bot.storage.tables import InboxRow
from bot.storage.users import rows_about

ALICE, BOB = 11, 12
BOT, OTHER_BOT = 5, 6
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def store(
    database: Database,
    *numbers: int,
    user_id: int = ALICE,
    bot_id: int = BOT,
    at: datetime = NOON,
) -> list[StoredUpdate]:
    incoming = [IncomingUpdate(number, user_id, f"p{number}") for number in numbers]
    return await database.run(store_updates, incoming, bot_id=bot_id, at=at)


async def payloads(database: Database) -> list[str]:
    return [found.payload for found in await database.run(open_updates, BOT, limit=100)]


async def test_same_update_is_new_once(database: Database):
    first, second = await store(database, 5), await store(database, 5)

    assert (len(first), len(second)) == (1, 0)


async def test_lower_number_that_comes_later_is_new(database: Database):
    await store(database, 5)

    assert await store(database, 4)


async def test_batch_gives_the_new_ones_each_once(database: Database):
    await store(database, 5)

    new = await store(database, 5, 7, 6, 6)

    assert [found.payload for found in new] == ["p6", "p7"]
    assert [found.id for found in new] == sorted(found.id for found in new)


async def test_two_bots_have_the_same_numbers(database: Database):
    await store(database, 5)

    assert await store(database, 5, bot_id=OTHER_BOT)
    assert await payloads(database) == ["p5"]


async def test_number_of_a_row_is_not_used_again(database: Database):
    [first] = await store(database, 5)
    await database.run(finish_update, first.id, at=NOON)
    await database.run(prune, before=NOON + timedelta(days=9))

    [again] = await store(database, 5)  # as Telegram may number anew after a quiet week

    assert again.id > first.id


async def test_open_updates_are_oldest_first_without_finished(database: Database):
    seven, five, six = [(await store(database, number))[0] for number in (7, 5, 6)]

    await database.run(finish_update, six.id, at=NOON)

    assert await database.run(depth) == 2
    assert await payloads(database) == ["p7", "p5"]
    after = await database.run(open_updates, BOT, after=seven.id, limit=9)
    assert [found.id for found in after] == [five.id]


async def test_one_persons_updates_are_found_alone(database: Database):
    await store(database, 1, 2, 3)
    await store(database, 4, user_id=BOB)
    first = (await database.run(open_updates, BOT, limit=1))[0].id

    found = await database.run(open_updates_of, BOT, ALICE, after=first, limit=5)

    assert [each.payload for each in found] == ["p2", "p3"]


async def test_finished_update_keeps_its_numbers_alone(database: Database):
    [stored] = await store(database, 5)

    await database.run(finish_update, stored.id, at=NOON)

    def row(session: Session) -> tuple[int | None, str | None]:
        found = session.scalars(select(InboxRow)).one()
        return found.user_id, found.payload

    assert await database.run(row) == (None, None)
    assert await database.run(rows_about, ALICE) == 0
    assert await store(database, 5) == []


async def test_begun_sending_and_put_off_are_remembered(database: Database):
    [stored] = await store(database, 5)
    await database.run(begin_update, stored.id, at=NOON)
    await database.run(begin_update, stored.id, at=NOON)
    await database.run(mark_sending, stored.id, at=NOON)
    await database.run(keep_message, stored.id, 77)

    [found] = await database.run(open_updates, BOT, limit=1)

    assert (found.tries, found.perhaps_sent, found.message_id) == (2, True, 77)
    await database.run(uncount_updates, [stored.id])
    assert (await database.run(open_updates, BOT, limit=1))[0].tries == 1
    await database.run(postpone_update, stored.id, until=NOON + timedelta(minutes=1))
    [found] = await database.run(open_updates, BOT, limit=1)
    assert (found.tries, found.due_at) == (0, NOON + timedelta(minutes=1))


async def test_an_effect_that_fails_leaves_the_update_open(database: Database):
    [stored] = await store(database, 5)

    def fail(_: Session) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(finish_update, stored.id, at=NOON, effects=[fail])

    assert await payloads(database) == ["p5"]


async def test_rows_of_before_go_to_the_bot_that_starts(database: Database):
    await store(database, 5, bot_id=UNKNOWN_BOT)

    await database.run(adopt_updates, BOT)

    assert await payloads(database) == ["p5"]
    assert await store(database, 5) == []


async def test_prune_forgets_what_was_done_and_never_what_waits(database: Database):
    done, waiting = await store(database, 5, 6, at=NOON - timedelta(days=3))
    await database.run(finish_update, done.id, at=NOON - timedelta(days=3))

    await database.run(prune, before=NOON - timedelta(days=2))

    assert await payloads(database) == [waiting.payload]
    assert await store(database, 5)


def test_payload_is_in_no_representation():
    assert "private" not in repr(IncomingUpdate(5, ALICE, "private"))
    assert "private" not in repr(StoredUpdate(1, ALICE, "private", NOON))
