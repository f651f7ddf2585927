"""Pictures drawn beside the event loop: one at a time, on a thread of low priority."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bot.errors import BotError
from bot.screens.replies import Captioned
from inference.worker import yield_to_others

# A picture takes some .2 s of processor time, so the last in the queue waits about two seconds.
QUEUE_LIMIT = 8
# Whatever else a person asks for waits behind their picture. On a machine that others keep busy the
# thread of low priority may hardly get a turn: then they are told, and a later press finds it.
PATIENCE_S = 20.0
CACHE_SIZE = 16  # pictures of some 200 KB each, for people who press twice


class TooManyPicturesError(BotError):
    """The queue of pictures is full, or takes too long."""


class Pictures:
    """Draws pictures one after another, and caches the last few.

    On a thread, not in a process: on one busy core, a process that loads Matplotlib for each
    picture took 1.7 s of processor time and 140 MB, and raised the p95 of other waits from 2.3 to
    6.2 ms; a thread takes 0.2 s, some 85 MB once, and raises it to 3.9 ms.
    """

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._thread = ThreadPoolExecutor(1, "pictures", initializer=yield_to_others)
        self._waiting = 0
        self._kept: OrderedDict[Hashable, Captioned] = OrderedDict()

    async def drawn(self, key: Hashable, draw: Callable[[], Captioned]) -> Captioned:
        """Return what `draw` returns, or what it returned for the same key before.

        Raises:
            TooManyPicturesError: The queue is full, or it is not drawn in time; it will be kept.
        """
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if self._waiting >= QUEUE_LIMIT:
            raise TooManyPicturesError(f"expected fewer than {QUEUE_LIMIT} in the queue")
        self._waiting += 1
        drawing = asyncio.get_running_loop().run_in_executor(self._thread, draw)
        drawing.add_done_callback(partial(self._keep, key))
        done, _ = await asyncio.wait([drawing], timeout=self._patience_s)
        if not done:
            raise TooManyPicturesError(f"expected a picture within {self._patience_s:.0f} s")
        return drawing.result()

    def _keep(self, key: Hashable, drawing: asyncio.Future[Captioned]) -> None:
        """Cache what was drawn, whether or not anybody still waits for it."""
        self._waiting -= 1
        if drawing.cancelled() or drawing.exception():
            return
        self._kept[key] = drawing.result()
        if len(self._kept) > CACHE_SIZE:
            self._kept.popitem(last=False)

    async def close(self) -> None:
        """End the thread after the current picture."""
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)
