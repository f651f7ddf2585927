"""Room for files is bounded, given in order, and large files do not hold up small ones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.wire.room import AT_ONCE_BYTES, SMALL_BYTES, Lot, Room


@asynccontextmanager
async def asked(lot: Lot, *sizes: int) -> AsyncIterator[tuple[list[int], asyncio.Event]]:
    """Let somebody ask for each size, in this order; give who has room, and what ends it."""
    inside: list[int] = []
    leave = asyncio.Event()

    async def hold(number: int) -> None:
        async with lot.lent(sizes[number]):
            inside.append(number)
            await leave.wait()

    holding = [asyncio.create_task(hold(number)) for number in range(len(sizes))]
    await asyncio.sleep(0.01)
    yield inside, leave
    leave.set()
    await asyncio.gather(*holding)


async def test_no_more_is_lent_than_there_is() -> None:
    async with asked(Lot(100), 60, 40, 1) as (inside, _):
        assert inside == [0, 1]


async def test_room_is_given_in_the_order_of_asking() -> None:
    async with asked(Lot(100), 60, 50, 10) as (inside, leave):
        assert inside == [0]  # there is room for the last, and it is not its turn
        leave.set()
        await asyncio.sleep(0.01)

    assert inside == [0, 1, 2]


async def test_who_asks_for_more_than_there_is_gets_all() -> None:
    async with asked(Lot(100), 500, 1) as (inside, _):
        assert inside == [0]


@pytest.mark.parametrize("place", [0, 1])
async def test_who_gives_up_leaves_the_room_to_others(place: int) -> None:
    lot = Lot(100)

    async def hold(seconds: float) -> None:
        async with lot.lent(80):
            await asyncio.sleep(seconds)

    tasks = [asyncio.create_task(hold(60)), asyncio.create_task(hold(60))]
    await asyncio.sleep(0.01)
    tasks[place].cancel()
    tasks[1 - place].cancel()
    await asyncio.wait(tasks)

    async with asyncio.timeout(5), lot.lent(100):
        pass


@pytest.mark.parametrize("size", [AT_ONCE_BYTES, None])
async def test_large_files_wait_for_one_another_and_hold_up_no_photo(size: int | None) -> None:
    room, second = Room(), asyncio.Event()

    async def another() -> None:
        async with room.for_file(size):
            second.set()

    async with room.for_file(size):
        waiting = asyncio.create_task(another())
        async with asyncio.timeout(5), room.for_file(SMALL_BYTES):
            assert not second.is_set()
    await waiting
