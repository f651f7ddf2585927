"""One person's chat with the bot, or a group with it, and the numbers in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.localchat.errors import PressError
from bot.localchat.wire import JsonObject

COUNTED_SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Chat:
    """One person's private chat with the bot, or a group: its messages by id, oldest first.

    Attributes:
        user: Whose chat it is; of a group, its number and, as a first name, its title.
    """

    user: JsonObject
    messages: dict[int, JsonObject] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The chat's number, which in a private chat is the person's and in a group below 0."""
        return int(self.user["id"])

    @property
    def is_group(self) -> bool:
        """Whether several people write here."""
        return self.id < 0

    def as_json(self) -> JsonObject:
        """Return the chat as a message names it."""
        name = self.user["first_name"]
        if self.is_group:
            return {"id": self.id, "type": "supergroup", "title": name}
        return {"id": self.id, "type": "private", "first_name": name}


def reaches_bot(message: JsonObject, bot: JsonObject) -> bool:
    """Return whether a bot that does not read groups along gets this message of a group.

    Source: @BotFather on /setprivacy: "either start with the '/' symbol or mention the bot by
        username"; https://core.telegram.org/bots/features#privacy-mode: replies to the bot, and
        messages sent via it.
    """
    words = str(message.get("text") or message.get("caption") or "")
    answered = message.get("reply_to_message", {}).get("from", {}).get("id") == bot["id"]
    named = f"@{bot['username']}".lower() in words.lower()
    return answered or named or words.startswith("/") or "via_bot" in message


def quoting(chat: Chat, message_id: int | None) -> JsonObject:
    """Return the part of a message that names the one it replies to, if that is still there."""
    target = chat.messages.get(message_id) if message_id is not None else None
    if target is None:
        return {}
    kept = {name: value for name, value in target.items() if name != "reply_to_message"}
    return {"reply_to_message": kept}


def buttons_of(message: JsonObject) -> Iterator[JsonObject]:
    """Yield the buttons under a message, row by row."""
    for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
        yield from row


def find_button(chat: Chat, wanted: str, under: int | None) -> tuple[int, str]:
    """Return the message and the data of a button, the newest first.

    Args:
        chat: Where to look.
        wanted: The button's data, its label, or the beginning of its label.
        under: The only message to look under, or all of them.

    Raises:
        PressError: There is no such button.
    """
    places = [
        (message["message_id"], button["text"], button["callback_data"])
        for message in reversed(chat.messages.values())
        if under in {None, message["message_id"]}
        for button in buttons_of(message)
        if "callback_data" in button
    ]
    exact = [(id_, data) for id_, label, data in places if wanted in {label, data}]
    begun = [(id_, data) for id_, label, data in places if label.startswith(wanted)]
    if not exact and not begun:
        raise PressError(f"no button {wanted!r}; there are {[label for _, label, _ in places]}")
    return (exact or begun)[0]


def first_number(at: datetime) -> int:
    """Return where ids begin, so that they grow over restarts as Telegram's do.

    A bot remembers which updates it has seen. Eight ids for each second since a fixed day stay
    ahead of what people type, and below 32 bits until 2034.
    """
    return max(1, int((at - COUNTED_SINCE).total_seconds()) * 8)
