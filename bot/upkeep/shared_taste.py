"""The shared taste: a prior belief about a new person, learned from everybody's reactions."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.storage.database import Database, StorageError
from bot.storage.evidence import everybodys_evidence
from graph.choosing.belief import Belief
from graph.choosing.taste import shared_prior
from graph.snapshot.store import Snapshot

log = logging.getLogger(__name__)

# It is renewed after so many new reactions, or after that long if there are any. One person adds
# little to it, and to their own songs their reactions apply at once.
MANY, EVERY = 200, timedelta(minutes=10)
LOOK_S = 1.0  # between two checks whether it is due


class SharedTaste:
    """Holds the belief about a new person's taste; answers never wait for a newer one."""

    def __init__(self) -> None:
        self._belief: Belief | None = None
        self._version: str | None = None  # of the snapshot whose songs the belief is about
        self._renewed_at = datetime.min.replace(tzinfo=UTC)
        self._news = 0
        self._forgotten = 0

    def of(self, snapshot: Snapshot) -> Belief | None:
        """Return the belief for the songs of a snapshot; None while there is none."""
        return self._belief if self._version == snapshot.version else None

    def note(self) -> None:
        """Count a new reaction."""
        self._news += 1

    def forget(self) -> None:
        """Drop the belief: somebody asked to be forgotten, and it was learned from them, too."""
        self._belief, self._version = None, None
        self._forgotten += 1

    def is_due(self, snapshot: Snapshot, at: datetime) -> bool:
        """Return whether the belief should be learned again."""
        if self._version != snapshot.version or self._news >= MANY:
            return True
        return self._news > 0 and at - self._renewed_at >= EVERY

    async def renew(self, database: Database, snapshot: Snapshot, *, at: datetime) -> None:
        """Learn the belief again, on a thread.

        Raises:
            StorageError: The reactions could not be read.
        """
        news, forgotten = self._news, self._forgotten
        evidence = await database.run(everybodys_evidence)
        belief = await asyncio.to_thread(shared_prior, snapshot, evidence)
        self._news -= news
        if self._forgotten == forgotten:  # else it is due again
            self._belief, self._version, self._renewed_at = belief, snapshot.version, at
        log.info("taste_shared people=%d", len(evidence))

    async def keep_up(
        self,
        database: Database,
        snapshot: Callable[[], Snapshot],
        now: Callable[[], datetime],
    ) -> None:
        """Renew the belief whenever it is due, until cancelled."""
        while True:
            if self.is_due(snapshot(), now()):
                try:
                    await self.renew(database, snapshot(), at=now())
                except StorageError as error:
                    log.warning("taste_not_shared error=%s", type(error).__name__)
                    await asyncio.sleep(EVERY.total_seconds())
            await asyncio.sleep(LOOK_S)
