"""Several workers on one inbox, on a PostgreSQL server: who gets what, in which order."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from bot.storage.claims import (
    Hands,
    Worker,
    claim_updates,
    put_off_update,
    release_updates,
    renew_lease,
)
from bot.storage.database import Database
from bot.storage.inbox import IncomingUpdate, finish_update, store_updates

BOT = 7
ONE, TWO = Worker("one", BOT), Worker("two", BOT)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def store(postgresql: Database, *people: int | None) -> list[int]:
    """Write down an update of each of these, in this order; return their numbers."""
    incoming = [IncomingUpdate(n, person, "{}") for n, person in enumerate(people)]
    stored = await postgresql.run(store_updates, incoming, bot_id=BOT, at=NOON)
    return [each.id for each in stored]


async def claim(postgresql: Database, worker: Worker, n: int = 100, **how: Any) -> list[int]:
    """Return the numbers of what a worker claims; `how` as `claim_updates` takes it."""
    claimed = await postgresql.run(claim_updates, worker, Hands(n, n), **how)
    return [each.id for each in claimed]


async def let_leases_end(postgresql: Database) -> None:
    await postgresql.run(
        lambda session: session.execute(
            text("UPDATE inbox SET leased_until = now() - interval '1 second'")
        )
    )


async def test_what_one_has_the_other_does_not_get(postgresql: Database):
    ids = await store(postgresql, 1, 2, 3)

    first, second = await claim(postgresql, ONE, 2), await claim(postgresql, TWO, 2)

    assert (first, second) == (ids[:2], ids[2:])


async def test_one_persons_updates_come_in_order_whoever_works(postgresql: Database):
    a, b, c = await store(postgresql, 1, 1, 1)

    first, none = await claim(postgresql, ONE), await claim(postgresql, TWO)
    await postgresql.run(finish_update, a, at=NOON)
    second = await claim(postgresql, TWO)
    await postgresql.run(finish_update, b, at=NOON)
    third = await claim(postgresql, ONE)

    assert (first, none, second, third) == ([a], [], [b], [c])


async def test_updates_of_nobody_wait_for_nobody(postgresql: Database):
    ids = await store(postgresql, None, None)

    assert await claim(postgresql, ONE) == ids


async def test_another_bots_updates_are_left_alone(postgresql: Database):
    await store(postgresql, 1)

    assert await claim(postgresql, Worker("other", BOT + 1)) == []


async def test_what_a_dead_worker_had_is_taken_over_and_counts_a_try(postgresql: Database):
    (held,) = await store(postgresql, 1)
    await claim(postgresql, ONE)
    await let_leases_end(postgresql)

    (taken,) = await postgresql.run(claim_updates, TWO, Hands(10, 10))

    assert (taken.id, taken.tries) == (held, 1)


async def test_a_worker_that_lives_keeps_what_it_has(postgresql: Database):
    ids = await store(postgresql, 1)
    await claim(postgresql, ONE)
    await let_leases_end(postgresql)
    await postgresql.run(renew_lease, ONE, ids)

    assert await claim(postgresql, TWO) == []


async def test_what_is_given_back_is_taken_at_once_without_a_try(postgresql: Database):
    await store(postgresql, 1)
    await claim(postgresql, ONE)
    await postgresql.run(release_updates, ONE)

    (taken,) = await postgresql.run(claim_updates, TWO, Hands(10, 10))

    assert taken.tries == 0


async def test_eight_workers_at_once_share_without_overlap(postgresql: Database):
    ids = await store(postgresql, *range(400))

    async def take(worker: Worker) -> list[int]:
        taken: list[int] = []
        while claimed := await claim(postgresql, worker, 7):
            taken += claimed
        return taken

    shares = await asyncio.gather(*(take(Worker(f"w{n}", BOT)) for n in range(8)))

    assert sorted(id_ for share in shares for id_ in share) == ids


async def let_time_pass(postgresql: Database, seconds: int) -> None:
    """Set all moments of the future that many seconds nearer."""
    passed = text(
        "UPDATE inbox SET due_at = due_at - make_interval(secs => :s),"
        " expected_at = expected_at - make_interval(secs => :s),"
        " leased_until = leased_until - make_interval(secs => :s)"
    )
    await postgresql.run(lambda session: session.execute(passed, {"s": seconds}))


async def test_what_is_put_off_is_nobodys_until_it_is_due(postgresql: Database):
    first, later = await store(postgresql, 1, 1)
    await claim(postgresql, ONE)

    await postgresql.run(put_off_update, ONE, first, wait_s=60)
    before = await claim(postgresql, ONE) + await claim(postgresql, TWO)
    await let_time_pass(postgresql, 60)
    (due,) = await postgresql.run(claim_updates, TWO, Hands(10, 10))

    assert before == []  # nor the person's next one: they go in order
    assert (due.id, due.tries) == (first, 0)
    assert await claim(postgresql, ONE) == []
    assert later > first


async def test_pictures_are_claimed_apart_from_words(postgresql: Database):
    kinds = ["STILL", "CLIP", "WORDS", "STILL", "WORDS"]
    incoming = [IncomingUpdate(n, n, "{}", kind) for n, kind in enumerate(kinds)]
    stored = await postgresql.run(store_updates, incoming, bot_id=BOT, at=NOON)
    by_kind = {each.id: each.kind for each in stored}

    claimed = await postgresql.run(claim_updates, ONE, Hands(words=5, pictures=2))

    assert [by_kind[each.id] for each in claimed] == ["STILL", "CLIP", "WORDS", "WORDS"]
    assert [each.kind for each in claimed] == [by_kind[each.id] for each in claimed]


async def test_nobody_claims_again_what_they_have_in_hand(postgresql: Database):
    ids = await store(postgresql, 1)
    await claim(postgresql, ONE)
    await let_leases_end(postgresql)

    assert await claim(postgresql, ONE, held=ids) == []
    assert await claim(postgresql, TWO) == ids


async def test_who_was_cut_off_takes_nothing_over(postgresql: Database):
    await store(postgresql, 1)
    await claim(postgresql, ONE)
    await let_leases_end(postgresql)
    (new,) = await postgresql.run(store_updates, [IncomingUpdate(9, 9, "{}")], bot_id=BOT, at=NOON)

    assert await claim(postgresql, TWO, take_over=False) == [new.id]


async def test_who_renews_hears_what_another_has_claimed(postgresql: Database):
    kept, lost, done = await store(postgresql, 1, 2, 3)
    await claim(postgresql, ONE)
    await postgresql.run(finish_update, done, at=NOON)
    taken = text("UPDATE inbox SET leased_until = now() - interval '1 s' WHERE id = :id")
    await postgresql.run(lambda session: session.execute(taken, {"id": lost}))
    await claim(postgresql, TWO)

    assert await postgresql.run(renew_lease, ONE, [kept, lost, done]) == [lost]


async def test_thousands_of_one_person_do_not_hide_the_others(postgresql: Database):
    ids = await store(postgresql, *[1] * 3_000, 2, 3)

    assert await claim(postgresql, ONE) == [ids[0], *ids[-2:]]
    assert await claim(postgresql, TWO) == []
