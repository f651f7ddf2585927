"""Who may do how much at once: kept in memory, small, and gone with the program."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from bot.errors import BotError

# Twenty pictures or sixty presses in a row, then one token a second: more than a person needs,
# and at full speed about a percent of a core.
BUCKET_SIZE = 60.0
TOKENS_PER_SECOND = 1.0
REMEMBERED = 10_000  # people or albums; a few MB

Key = TypeVar("Key")
Value = TypeVar("Value")


class TakenError(BotError):
    """The same thing is being done already."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A person's tokens at a moment; they come back with time."""

    tokens: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Turns:
    """What is going on at this moment, by person.

    The inbox works on one update of a person at a time, so nobody has two pictures in the making.
    """

    _running: set[str] = field(default_factory=set)
    _buckets: OrderedDict[int, Bucket] = field(default_factory=OrderedDict)
    _albums: OrderedDict[str, int] = field(default_factory=OrderedDict)

    @contextmanager
    def alone(self, work: str) -> Iterator[None]:
        """Do this only while nobody else does.

        Raises:
            TakenError: Somebody does.
        """
        if work in self._running:
            raise TakenError(f"{work} is running")
        self._running.add(work)
        try:
            yield
        finally:
            self._running.discard(work)

    def allow(self, user_id: int, *, cost: float, at: datetime) -> bool:
        """Take tokens from a person's bucket, and return whether there were enough."""
        bucket = self._buckets.get(user_id, Bucket(BUCKET_SIZE, at))
        seconds = max((at - bucket.at).total_seconds(), 0.0)
        tokens = min(bucket.tokens + seconds * TOKENS_PER_SECOND, BUCKET_SIZE)
        enough = tokens >= cost
        _remember(self._buckets, user_id, Bucket(tokens - cost if enough else tokens, at))
        return enough

    def first_of(self, album: str, message_id: int) -> bool:
        """Return whether this message is the first of its album to arrive."""
        first = self._albums.get(album, message_id)
        _remember(self._albums, album, first)
        return first == message_id


def _remember(entries: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    """Put an entry last, and drop the first when there are too many."""
    entries[key] = value
    entries.move_to_end(key)
    if len(entries) > REMEMBERED:
        entries.popitem(last=False)
