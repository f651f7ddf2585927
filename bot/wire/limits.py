"""Rate limits per person: token buckets in memory, bounded, and gone with the program."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from bot.errors import BotError

# Twenty pictures or sixty presses in a row, then one token a second: more than a person needs,
# and at full speed about a percent of a core.
CAPACITY = 60.0
REFILL_PER_S = 1.0
REMEMBERED = 10_000  # people or albums; a few MB

Key = TypeVar("Key")
Value = TypeVar("Value")


class AlreadyRunningError(BotError):
    """The same work is being done already."""


@dataclass(frozen=True, slots=True)
class TokenBucket:
    """A person's tokens at a moment; they are refilled over time.

    Attributes:
        told: Whether the person was told that there were too few.
    """

    tokens: float
    at: datetime
    told: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Rate limits per person, albums that were seen, and work that runs once at a time.

    The inbox handles one update of a person at a time, so nobody has two pictures being read.
    """

    _running: set[str] = field(default_factory=set)
    _buckets: OrderedDict[int, TokenBucket] = field(default_factory=OrderedDict)
    _albums: OrderedDict[str, int] = field(default_factory=OrderedDict)

    @contextmanager
    def exclusive(self, work: str) -> Iterator[None]:
        """Do this only while nobody else does.

        Raises:
            AlreadyRunningError: Somebody does.
        """
        if work in self._running:
            raise AlreadyRunningError(f"{work} is running")
        self._running.add(work)
        try:
            yield
        finally:
            self._running.discard(work)

    def allow(self, user_id: int, *, cost: float, at: datetime) -> bool:
        """Take tokens from a person's bucket, and return whether there were enough."""
        bucket = self._buckets.get(user_id, TokenBucket(CAPACITY, at))
        seconds = max((at - bucket.at).total_seconds(), 0.0)
        tokens = min(bucket.tokens + seconds * REFILL_PER_S, CAPACITY)
        enough = tokens >= cost
        left = TokenBucket(tokens - cost, at) if enough else TokenBucket(tokens, at, bucket.told)
        remember(self._buckets, user_id, left)
        return enough

    def first_refusal(self, user_id: int) -> bool:
        """Return whether a refusal is the person's first since something was allowed."""
        bucket = self._buckets[user_id]
        self._buckets[user_id] = replace(bucket, told=True)
        return not bucket.told

    def is_first_of_album(self, album: str, message_id: int) -> bool:
        """Return whether this message is the first of its album to arrive."""
        first = self._albums.get(album, message_id)
        remember(self._albums, album, first)
        return first == message_id


def remember(entries: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    """Put an entry last, and drop the first when there are too many."""
    entries[key] = value
    entries.move_to_end(key)
    if len(entries) > REMEMBERED:
        entries.popitem(last=False)
