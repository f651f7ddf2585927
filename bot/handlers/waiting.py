"""What people hear while many ask: that it takes a while, how long, or when to come again."""

import logging

from telegram import Update
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.screens.replies import Reply
from bot.services import Services
from bot.storage.database import StorageError
from bot.wire.actions import show_action
from bot.wire.delivery import edit, message_of_ours, send
from bot.wire.places import LINE_S

log = logging.getLogger(__name__)

STEP_S = 5  # nobody counts seconds


async def tell_wait(
    services: Services, update: Update, line: int | None, wait_s: float
) -> int | None:
    """Say how long an answer will take; return the number of the message that says so, if any.

    Args:
        services: What speaks to people.
        update: What will be answered.
        line: The message that said so before, and is changed; None where none did.
        wait_s: Seconds from now on.
    """
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return None
    try:
        if wait_s <= LINE_S and line is None:
            await show_action(message, ChatAction.TYPING)
            return None
        speaking = await services.speaking_to(user.id, user.language_code)
        reply = Reply(speaking.texts("limit.wait", seconds=rounded(wait_s)))
        if line is None:
            # The answer takes the place of this line, and to a picture it is a reply.
            quote = True if message.effective_attachment else None
            return (await send(message, reply, quote=quote)).message_id
        return await edit(message_of_ours(message, line), reply)
    except (TelegramError, StorageError) as error:  # an extra: the answer itself is what counts
        log.info("wait_not_told error=%s", type(error).__name__)
        return line


async def refuse(services: Services, update: Update, wait_s: float) -> None:
    """Say that too many ask just now, and after how long to come again."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    try:
        speaking = await services.speaking_to(user.id, user.language_code)
        await send(message, Reply(speaking.texts("limit.full", seconds=rounded(wait_s))))
    except TelegramError as error:
        log.warning("refusal_not_delivered error=%s", type(error).__name__)


def rounded(wait_s: float) -> int:
    """Return a wait in seconds as people say it, never shorter than it is."""
    return int(-(-wait_s // STEP_S) * STEP_S)
