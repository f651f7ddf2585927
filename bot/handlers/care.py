"""Care: words of despair and grief are answered at once; a run of low moods once."""

import asyncio
import logging
from datetime import timedelta

from telegram import Message, Update, User

from bot.handlers.speaking import Handler
from bot.screens.care import compose_care, compose_run
from bot.services import Services
from bot.storage.answers import Wish
from bot.storage.consent import allowed_by
from bot.storage.readings import ReadingSource, readings_of
from bot.storage.users import care_shown, save_care_shown
from bot.wire.delivery import Context, is_private, send
from bot.words.care import RUN, country_of, is_low, is_low_run
from bot.words.understanding.meanings import Talk, Wanted
from bot.words.understanding.spelling import plain
from bot.words.understanding.understand import care_in, understand

log = logging.getLogger(__name__)

NOT_AGAIN_FOR = timedelta(days=30)
RECENT = timedelta(days=14)


def care_first(handler: Handler) -> Handler:
    """Return a handler that leaves words of despair or grief to care, wherever they stand.

    Such an answer comes before every limit on how much somebody may ask, and nobody can switch it
    off. Songs follow only where the words are the name of a song that is asked for.
    """

    async def answer(services: Services, update: Update, context: Context) -> None:
        message, user = update.effective_message, update.effective_user
        said = (message.text or message.caption or "") if message else ""
        talk = await asyncio.to_thread(care_in, plain(said)) if said else None
        if message and user and talk:
            await _answer_with_care(services, message, user, talk)
            if not await _asks_for_a_song(services, said):
                return
        await handler(services, update, context)

    return answer


async def _asks_for_a_song(services: Services, said: str) -> bool:
    """Return whether words of care are the name of a song, as in "play Funeral by Arcade Fire"."""
    catalogue = await services.graph.catalogue()
    meaning = await asyncio.to_thread(understand, said, services.texts.language, catalogue)
    return isinstance(meaning, Wanted)


async def _answer_with_care(services: Services, message: Message, user: User, talk: Talk) -> None:
    log.info("care_given")  # nothing of what it was about
    country = await country_for(services, user.id, user.language_code)
    await send(message, compose_care(talk, services.texts, country, services.help_lines))


async def name_help_once(services: Services, message: Message, wish: Wish) -> None:
    """After a run of very low moods, say once where help is found; to the person alone."""
    private, own = is_private(message.chat), wish.source is not ReadingSource.GROUP
    if not (services.care and private and own and is_low(wish.scores)):
        return
    now = services.now()
    shown_at = await services.database.run(care_shown, wish.user_id)
    if shown_at and now - shown_at < NOT_AGAIN_FOR:
        return
    readings = await services.database.run(readings_of, wish.user_id, RUN)
    recent = [reading.believed for reading in readings if now - reading.at < RECENT]
    if not is_low_run(recent):
        return
    await services.database.run(save_care_shown, wish.user_id, at=now)
    log.info("help_named")
    country = await country_for(services, wish.user_id, wish.language)
    await send(message, compose_run(services.texts, country, services.help_lines))


async def country_for(services: Services, user_id: int, client_language: str | None) -> str | None:
    """Return where a person is, as far as their clock or their client says."""
    allowed = await services.database.run(allowed_by, user_id)
    return country_of(client_language, allowed.zone)
