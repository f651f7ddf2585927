"""Who waits in a shared inbox, behind how much, and who may tell them: on a PostgreSQL server."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import text

from bot.storage.claims import Hands, Worker, claim_updates, put_off_update
from bot.storage.database import Database
from bot.storage.inbox import IncomingUpdate, StoredUpdate, finish_update, store_updates
from bot.storage.waits import (
    PER_PERSON,
    Waiting,
    Word,
    hold_updates,
    let_go,
    waiting_people,
)

BOT = 7
ONE, TWO = Worker("one", BOT), Worker("two", BOT)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def store(
    postgresql: Database, people: Sequence[int], kinds: Sequence[str] = ()
) -> list[int]:
    """Write down an update of each of these, words where no kinds are given."""
    incoming = [
        IncomingUpdate(n, person, "{}", kind)
        for n, (person, kind) in enumerate(
            zip(people, kinds or ["WORDS"] * len(people), strict=True)
        )
    ]
    return [each.id for each in await postgresql.run(store_updates, incoming, bot_id=BOT, at=NOON)]


async def waiting(postgresql: Database) -> list[Waiting]:
    return await postgresql.run(waiting_people, BOT)


async def claim(postgresql: Database, worker: Worker, n: int = 100) -> list[StoredUpdate]:
    return await postgresql.run(claim_updates, worker, Hands(n, n))


async def hold(
    postgresql: Database, *ids: int, until_s: float = 60, held: bool = True
) -> list[int]:
    """Return which of these may be told now."""
    words = [Word(row_id, until_s, until_s, held=held) for row_id in ids]
    return [each.id for each in await postgresql.run(hold_updates, words)]


async def let_time_pass(postgresql: Database, seconds: int) -> None:
    passed = text(
        "UPDATE inbox SET expected_at = expected_at - make_interval(secs => :s),"
        " leased_until = leased_until - make_interval(secs => :s)"
    )
    await postgresql.run(lambda session: session.execute(passed, {"s": seconds}))


async def test_counts_what_stands_before_by_kind_and_what_is_in_hand(postgresql: Database):
    ids = await store(postgresql, [1, 2, 3, 4, 5], ["STILL", "WORDS", "CLIP", "STILL", "WORDS"])
    await claim(postgresql, ONE, 1)  # one of words, and one picture
    await claim(postgresql, TWO, 1)

    (last,) = await waiting(postgresql)

    assert (last.id, last.kind, last.workers) == (ids[3], "STILL", 2)
    assert dict(last.ahead) == {"WORDS": 1, "STILL": 1, "CLIP": 1}
    assert dict(last.open) == {"WORDS": 2, "STILL": 2, "CLIP": 1}


async def test_what_is_done_stands_before_nobody(postgresql: Database):
    done, _, last = await store(postgresql, [1, 2, 3])
    await postgresql.run(finish_update, done, at=NOON)

    assert (await waiting(postgresql))[-1].id == last
    assert (await waiting(postgresql))[-1].ahead["WORDS"] == 1


async def test_only_the_oldest_of_each_person_waits_and_few_count(postgresql: Database):
    ids = await store(postgresql, [1] * 500 + [2])

    one, two = await waiting(postgresql)

    assert [one.id, two.id] == [ids[0], ids[-1]]
    assert two.ahead["WORDS"] == PER_PERSON


async def test_nobody_waits_whose_turn_is_put_off(postgresql: Database):
    (row_id,) = await store(postgresql, [1])
    await claim(postgresql, ONE)
    await postgresql.run(put_off_update, ONE, row_id, wait_s=60)

    assert await waiting(postgresql) == []


async def test_of_two_who_tell_one_does(postgresql: Database):
    ids = await store(postgresql, range(200))

    shares = await asyncio.gather(*(hold(postgresql, *ids) for _ in range(4)))

    assert sorted(row_id for share in shares for row_id in share) == ids


async def test_what_is_being_told_is_claimed_by_nobody(postgresql: Database):
    first, second = await store(postgresql, [1, 2])
    await hold(postgresql, first)

    assert [each.id for each in await claim(postgresql, ONE)] == [second]


async def test_what_is_claimed_is_not_told(postgresql: Database):
    ids = await store(postgresql, [1])
    await claim(postgresql, ONE)

    assert await hold(postgresql, *ids) == []


async def test_the_answer_knows_the_line_whose_place_it_takes(postgresql: Database):
    (row_id,) = await store(postgresql, [1])
    await hold(postgresql, row_id)
    await postgresql.run(let_go, row_id, 77)

    (claimed,) = await claim(postgresql, ONE)

    assert (claimed.message_id, claimed.tries) == (77, 0)


async def test_who_told_and_died_takes_nothing_along(postgresql: Database):
    (row_id,) = await store(postgresql, [1])
    await hold(postgresql, row_id)
    await let_time_pass(postgresql, 30)

    (claimed,) = await claim(postgresql, ONE)

    assert (claimed.id, claimed.tries) == (row_id, 0)


async def test_who_lets_go_too_late_takes_nothing_from_who_claimed_it(postgresql: Database):
    (row_id,) = await store(postgresql, [1])
    await hold(postgresql, row_id)
    await let_time_pass(postgresql, 30)
    await claim(postgresql, ONE)
    await postgresql.run(let_go, row_id, 77)

    assert await claim(postgresql, TWO) == []


async def test_who_was_told_is_told_again_once_that_is_over(postgresql: Database):
    (row_id,) = await store(postgresql, [1])
    await hold(postgresql, row_id, until_s=5, held=False)
    before = await waiting(postgresql)
    await let_time_pass(postgresql, 6)

    (late,) = await waiting(postgresql)

    assert before == []
    assert (late.id, late.told) == (row_id, True)
    assert await hold(postgresql, row_id) == [row_id]
