"""Several workers on one inbox, on a PostgreSQL server: who gets what, in which order."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.storage.claims import Worker, claim_updates, release_updates, renew_lease
from bot.storage.database import Database
from bot.storage.inbox import IncomingUpdate, finish_update, store_updates

BOT = 7
ONE, TWO = Worker("one", BOT), Worker("two", BOT)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def database(postgresql_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(postgresql_url)
    yield opened
    await opened.close()


async def store(database: Database, *people: int | None) -> list[int]:
    """Write down an update of each of these, in this order; return their numbers."""
    incoming = [IncomingUpdate(n, person, "{}") for n, person in enumerate(people)]
    stored = await database.run(store_updates, incoming, bot_id=BOT, at=NOON)
    return [each.id for each in stored]


async def claim(database: Database, worker: Worker, limit: int = 100) -> list[int]:
    return [each.id for each in await database.run(claim_updates, worker, limit=limit)]


async def let_leases_end(database: Database) -> None:
    await database.run(
        lambda session: session.execute(
            text("UPDATE inbox SET leased_until = now() - interval '1 second'")
        )
    )


async def test_what_one_has_the_other_does_not_get(database: Database):
    ids = await store(database, 1, 2, 3)

    first, second = await claim(database, ONE, 2), await claim(database, TWO, 2)

    assert (first, second) == (ids[:2], ids[2:])


async def test_one_persons_updates_come_in_order_whoever_works(database: Database):
    a, b, c = await store(database, 1, 1, 1)

    first, none = await claim(database, ONE), await claim(database, TWO)
    await database.run(finish_update, a, at=NOON)
    second = await claim(database, TWO)
    await database.run(finish_update, b, at=NOON)
    third = await claim(database, ONE)

    assert (first, none, second, third) == ([a], [], [b], [c])


async def test_updates_of_nobody_wait_for_nobody(database: Database):
    ids = await store(database, None, None)

    assert await claim(database, ONE) == ids


async def test_another_bots_updates_are_left_alone(database: Database):
    await store(database, 1)

    assert await claim(database, Worker("other", BOT + 1)) == []


async def test_what_a_dead_worker_had_is_taken_over_and_counts_a_try(database: Database):
    (held,) = await store(database, 1)
    await claim(database, ONE)
    await let_leases_end(database)

    (taken,) = await database.run(claim_updates, TWO, limit=10)

    assert (taken.id, taken.tries) == (held, 1)


async def test_a_worker_that_lives_keeps_what_it_has(database: Database):
    ids = await store(database, 1)
    await claim(database, ONE)
    await let_leases_end(database)
    await database.run(renew_lease, ONE, ids)

    assert await claim(database, TWO) == []


async def test_what_is_given_back_is_taken_at_once_without_a_try(database: Database):
    await store(database, 1)
    await claim(database, ONE)
    await database.run(release_updates, ONE)

    (taken,) = await database.run(claim_updates, TWO, limit=10)

    assert taken.tries == 0


async def test_eight_workers_at_once_share_without_overlap(database: Database):
    ids = await store(database, *range(400))

    async def take(worker: Worker) -> list[int]:
        taken: list[int] = []
        while claimed := await claim(database, worker, 7):
            taken += claimed
        return taken

    shares = await asyncio.gather(*(take(Worker(f"w{n}", BOT)) for n in range(8)))

    assert sorted(id_ for share in shares for id_ in share) == ids
