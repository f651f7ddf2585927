"""Fault injection: errors and delays of Telegram, on demand, for tests of the bot."""

from dataclasses import dataclass
from typing import Self

from bot.localchat.errors import RefusedError

DOWNLOAD = "download"
"""Stands where a method's name stands, and means fetching a file."""


@dataclass(frozen=True, slots=True)
class BotFault:
    """What goes wrong with the next `times` calls of `method`, for one chat or for all.

    `delay_s` comes first, then `refusal`. `cut` drops the connection instead of answering, with
    `done` after the call took effect: the bot cannot know whether its message was sent. `garbage`
    answers with something else than the Bot API's JSON, after the call took effect.
    """

    method: str
    refusal: RefusedError | None = None
    delay_s: float = 0.0
    cut: bool = False
    done: bool = False
    garbage: bool = False
    times: int = 1
    chat_id: int | None = None

    @classmethod
    def too_many(
        cls, method: str, *, retry_after_s: int = 1, times: int = 1, chat_id: int | None = None
    ) -> Self:
        """Return Telegram's 429: wait so long, then try again."""
        reason = f"Too Many Requests: retry after {retry_after_s}"
        refusal = RefusedError(429, reason, retry_after=retry_after_s)
        return cls(method, refusal, times=times, chat_id=chat_id)

    @classmethod
    def blocked(cls, method: str, *, chat_id: int | None = None, times: int = 1) -> Self:
        """Return the 403 of a person who has blocked the bot."""
        refusal = RefusedError(403, "Forbidden: bot was blocked by the user")
        return cls(method, refusal, times=times, chat_id=chat_id)

    @classmethod
    def moved(cls, method: str, *, chat_id: int, to: int) -> Self:
        """Return the refusal of a group that became a supergroup with another number."""
        reason = "Bad Request: group chat was upgraded to a supergroup chat"
        refusal = RefusedError(400, reason, migrate_to_chat_id=to)
        return cls(method, refusal, chat_id=chat_id)

    @classmethod
    def refused(cls, method: str, reason: str, *, times: int = 1) -> Self:
        """Return a 400 in Telegram's own words."""
        return cls(method, RefusedError(400, f"Bad Request: {reason}"), times=times)

    @classmethod
    def broken(cls, method: str, *, status: int = 502, times: int = 1) -> Self:
        """Return a failure of Telegram's own."""
        return cls(method, RefusedError(status, "Bad Gateway"), times=times)

    @classmethod
    def slow(cls, method: str, delay_s: float, *, times: int = 1) -> Self:
        """Return an answer that comes late, and is right."""
        return cls(method, delay_s=delay_s, times=times)

    @classmethod
    def lost(cls, method: str, *, done: bool, times: int = 1) -> Self:
        """Return a connection that breaks before the answer, with or without effect."""
        return cls(method, cut=True, done=done, times=times)


class Faults:
    """The faults that are still to be injected, oldest first."""

    def __init__(self) -> None:
        self._left: list[tuple[BotFault, int]] = []

    def add(self, fault: BotFault) -> None:
        """Let `fault` happen."""
        self._left.append((fault, fault.times))

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._left.clear()

    def next(self, method: str, chat_id: int | None) -> BotFault | None:
        """Return the fault of this call and count it; None when it goes well."""
        for place, (fault, times) in enumerate(self._left):
            if fault.method == method and fault.chat_id in {None, chat_id}:
                self._left[place : place + 1] = [(fault, times - 1)] if times > 1 else []
                return fault
        return None
