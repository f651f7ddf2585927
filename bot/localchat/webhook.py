"""The webhook: updates posted to the bot's own address.

Source: https://core.telegram.org/bots/api#setwebhook
"""

import asyncio
import contextlib
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp

from bot.localchat.errors import bad_request
from bot.localchat.updates import Updates
from bot.localchat.wire import JsonObject

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
RETRY_S = 0.25
PATIENCE_S = 60.0


class Webhook:
    """Delivers what is pending, up to `connections` at once, until each is answered with 2xx."""

    def __init__(self, updates: Updates, timestamp: Callable[[], int]) -> None:
        self.url = ""
        self._updates = updates
        self._timestamp = timestamp
        self._secret = ""
        self._connections = 40
        self._error: JsonObject = {}
        self._carrier: asyncio.Task[None] | None = None

    async def set(self, url: str, secret: str, connections: int) -> None:
        """Deliver to `url` from now on; Raises RefusedError for an address elsewhere."""
        if secret and not SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        if urlsplit(url).hostname not in LOOPBACK:
            raise bad_request("bad webhook: the local chat delivers on this computer only")
        await self.remove()
        self.url, self._secret, self._connections = url, secret, connections
        self._updates.interrupt()
        self._carrier = asyncio.create_task(self._carry())

    async def remove(self) -> None:
        """Deliver no more."""
        self.url, self._error = "", {}
        if self._carrier:
            self._carrier.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._carrier
            self._carrier = None

    def info(self) -> JsonObject:
        """Return the state as `getWebhookInfo` does."""
        about = {"url": self.url, "has_custom_certificate": False, **self._error}
        about["pending_update_count"] = len(self._updates)
        if self._updates.allowed:
            about["allowed_updates"] = list(self._updates.allowed)
        return about | ({"max_connections": self._connections} if self.url else {})

    async def _carry(self) -> None:
        headers = {SECRET_HEADER: self._secret} if self._secret else {}
        timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
            while True:
                batch = self._updates.first(self._connections)
                if not batch:
                    await self._updates.wait()
                    continue
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(self._deliver(session, each)) for each in batch]
                taken = [task.result() for task in tasks]
                self._updates.drop(taken_id for taken_id in taken if taken_id is not None)
                if None in taken:
                    await asyncio.sleep(RETRY_S)

    async def _deliver(self, session: aiohttp.ClientSession, update: JsonObject) -> int | None:
        """Return the id of a delivered update, None when it has to be tried again."""
        try:
            async with session.post(self.url, json=update, allow_redirects=False) as response:
                if response.ok:
                    return int(update["update_id"])
                reason = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            reason = f"Connection failed: {type(error).__name__}"
        self._error = {"last_error_date": self._timestamp(), "last_error_message": reason}
        return None
