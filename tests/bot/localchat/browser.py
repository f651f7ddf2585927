"""What the tests of the chat page share."""

from typing import Any

from bot.localchat.server import LocalBotApi


def first(api: LocalBotApi) -> int:
    """The number of the person who was there when the page opened."""
    return next(iter(api.desk.conversation.chats))


async def seen_by_bot(ask: Any) -> dict[str, Any]:
    """The newest update; Waits for it as a polling bot does."""
    updates = (await ask("getUpdates", timeout=5, offset=-1))["result"]
    found: dict[str, Any] = updates[-1]
    return found
