"""Fetches updates from Telegram into the inbox."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.storage.database import StorageError
from bot.storage.signals import Signals
from bot.wire.inbox import BATCH, Inbox
from bot.wire.incoming import number_of
from bot.wire.retries import Backoff

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
POLL_S = 30  # how long Telegram holds a request while nothing happens


async def poll_alone(bot: Bot, inbox: Inbox, signals: Signals | None) -> None:
    """Poll for ever; of several processes on one database, one does, and another when it ends.

    Raises:
        InvalidToken: Telegram does not know the token, or no longer.
    """
    if signals is None:
        await poll(bot, inbox)
        return
    while True:
        await signals.leading.wait()
        polling, lost = (
            asyncio.create_task(work) for work in (poll(bot, inbox), signals.lost.wait())
        )
        tasks: set[asyncio.Task[Any]] = {polling, lost}  # Any: one ends, the other never returns
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        if not polling.cancelled():
            await polling  # raises


async def poll(bot: Bot, inbox: Inbox) -> None:
    """Fetch updates into the inbox for ever; after an error wait, twice as long each time.

    Raises:
        InvalidToken: Telegram does not know the token, or no longer.
    """
    offset, backoff = 0, Backoff(bot)
    while True:
        try:
            updates = await _fetch(bot, offset)
            await inbox.accept(updates)
        except InvalidToken:
            raise
        except (TelegramError, StorageError) as error:
            twice = isinstance(error, Conflict)  # by another program, or a webhook
            await backoff.wait("token_used_twice" if twice else "poll_failed", error)
            continue
        offset = max((number + 1 for number in map(number_of, updates) if number), default=offset)
        backoff.reset()
        await inbox.room()


async def _fetch(bot: Bot, offset: int) -> list[object]:
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
    updates: object = await bot.request.post(url, read_timeout=POLL_S + 10)
    if not isinstance(updates, list):
        raise TelegramError("expected a list of updates")
    return updates
