"""Every update is answered in the language of the person who sent it."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update

from bot.services import Services
from bot.storage.database import StorageError
from bot.wire.delivery import Context

log = logging.getLogger(__name__)

Handler = Callable[[Services, Update, Context], Coroutine[Any, Any, None]]
Answering = Callable[[Update, Context], Coroutine[Any, Any, None]]


def in_their_language(handler: Handler, services: Services) -> Answering:
    """Return a handler whose `services.texts` are in the language of whoever sent the update."""

    async def answer(update: Update, context: Context) -> None:
        await handler(await _speaking_to_sender(services, update), update, context)

    return answer


def errors_in_their_language(
    handler: Callable[[Services, object, Context], Coroutine[Any, Any, None]], services: Services
) -> Callable[[object, Context], Coroutine[Any, Any, None]]:
    """Return an error handler likewise; without a database the client's language must do."""

    async def report(update: object, context: Context) -> None:
        speaking = services
        if isinstance(update, Update) and (user := update.effective_user):
            try:
                speaking = await _speaking_to_sender(services, update)
            except StorageError as error:
                log.warning("language_not_read error=%s", type(error).__name__)
                speaking = services.speaking(user.language_code)
        await handler(speaking, update, context)

    return report


async def _speaking_to_sender(services: Services, update: Update) -> Services:
    user = update.effective_user
    return await services.speaking_to(user.id, user.language_code) if user else services
