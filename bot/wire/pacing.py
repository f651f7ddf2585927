"""Pacing of calls: keeps Telegram's rate limits, so that it need not enforce them.

The library's own limiter counts every call to a chat (typing and `getFile` too), knows no limit
per chat, and holds all chats back when one has sent too much.

Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this; that edits
    and messages share the limits, and presses have none: Telegram's developers in tdlib/td#3034
    and tdlib/telegram-bot-api#648.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from telegram.error import BadRequest, ChatMigrated, NetworkError
from telegram.ext import BaseRateLimiter

from bot.wire.requests import FloodWaitError, NotSentError

log = logging.getLogger(__name__)

# Telegram allows thirty messages a second to many people. Answers to people who write at the same
# moment are no bulk messages, so this holds on average over half a minute. A chat may get one
# message a second on average over twenty: ticking through the settings makes ten edits in as many
# seconds, and Telegram allows such bursts. A group may get twenty a minute.
PERIOD_S = 30.0
CHAT_MESSAGES, CHAT_PERIOD_S = 20, 20.0
GROUP_MESSAGES, GROUP_PERIOD_S = 20, 60.0
CHATS_REMEMBERED = 10_000  # some 4 MB
# A call that has to wait longer is not made: its update is postponed, and leaves memory meanwhile.
PATIENCE_S = 30.0
REPEATS = 3  # of a call that surely had no effect, or is idempotent
FIRST_REPEAT_S = 0.5  # doubles with each repeat
UNCOUNTED = {"sendChatAction", "sendChatJoinRequestWebApp"}
COUNTED = ("send", "edit", "copy", "forward")


@dataclass(slots=True)
class SlidingWindow:
    """At most `limit` events in any `period_s` seconds."""

    limit: int
    period_s: float
    times: list[float] = field(default_factory=list)  # a deque takes 600 bytes more, for each chat

    def next_at(self, at: float) -> float:
        """Return the first second, from `at` on, at which one more event may happen."""
        if len(self.times) < self.limit:
            return at
        return max(at, self.times[-self.limit] + self.period_s)

    def take(self, at: float) -> None:
        """Count an event."""
        self.times.append(at)
        if len(self.times) > self.limit:
            del self.times[0]


@dataclass(slots=True)
class _Chat:
    """The latest messages to a chat, and until when Telegram refuses more."""

    window: SlidingWindow
    held_until: float = 0.0


class Pacer(BaseRateLimiter[int]):
    """Makes each call when the limits allow it, and repeats it where that is safe.

    A message that may have arrived is never sent again here: the inbox decides on that.
    """

    def __init__(self, messages_per_s: int) -> None:
        """Set the limit for all chats: messages per second, on average over half a minute."""
        self._all = SlidingWindow(round(messages_per_s * PERIOD_S), PERIOD_S)
        self._chats: OrderedDict[int, _Chat] = OrderedDict()
        self._moved: dict[int, int] = {}  # groups that became supergroups

    async def initialize(self) -> None:
        """Do nothing: there is nothing to open."""

    async def shutdown(self) -> None:
        """Do nothing: there is nothing to close."""

    # Any: the library's own types.
    async def process_request(  # noqa: PLR0913, PLR0917 - the library's signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,  # noqa: ARG002 - nobody gives any
    ) -> Any:
        """Make a call when the limits allow it; raise its error after the last repeat.

        Raises:
            FloodWaitError: The wait is longer than `PATIENCE_S`.
            NotSentError: There was no connection, each time.
            NetworkError: The answer was none of the Bot API, or none came.
        """
        for left in reversed(range(REPEATS + 1)):
            self._follow_move(data)
            await self._wait_turn(endpoint, data)
            try:
                return await callback(*args, **kwargs)
            except FloodWaitError as error:
                self._hold(data, error.wait_s)
                if not left or error.wait_s > PATIENCE_S or endpoint in UNCOUNTED:
                    raise
            except ChatMigrated as error:
                log.info("chat_migrated")
                self._moved[_chat_of(data)] = error.new_chat_id
                if not left:
                    raise
            except BadRequest:  # a kind of NetworkError, but what was asked for is wrong
                raise
            except NetworkError as error:
                if not left or not _is_safe(endpoint, error):
                    raise
                await asyncio.sleep(FIRST_REPEAT_S * 2 ** (REPEATS - left))
        raise AssertionError("unreachable")

    async def _wait_turn(self, endpoint: str, data: dict[str, Any]) -> None:
        """Return when a call may be made.

        Raises:
            FloodWaitError: The wait is longer than `PATIENCE_S`.
        """
        loop, chat_id = asyncio.get_running_loop(), _chat_of(data)
        if not chat_id:
            return
        chat = self._chat(chat_id)
        while (held_s := chat.held_until - loop.time()) > 0:
            if held_s > PATIENCE_S or endpoint in UNCOUNTED:
                raise FloodWaitError(held_s)
            await asyncio.sleep(held_s)
        if not endpoint.startswith(COUNTED) or endpoint in UNCOUNTED:
            return
        at = chat.window.next_at(self._all.next_at(loop.time()))
        for _ in range(len(data.get("media", "x")) if endpoint == "sendMediaGroup" else 1):
            self._all.take(at)
            chat.window.take(at)
        await asyncio.sleep(at - loop.time())

    def _chat(self, chat_id: int) -> _Chat:
        chat = self._chats.get(chat_id)
        if chat is None:
            limits = (
                (GROUP_MESSAGES, GROUP_PERIOD_S) if chat_id < 0 else (CHAT_MESSAGES, CHAT_PERIOD_S)
            )
            chat = self._chats[chat_id] = _Chat(SlidingWindow(*limits))
        self._chats.move_to_end(chat_id)
        if len(self._chats) > CHATS_REMEMBERED:
            self._chats.popitem(last=False)
        return chat

    def _hold(self, data: dict[str, Any], wait_s: float) -> None:
        """Hold calls to a chat for as long as Telegram asks; others go on."""
        log.warning("flood_wait wait_s=%.0f", wait_s)
        if chat_id := _chat_of(data):
            self._chat(chat_id).held_until = asyncio.get_running_loop().time() + wait_s

    def _follow_move(self, data: dict[str, Any]) -> None:
        if (chat_id := _chat_of(data)) in self._moved:
            data["chat_id"] = self._moved[chat_id]


def _chat_of(data: dict[str, Any]) -> int:
    """Return the chat that a call is about; 0 where it is about none."""
    chat_id = data.get("chat_id")
    return chat_id if isinstance(chat_id, int) else 0


def _is_safe(endpoint: str, error: NetworkError) -> bool:
    """Return whether a call may be repeated: it was not sent, or it is idempotent."""
    return isinstance(error, NotSentError) or endpoint.startswith(("get", "edit", "answer", "set"))
