"""Chat actions: what a chat shows for some seconds while the bot is at work, such as "typing"."""

import asyncio
import logging

from telegram import Message
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.wire.delivery import Context
from bot.wire.work import current_work

log = logging.getLogger(__name__)

TYPING_AFTER_S = 0.3  # whoever waits less sees the answer itself


def show_typing(message: Message, context: Context) -> None:
    """Show that an answer is being made, where that takes a moment; nobody waits for it."""
    work = current_work()

    def show() -> None:
        if work is None or (work.open and not work.answered):
            context.application.create_task(show_action(message, ChatAction.TYPING))

    asyncio.get_running_loop().call_later(TYPING_AFTER_S, show)


async def show_action(message: Message, action: ChatAction) -> None:
    """Show for some seconds what the bot is doing."""
    try:
        await message.reply_chat_action(action)
    except TelegramError as error:  # an extra: its loss is nobody's concern
        log.debug("action_not_shown error=%s", type(error).__name__)
