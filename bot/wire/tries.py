"""How often an update has been tried, and caution with one that may have ended the program."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime

from bot.errors import BotError
from bot.storage.database import Database, StorageError
from bot.storage.inbox import StoredUpdate, begin_update, uncount_updates

log = logging.getLogger(__name__)

# An update during which three runs ended may be the cause. From then on it waits for a second, in
# which others are answered, and no two such updates are worked on at once; after a dozen tries it
# is given up. With a limit of five, random kills gave up innocent updates; with a wait that grew
# by a second per try, one such waited for an hour while no run lasted that long.
SUSPECT, MAX_TRIES = 3, 12
SUSPECT_DELAY_S = 1.0


class GivenUpError(BotError):
    """The program ended over this update so often that it is not tried again."""


class Tries:
    """Counts the tries of updates that an earlier run left behind."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._suspects = asyncio.Semaphore(1)
        self._counted: set[int] = set()

    @asynccontextmanager
    async def apart(self, stored: StoredUpdate) -> AsyncIterator[None]:
        """Hold a suspect update apart: later than others, and no two at once."""
        suspect = stored.tries >= SUSPECT
        await asyncio.sleep(SUSPECT_DELAY_S if suspect else 0)
        async with self._suspects if suspect else nullcontext():
            yield

    async def count(self, stored: StoredUpdate) -> bool:
        """Write down that an update is tried; return whether that succeeded."""
        try:
            await self._database.run(begin_update, stored.id, at=self._clock())
        except StorageError as error:
            log.warning("not_written_down error=%s", type(error).__name__)
            return False
        self._counted.add(stored.id)
        log.info("update_repeated id=%d tries=%d", stored.id, stored.tries + 1)
        return True

    def end(self, stored: StoredUpdate) -> None:
        """Note that a try has ended: the program lived through it."""
        self._counted.discard(stored.id)

    async def uncount(self) -> None:
        """Take back the tries that this process breaks off itself: the updates are no suspects.

        Raises:
            StorageError: They could not be taken back.
        """
        if self._counted:
            await self._database.run(uncount_updates, self._counted)


def given_up(stored: StoredUpdate) -> GivenUpError | None:
    """Return the error to report for an update that is not tried again; None where it may be."""
    if stored.tries < MAX_TRIES:
        return None
    return GivenUpError(f"expected an end within {MAX_TRIES} tries")
