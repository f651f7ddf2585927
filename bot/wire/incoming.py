"""What the inbox has to know of an update before anything else reads it."""

import json
import logging
from typing import TypeGuard

from bot.storage.inbox import IncomingUpdate

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
    return IncomingUpdate(number, speaker, json.dumps(update))


def _speaker(part: object) -> int | None:
    """Return who says something: a chat that speaks for itself goes before its stand-in."""
    if not isinstance(part, dict):
        return None
    for name in ("sender_chat", "from"):
        speaker = part.get(name)
        if isinstance(speaker, dict) and _fits(number := speaker.get("id")):
            return number
    return None
