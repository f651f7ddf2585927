"""What a person sees of the chat, as values for a program that plays a person."""

from dataclasses import dataclass
from typing import Self

from bot.localchat.wire import JsonObject


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message: it sends `data` to the bot, or opens `url`."""

    label: str
    data: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message as the person sees it now; `raw` is the Bot API's object."""

    id: int
    by_bot: bool
    text: str
    buttons: tuple[tuple[Button, ...], ...]
    links: tuple[str, ...]
    edited: bool
    raw: JsonObject

    @classmethod
    def of(cls, raw: JsonObject) -> Self:
        """Return a message of the Bot API as the person sees it."""
        rows = raw.get("reply_markup", {}).get("inline_keyboard", [])
        entities = [*raw.get("entities", []), *raw.get("caption_entities", [])]
        return cls(
            id=raw["message_id"],
            by_bot=raw["from"]["is_bot"],
            text=raw.get("text") or raw.get("caption", ""),
            buttons=tuple(
                tuple(Button(b["text"], b.get("callback_data"), b.get("url")) for b in row)
                for row in rows
            ),
            links=tuple(entity["url"] for entity in entities if "url" in entity),
            edited="edit_date" in raw,
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """The bot's answer to a press; `text` is empty when it shows nothing."""

    text: str
    show_alert: bool
    url: str
