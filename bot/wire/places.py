"""Where an update stands among those that wait, and what its person hears of that."""

import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from telegram import Bot, Update

from bot.storage.claims import Hands
from bot.storage.database import Database, StorageError
from bot.storage.inbox import StoredUpdate, keep_message
from bot.storage.waits import Waiting
from bot.wire.incoming import is_private_message, kind_of, update_of
from bot.wire.lanes import Kind, Lane, Pace
from bot.wire.told import Told

log = logging.getLogger(__name__)

PICTURES_SHARE = 4  # pictures are large: a quarter of the updates at work
# From how many seconds on people hear that it takes a while, and from how many on it is too long.
SOON_S, TOO_LONG_S = 0.7, 20.0
LINE_S = 3.0  # from here on a line says how long; before, "typing" must do


@dataclass(frozen=True, slots=True)
class Crowd:
    """What people hear while many ask.

    Attributes:
        tell: Says how many seconds it will take, in a message of before where there is one; returns
            the number of the message that says so.
        refuse: Says after how many seconds they may come again.
    """

    tell: Callable[[Update, int | None, float], Awaitable[int | None]]
    refuse: Callable[[Update, float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Place:
    """An update's place in its lane.

    Attributes:
        refused_for_s: How long it would have to wait, where that is too long; else None.
        told: What tells the person how long it takes; None where that is soon.
    """

    kind: Kind
    refused_for_s: float | None = None
    told: Told | None = None


class Places:
    """A lane for pictures and one for words, and the places in them.

    Attributes:
        hands: How many updates are worked on in each.
        crowded: Whether updates that nobody has in hand wait for a lane.
    """

    def __init__(
        self,
        slots: int,
        database: Database,
        bot: Bot,
        crowd: Crowd | None,
    ) -> None:
        """Open the lanes.

        Args:
            slots: How many updates are worked on at the same time, in the lane of words.
            database: Where the message is kept that tells somebody to wait.
            bot: What updates belong to.
            crowd: Speaks to people while many ask; without it they just wait.
        """
        self._together = Pace(time.monotonic)
        self.hands = Hands(slots, max(slots // PICTURES_SHARE, 1))
        pictures = Lane(self.hands.pictures, together=self._together)
        words = Lane(slots, together=self._together)
        self._lanes = {Kind.WORDS: words, Kind.STILL: pictures, Kind.CLIP: pictures}
        self._database, self._bot, self._crowd = database, bot, crowd
        self._taken: dict[int, Place] = {}
        self.crowded = False

    def take(self, stored: StoredUpdate) -> None:
        """Give an update that came in just now its place, and tell its person if that is far."""
        raw = json.loads(stored.payload)
        kind = kind_of(raw)
        lane = self._lanes[kind]
        wait_s = self._wait_s(lane, lane.entered_s)
        lane.enter(kind)
        place = Place(kind)
        if self._crowd and wait_s >= SOON_S and is_private_message(raw):
            if wait_s > TOO_LONG_S:
                place = Place(kind, refused_for_s=wait_s)
            else:
                say = partial(self._tell, self._crowd, stored)
                left_s = partial(self._wait_s, lane, lane.entered_s)
                place = Place(kind, told=Told(wait_s, say=say, left_s=left_s))
        self._taken[stored.id] = place

    def _wait_s(self, lane: Lane, place_s: float) -> float:
        """Return how long it takes from now on until a place in a lane has its turn."""
        beside_s = sum(each.work_s for each in set(self._lanes.values()) - {lane})
        return self._seconds_for(lane, lane.ahead_s(place_s), beside_s)

    def _seconds_for(self, lane: Lane, work_s: float, beside_s: float) -> float:
        """Return how long some work in a lane takes, while the other lane has work as well.

        The other lane moves on at the same time, and as fast, until it is empty.
        """
        both_s = work_s + min(beside_s, work_s)
        return max(lane.seconds_for(work_s), self._together.seconds_for(both_s))

    def note_crowd(self, *, words: bool, pictures: bool) -> None:
        """Take down for which lanes updates wait that nobody has in hand."""
        self._lanes[Kind.WORDS].note_crowd(crowded=words)
        self._lanes[Kind.STILL].note_crowd(crowded=pictures)
        self.crowded = words or pictures

    def wait_of(self, waiting: Waiting) -> float:
        """Return how long it takes until an update has its turn that nobody has in hand.

        All workers are taken to be as fast as this one.
        """
        lane = self._lanes[Kind[waiting.kind]]
        ahead_s = self._work_in(lane, waiting.ahead) / waiting.workers
        beside = next(other for other in self._lanes.values() if other is not lane)
        return self._seconds_for(
            lane, ahead_s, self._work_in(beside, waiting.open) / waiting.workers
        )

    def _work_in(self, lane: Lane, counts: Mapping[str, int]) -> float:
        """Return the seconds of work in a lane that so many updates of each kind make."""
        kinds = ((Kind[name], n) for name, n in counts.items())
        return sum(n * kind.value for kind, n in kinds if self._lanes[kind] is lane)

    @asynccontextmanager
    async def of(self, stored: StoredUpdate) -> AsyncIterator[Place]:
        """Give the place of an update, a new one where it has none, and free it at the end."""
        place = self._taken.pop(stored.id, None)
        if place is None:  # from an earlier run, or read from the table
            place = Place(kind_of(json.loads(stored.payload)))
            self._lanes[place.kind].enter(place.kind)
        try:
            yield place
        finally:
            if place.told:
                place.told.cancel()
            self._lanes[place.kind].leave(place.kind)

    def slot(self, place: Place) -> AbstractAsyncContextManager[None]:
        """Return what waits for the turn of a place, and keeps it."""
        return self._lanes[place.kind].slot(place.kind)

    async def tell(self, stored: StoredUpdate, wait_s: float) -> int | None:
        """Say how long an update will wait; return the number of the message that says so."""
        update = update_of(stored, self._bot)
        if self._crowd is None or update is None:
            return None
        return await self._crowd.tell(update, stored.message_id, wait_s)

    async def refuse(self, stored: StoredUpdate, wait_s: float) -> None:
        """Tell a person that it would take too long."""
        log.warning("refused wait_s=%.0f", wait_s)
        if self._crowd and (update := update_of(stored, self._bot)):
            await self._crowd.refuse(update, wait_s)

    async def _tell(
        self, crowd: Crowd, stored: StoredUpdate, line: int | None, wait_s: float
    ) -> int | None:
        """Say how long it takes; return the number of the message that says so, once it is kept."""
        update = update_of(stored, self._bot)
        message_id = await crowd.tell(update, line, wait_s) if update else None
        if message_id is not None and message_id != line:
            try:
                await self._database.run(keep_message, stored.id, message_id)
            except StorageError as error:  # known to this run at least
                log.warning("not_written_down error=%s", type(error).__name__)
        return message_id
