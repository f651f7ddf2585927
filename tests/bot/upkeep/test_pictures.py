"""Drawing beside the event loop: one at a time, bounded, remembered."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator

import pytest

from bot.screens.replies import Captioned
from bot.upkeep.pictures import CACHE_SIZE, QUEUE_LIMIT, Pictures, TooManyPicturesError


@pytest.fixture
async def pictures() -> AsyncIterator[Pictures]:
    started = Pictures()
    yield started
    await started.close()


class Brush:
    """Draws when it is allowed to, and counts."""

    def __init__(self) -> None:
        self.drawn = 0
        self.at_once = 0
        self.most_at_once = 0
        self.allowed = threading.Event()

    def draw(self) -> Captioned:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.allowed.wait()
        self.at_once -= 1
        self.drawn += 1
        return Captioned(b"picture", "words")


async def test_what_was_drawn_is_kept_for_a_while(pictures: Pictures) -> None:
    brush = Brush()
    brush.allowed.set()

    for key in (0, 0, *range(1, CACHE_SIZE + 1), 0):
        await pictures.drawn(key, brush.draw)

    assert brush.drawn == CACHE_SIZE + 2


async def test_nobody_waits_longer_than_is_bearable_and_the_picture_is_kept() -> None:
    pictures, brush = Pictures(patience_s=1.0), Brush()

    with pytest.raises(TooManyPicturesError):
        await pictures.drawn("slow", brush.draw)
    brush.allowed.set()
    await pictures.drawn("next", brush.draw)
    again = await pictures.drawn("slow", brush.draw)
    await pictures.close()

    assert again.picture == b"picture"
    assert brush.drawn == 2


async def test_one_at_a_time_and_no_endless_queue(pictures: Pictures) -> None:
    brush = Brush()
    asked = [asyncio.create_task(pictures.drawn(n, brush.draw)) for n in range(QUEUE_LIMIT)]
    await asyncio.sleep(0)

    with pytest.raises(TooManyPicturesError):
        await pictures.drawn("one more", brush.draw)

    brush.allowed.set()
    await asyncio.gather(*asked)
    assert (brush.drawn, brush.most_at_once) == (QUEUE_LIMIT, 1)


async def test_a_picture_that_fails_makes_room_and_is_tried_again(pictures: Pictures) -> None:
    def fail() -> Captioned:
        raise ZeroDivisionError

    for _ in range(QUEUE_LIMIT + 1):
        with pytest.raises(ZeroDivisionError):
            await pictures.drawn("same", fail)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has a priority per thread")
async def test_drawing_lets_answers_go_first(pictures: Pictures) -> None:
    def niceness() -> Captioned:
        thread = threading.get_native_id()
        return Captioned(b"", str(os.getpriority(os.PRIO_PROCESS, thread)))

    drawing = int((await pictures.drawn("nice", niceness)).caption)

    assert drawing > os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_a_picture_is_not_in_what_is_logged_of_it() -> None:
    assert "secret" not in repr(Captioned(b"secret", "words"))
