"""How long to wait before something is tried again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import BadRequest, InvalidToken, NetworkError

from bot.wire.requests import FloodWaitError

log = logging.getLogger(__name__)

MIN_WAIT_S, MAX_WAIT_S = 1.0, 30.0


class Backoff:
    """Exponential backoff: each wait is twice as long as the one before, up to a limit."""

    def __init__(self, bot: Bot) -> None:
        """Name the server of a bot in each line, without the token that is part of its address."""
        self._server = server_of(bot)
        self._next_s = MIN_WAIT_S

    def reset(self) -> None:
        """Begin anew: something worked."""
        self._next_s = MIN_WAIT_S

    async def wait(self, event: str, error: Exception) -> None:
        """Write down what failed, and wait: as long as Telegram asks for, where it does."""
        wait_s = self._next_s
        if isinstance(error, FloodWaitError):
            wait_s = max(wait_s, error.wait_s)
        reason, server = type(error).__name__, self._server
        log.warning("%s reason=%s server=%s wait_s=%.0f", event, reason, server, wait_s)
        self._next_s = min(2 * self._next_s, MAX_WAIT_S)
        await asyncio.sleep(wait_s)


def server_of(bot: Bot) -> str:
    """Return scheme, host and port of the Bot API that a bot asks, and nothing else of it."""
    url = urlsplit(bot.base_url)
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}"


async def persist(bot: Bot, action: Callable[[], Awaitable[object]], event: str) -> None:
    """Do something again until the network and Telegram let it through.

    Raises:
        InvalidToken: Telegram does not know the token.
        BadRequest: What is asked for is wrong, and stays so.
    """
    backoff = Backoff(bot)
    while True:
        try:
            await action()
        except (InvalidToken, BadRequest):
            raise
        except (NetworkError, FloodWaitError) as error:
            await backoff.wait(event, error)
        else:
            return
