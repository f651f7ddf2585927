"""Tells people how long they wait whose updates no worker has in hand yet.

In the place of `Places.take` where the database is a PostgreSQL server: a worker whose hands are
all taken looks at what waits in the table, and tells some of it, until all know.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from bot.logs import about_update
from bot.storage.database import Database, StorageError
from bot.storage.inbox import StoredUpdate
from bot.storage.waits import Waiting, Word, hold_updates, let_go, waiting_people
from bot.wire.incoming import is_private_message
from bot.wire.places import LINE_S, SOON_S, TOO_LONG_S, Places
from bot.wire.told import LEAST_S

log = logging.getLogger(__name__)

LOOK_S = 0.5  # from one look at the table to the next
AT_ONCE = 32  # people whom a worker tells at once: what is held for that is answered by nobody
TELL_S = 10.0  # less than a lease: then whoever claims the update would not wait for the line


def words_for(waiting: Iterable[Waiting], wait_of: Callable[[Waiting], float]) -> list[Word]:
    """Return what those who wait long are to be told, the first in line first.

    Args:
        waiting: Who was not told, or longer than told; the first in line comes first.
        wait_of: Returns how many seconds it takes until their turn.
    """
    words: list[Word] = []
    for each in waiting:
        wait_s = wait_of(each)
        if wait_s < SOON_S:
            continue
        held = each.told or wait_s > LINE_S  # "typing" may also come when the answer is there
        refused = wait_s > TOO_LONG_S and not each.told  # whoever was told once has their turn
        words.append(Word(each.id, wait_s, max(wait_s, LEAST_S), held=held, refused=refused))
    return words


class Waits:
    """Looks at what waits and tells people, while there is more than this worker has hands for."""

    def __init__(
        self,
        places: Places,
        database: Database,
        bot_id: int,
        *,
        news: asyncio.Event,
        finish: Callable[[StoredUpdate], Awaitable[None]],
    ) -> None:
        """Tell nobody yet.

        Args:
            places: Knows this worker's pace, and speaks to people.
            database: With the inbox, on a PostgreSQL server.
            bot_id: The bot whose updates it looks at.
            news: Set when what was held may be claimed.
            finish: Strikes an update off.
        """
        self._places, self._database, self._bot_id = places, database, bot_id
        self._news, self._finish = news, finish
        self._stopping = asyncio.Event()
        self._telling: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin to look."""
        self._telling = asyncio.create_task(self._run())

    async def close(self, *, timeout_s: float) -> None:
        """Tell nobody else; break off what takes longer, so that others claim it a lease later."""
        self._stopping.set()
        if self._telling:
            await asyncio.wait({self._telling}, timeout=timeout_s)
            self._telling.cancel()

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                more = self._places.crowded and await self._tell_some()
            except StorageError as error:
                log.warning("waits_not_told error=%s", type(error).__name__)
                more = False
            if not more:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await self._stopping.wait()

    async def _tell_some(self) -> bool:
        """Tell those who wait long and do not know; return whether there may be more of them."""
        waiting = await self._database.run(waiting_people, self._bot_id)
        until = time.monotonic() + LOOK_S  # from then on what was seen is too old
        words = words_for(waiting, self._places.wait_of)
        while words and time.monotonic() < until and not self._stopping.is_set():
            now, words = words[:AT_ONCE], words[AT_ONCE:]
            by_id = {word.id: word for word in now}
            held = await self._database.run(hold_updates, now)
            await asyncio.gather(*(self._tell(each, by_id[each.id]) for each in held))
            self._news.set()
        return bool(words)

    async def _tell(self, stored: StoredUpdate, word: Word) -> None:
        """Tell one person, and let their update be claimed."""
        line = None
        try:
            with about_update(stored.id):
                async with asyncio.timeout(TELL_S):
                    line = await self._say(stored, word)
        except TimeoutError:
            log.warning("wait_not_told id=%d", stored.id)
        except Exception:  # a mistake of ours: the others are told
            log.exception("wait_not_told id=%d", stored.id)
        if word.held:
            await self._database.run(let_go, stored.id, line)

    async def _say(self, stored: StoredUpdate, word: Word) -> int | None:
        """Say how long it takes, or that it takes too long; return the message that says so."""
        if not is_private_message(json.loads(stored.payload)):
            return None
        if not word.refused:
            return await self._places.tell(stored, word.wait_s)
        await self._places.refuse(stored, word.wait_s)
        await self._finish(stored)
        return None
