"""Updates waiting for the bot, and how `getUpdates` takes them.

Source: https://core.telegram.org/bots/api#getupdates
"""

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Iterable

from bot.localchat.errors import RefusedError
from bot.localchat.wire import JsonObject

# Sent only to bots that ask for them by name (documentation of `allowed_updates`).
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Updates:
    """The queue between the people and the bot.

    An update stays until the bot confirms it by requesting a higher one, so a bot that dies in
    between gets it again. A new request ends an older one that still waits with a conflict.
    `watch` receives every update before it is queued.
    """

    def __init__(
        self, *, first_id: int, watch: Callable[[JsonObject], None] = lambda _: None
    ) -> None:
        self.allowed: tuple[str, ...] = ()
        self._watch = watch
        self._ids = itertools.count(first_id)
        self._pending: dict[int, JsonObject] = {}
        self._changed = asyncio.Event()
        self._turn = 0
        self._closed = False

    def __len__(self) -> int:
        return len(self._pending)

    def push(self, kind: str, content: JsonObject) -> JsonObject | None:
        """Queue an update and return it; None when the bot did not ask for its kind."""
        if kind not in self.allowed if self.allowed else kind in ON_REQUEST:
            return None
        update = {"update_id": next(self._ids), kind: content}
        self.put(update)
        return update

    def put(self, update: JsonObject) -> None:
        """Queue an update as it is, also one that was delivered before."""
        self._watch(update)
        self._pending[update["update_id"]] = update
        self._wake()

    def confirm(self, offset: int) -> None:
        """Forget what the bot has: all below `offset`, or all but the last `-offset`."""
        in_order = sorted(self._pending)
        self.drop(in_order[:offset] if offset < 0 else [n for n in in_order if n < offset])

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget these updates, delivered or not wanted."""
        for number in numbers:
            self._pending.pop(number, None)

    def clear(self) -> None:
        """Forget all of them."""
        self._pending.clear()

    def first(self, n: int) -> list[JsonObject]:
        """Return the `n` oldest, in order, without forgetting them."""
        return [self._pending[number] for number in sorted(self._pending)[:n]]

    async def take(self, *, limit: int, timeout_s: float) -> list[JsonObject]:
        """Return up to `limit` updates; wait up to `timeout_s` while there are none.

        Raises:
            RefusedError: 409 when another request came in while this one waited.
        """
        turn = self.interrupt()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while not self._pending and not self._closed:
                    await self.wait()
                    if turn != self._turn:
                        raise RefusedError(
                            409,
                            "Conflict: terminated by other getUpdates request; "
                            "make sure that only one bot instance is running",
                        )
        return self.first(limit)

    async def wait(self) -> None:
        """Return at the next change."""
        await self._changed.wait()

    def interrupt(self) -> int:
        """End the request that waits now, if any, in a conflict; return the new turn."""
        self._turn += 1
        self._wake()
        return self._turn

    def close(self) -> None:
        """Let the request that waits now end with nothing."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
