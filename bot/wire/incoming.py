"""What an update says about itself before the library reads it: number, sender, kind.

Whatever it holds, it is taken: one that is not understood must not stop the others.
"""

import json
import logging
from collections.abc import Mapping
from typing import TypeGuard

from telegram import Bot, Update

from bot.storage.inbox import IncomingUpdate, StoredUpdate
from bot.wire.lanes import Kind

log = logging.getLogger(__name__)


def number_of(update: object) -> int | None:
    """Return Telegram's number of an update; None where it has none."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if _fits(number) else None


def _fits(number: object) -> TypeGuard[int]:
    """Return whether a number is one that a column holds."""
    return type(number) is int and abs(number) < 2**63


def incoming_of(update: object) -> IncomingUpdate | None:
    """Return an update to be written down; None, and a line in the log, where it has no number."""
    number = number_of(update)
    if number is None or not isinstance(update, dict):
        log.error("update_without_number")
        return None
    speakers = (_speaker(part) for part in update.values())
    speaker = next((speaker for speaker in speakers if speaker is not None), None)
    return IncomingUpdate(number, speaker, json.dumps(update), kind_of(update).name)


def _speaker(part: object) -> int | None:
    """Return who says something: a chat that speaks for itself goes before its stand-in."""
    if not isinstance(part, dict):
        return None
    for name in ("sender_chat", "from"):
        speaker = part.get(name)
        if isinstance(speaker, dict) and _fits(number := speaker.get("id")):
            return number
    return None


def kind_of(update: Mapping[str, object]) -> Kind:
    """Return what an update asks for, as far as its fields say so."""
    message = update.get("message")
    if not isinstance(message, dict):
        return Kind.WORDS
    if any(name in message for name in ("video", "video_note", "animation")):
        return Kind.CLIP
    document = message.get("document")
    if isinstance(document, dict):
        clip = str(document.get("mime_type", "")).startswith("video/")
        return Kind.CLIP if clip else Kind.STILL
    return Kind.STILL if "photo" in message else Kind.WORDS


def is_private_message(update: Mapping[str, object]) -> bool:
    """Return whether an update is what one person says to the bot alone."""
    message = update.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    return isinstance(chat, dict) and chat.get("type") == "private"


def update_of(stored: StoredUpdate, bot: Bot) -> Update | None:
    """Return an update with its number here; None where the library does not know its shape.

    The library's words about it may quote the person's, so they are left out.
    """
    try:
        return Update.de_json(json.loads(stored.payload) | {"update_id": stored.id}, bot)
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        reason = type(error).__name__
        log.error("update_unreadable id=%d reason=%s", stored.id, reason)  # noqa: TRY400
        return None
