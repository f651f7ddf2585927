import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.localchat.errors import RefusedError
from bot.localchat.updates import Updates


async def taken(updates: Updates, offset: int = 0, limit: int = 100) -> list[int]:
    updates.confirm(offset)
    return [update["update_id"] for update in await updates.take(limit=limit, timeout_s=0)]


async def test_unconfirmed_updates_come_again():
    updates = Updates(first_id=5)
    updates.push("message", {})
    updates.push("message", {})

    assert await taken(updates) == [5, 6]
    assert await taken(updates, offset=6) == [6]
    assert await taken(updates, offset=7) == []


async def test_out_of_order_updates_are_confirmed_by_number():
    updates = Updates(first_id=1)
    for number in (12, 10, 11):
        updates.put({"update_id": number})

    assert await taken(updates) == [10, 11, 12]
    assert await taken(updates, offset=11) == [11, 12]


async def test_negative_offset_keeps_the_last():
    updates = Updates(first_id=1)
    for _ in range(4):
        updates.push("message", {})

    assert await taken(updates, offset=-2) == [3, 4]
    assert await taken(updates) == [3, 4]


@given(st.lists(st.integers(1, 50), unique=True), st.integers(-60, 60))
def test_confirming_never_loses_what_lies_above(numbers: list[int], offset: int):
    updates = Updates(first_id=100)
    for number in numbers:
        updates.put({"update_id": number})

    updates.confirm(offset)

    kept = [update["update_id"] for update in updates.first(100)]
    in_order = sorted(numbers)
    assert kept == (in_order[offset:] if offset < 0 else [n for n in in_order if n >= offset])


async def test_waiting_request_gets_what_arrives():
    updates = Updates(first_id=1)
    waiting = asyncio.create_task(updates.take(limit=10, timeout_s=5))
    await asyncio.sleep(0.01)

    updates.push("message", {"text": "x"})

    assert await waiting == [{"update_id": 1, "message": {"text": "x"}}]


async def test_second_request_ends_the_first_in_a_conflict():
    updates = Updates(first_id=1)
    first = asyncio.create_task(updates.take(limit=10, timeout_s=5))
    await asyncio.sleep(0.01)

    second = asyncio.create_task(updates.take(limit=10, timeout_s=0.05))

    with pytest.raises(RefusedError, match="Conflict: terminated by other getUpdates"):
        await first
    assert await second == []


async def test_kinds_that_were_not_asked_for_are_not_queued():
    updates = Updates(first_id=1)
    updates.allowed = ("message",)

    assert updates.push("callback_query", {}) is None
    assert updates.push("message", {}) is not None
    assert len(updates) == 1
