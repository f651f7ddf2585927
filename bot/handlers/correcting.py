"""Words that somebody corrects are answered anew, in the place of the answer they had."""

import logging

from telegram import Update

from bot.handlers.speaking import Handler
from bot.services import Services
from bot.storage.keeping import delete_taken_back
from bot.wire.delivery import Context
from bot.wire.work import current_work

log = logging.getLogger(__name__)


def correctable(handler: Handler) -> Handler:
    """Return a handler of words that remembers its answer, in case the words are corrected."""

    async def answer(services: Services, update: Update, context: Context) -> None:
        work, message, user = current_work(), update.effective_message, update.effective_user
        await handler(services, update, context)
        if work and work.sent_id is not None and message and user:
            services.answered.note(
                user.id,
                message.chat_id,
                message.message_id,
                answer_id=work.sent_id,
                at=services.now(),
            )

    return answer


def corrected(handler: Handler) -> Handler:
    """Return a handler of edited words: of the last ones, if they were answered a moment ago.

    The mood that was understood before is taken back: nobody had it.
    """

    async def answer(services: Services, update: Update, context: Context) -> None:
        work, message, user = current_work(), update.effective_message, update.effective_user
        if work is None or message is None or user is None:
            return
        place = user.id, message.chat_id
        earlier = services.answered.answer_to(*place, message.message_id, at=services.now())
        if earlier is None:
            return
        log.info("words_corrected")
        await services.database.run(delete_taken_back, *place, earlier)
        work.message_id = earlier
        await handler(services, update, context)

    return answer
