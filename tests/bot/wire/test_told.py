"""What people are told of a wait stays true: it is said again once it has taken that long."""

import asyncio

import pytest

from bot.wire import told
from bot.wire.told import Told


class Listener:
    """Hears what is said; each word takes a moment to arrive."""

    def __init__(self, line: int | None = 7) -> None:
        self.heard: list[tuple[int | None, float]] = []
        self.arrived = 0
        self._line = line

    async def say(self, line: int | None, wait_s: float) -> int | None:
        self.heard.append((line, wait_s))
        await asyncio.sleep(0.02)
        self.arrived += 1
        return self._line


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "LEAST_S", 0.03)


async def test_who_has_their_turn_in_time_hears_once() -> None:
    listener = Listener()
    telling = Told(60, say=listener.say, left_s=lambda: 0)
    await asyncio.sleep(0.1)

    assert await telling.turn() == 7
    assert listener.heard == [(None, 60)]


async def test_who_waits_longer_than_told_hears_how_long_from_then_on() -> None:
    listener = Listener()
    telling = Told(0.01, say=listener.say, left_s=lambda: 30)
    await asyncio.sleep(0.2)

    assert await telling.turn() == 7
    assert listener.heard == [(None, 0.01), (7, 30)]


async def test_a_word_on_its_way_arrives_before_the_answer() -> None:
    listener = Listener()
    telling = Told(60, say=listener.say, left_s=lambda: 0)
    await asyncio.sleep(0)

    await telling.turn()

    assert listener.arrived == len(listener.heard)


async def test_a_line_is_written_once_it_takes_long() -> None:
    listener = Listener(None)  # "typing" was enough at first
    telling = Told(0.01, say=listener.say, left_s=lambda: 30)
    await asyncio.sleep(0.2)

    assert await telling.turn() is None
    assert listener.heard == [(None, 0.01), (None, 30)]


async def test_nobody_hears_anything_after_the_end() -> None:
    listener = Listener()
    telling = Told(0.01, say=listener.say, left_s=lambda: 0.01)
    await asyncio.sleep(0)

    telling.cancel()
    await asyncio.sleep(0.1)

    assert listener.heard == [(None, 0.01)]
