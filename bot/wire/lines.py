"""A queue for each person: within a queue one after another, the queues concurrently.

Memory holds only the head of each queue; the rest is read from the inbox's table when its turn
comes. Somebody who sends thousands of messages costs no more than anybody else.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.logs import about_update
from bot.storage.database import StorageError
from bot.storage.inbox import StoredUpdate

log = logging.getLogger(__name__)

PER_PERSON = 8  # updates in memory, of some 2 KB; hardly anybody has more waiting
MOST_PEOPLE = 10_000  # with a line each, some 50 MB; who comes then waits at Telegram
AGAIN_S = 1.0  # until a table that could not be read is read again

Person = int | None
Serve = Callable[[StoredUpdate], Awaitable[None]]
Load = Callable[[Person, int, int], Awaitable[list[StoredUpdate]]]


@dataclass(slots=True)
class _Line:
    """What one person waits for.

    Attributes:
        last: The number of the update that was put in last.
        more: Whether the table may hold updates that come after it.
        loading: Whether it is being looked at: what comes in meanwhile may be seen or not.
    """

    waiting: deque[StoredUpdate] = field(default_factory=deque)
    last: int = 0
    more: bool = False
    loading: bool = False


class Lines:
    """Serves updates: those of one person in order, those of different people side by side."""

    def __init__(self, serve: Serve, load: Load) -> None:
        """Keep what serves one update, and what reads a person's next ones from the table.

        Args:
            serve: Does all there is to do about an update. Its errors are written down.
            load: Takes a person, a number and a limit; returns that many of the person's open
                updates at most, those right above the number. May raise StorageError.
        """
        self._serve, self._load = serve, load
        self._lines: dict[Person, _Line] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """How many people wait or are being served."""
        return len(self._lines)

    def add(self, stored: StoredUpdate) -> bool:
        """Put an update at the end of its person's line; return whether that is in memory."""
        line = self._lines.get(stored.user_id)
        if line is None:
            line = self._lines[stored.user_id] = _Line()
            task = asyncio.create_task(self._run(stored.user_id, line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if line.more or line.loading or len(line.waiting) >= PER_PERSON:
            line.more = True
            return False
        line.waiting.append(stored)
        line.last = stored.id
        return True

    async def room(self) -> None:
        """Return when there is room for more people."""
        while len(self._lines) >= MOST_PEOPLE:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def drain(self, *, timeout_s: float) -> int:
        """Serve whoever waits; return in how many lines that took longer and was broken off."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)
        late = set(self._tasks)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
        return len(late)

    async def _run(self, person: Person, line: _Line) -> None:
        try:
            while line.waiting or line.more:
                if not line.waiting:
                    await self._refill(person, line)
                    continue
                try:
                    with about_update(line.waiting[0].id):
                        await self._serve(line.waiting[0])
                except Exception:  # a mistake of ours: the line goes on
                    log.exception("update_failed id=%d", line.waiting[0].id)
                line.waiting.popleft()
        finally:
            del self._lines[person]

    async def _refill(self, person: Person, line: _Line) -> None:
        line.more, line.loading = False, True
        try:
            line.waiting.extend(await self._load(person, line.last, PER_PERSON))
        except StorageError as error:
            log.warning("line_not_read error=%s", type(error).__name__)
            line.more = True
            await asyncio.sleep(AGAIN_S)
        finally:
            line.loading = False
        if line.waiting:
            line.last = line.waiting[-1].id
            line.more = line.more or len(line.waiting) == PER_PERSON
