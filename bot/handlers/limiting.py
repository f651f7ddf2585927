"""Rate limits of messages, and people who write as a group or a channel."""

import logging

from telegram import Update

from bot.handlers.speaking import Handler
from bot.screens.replies import Reply
from bot.services import Services
from bot.wire.delivery import Context, send

log = logging.getLogger(__name__)


def limited(handler: Handler, *, cost: float = 1.0) -> Handler:
    """Return a handler of messages that takes tokens from each person's bucket.

    Everything that is answered costs, also what the bot does not understand: an answer takes
    processor time and a place among the messages that Telegram lets a bot send.

    Args:
        handler: What answers a message.
        cost: Tokens.
    """

    async def answer(services: Services, update: Update, context: Context) -> None:
        message, user = update.effective_message, update.effective_user
        assert message is not None  # the filter matches messages only
        if message.sender_chat is not None:  # an admin who is hidden behind the group, a channel
            await send(message, Reply(services.texts("limit.hidden")))
        elif user is None:  # posted by a channel
            return
        elif services.limits.allow(user.id, cost=cost, at=services.now()):
            await handler(services, update, context)
        else:
            log.info("slowed_down")
            if services.limits.first_refusal(user.id):
                await send(message, Reply(services.texts("limit.slow")))

    return answer
