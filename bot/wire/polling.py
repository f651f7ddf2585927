"""Fetches updates from Telegram into the inbox."""

import asyncio
import json
import logging
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.storage.database import StorageError
from bot.wire.inbox import BATCH, Inbox, JsonObject

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
POLL_S = 30  # how long Telegram holds a request while nothing happens
MIN_WAIT_S, MAX_WAIT_S = 1.0, 30.0


async def poll(bot: Bot, inbox: Inbox) -> None:
    """Fetch updates into the inbox for ever; after an error wait, twice as long each time.

    Raises:
        InvalidToken: Telegram does not know the token, or no longer.
    """
    offset, wait_s = 0, MIN_WAIT_S
    while True:
        try:
            updates = await _fetch(bot, offset)
            await inbox.accept(updates)
        except InvalidToken:
            raise
        except (TelegramError, StorageError) as error:
            log.warning("poll_failed reason=%s wait_s=%.0f", type(error).__name__, wait_s)
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, MAX_WAIT_S)
            continue
        offset = max((update["update_id"] + 1 for update in updates), default=offset)
        wait_s = MIN_WAIT_S
        await inbox.room()


async def _fetch(bot: Bot, offset: int) -> list[JsonObject]:
    """Return the updates from `offset` on, and tell Telegram that those before it are safe here.

    They are taken as they come: `Bot.get_updates` parses all of them at once, so that one which
    the library cannot read would hold up the rest for ever, and would stand in the log.
    """
    query = urlencode(
        {
            "offset": offset,
            "limit": BATCH,
            "timeout": POLL_S,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
        }
    )
    url = f"{bot.base_url}/getUpdates?{query}"
    updates = await bot.request.post(url, read_timeout=POLL_S + 10)
    if not isinstance(updates, list):
        raise TelegramError("expected a list of updates")
    return updates
