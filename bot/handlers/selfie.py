"""A picture or a clip: what it looks like, and songs that suit it."""

import logging
from dataclasses import replace
from functools import partial

from telegram import Message, Update, User

from bot.handlers.answering import send_wished
from bot.handlers.limiting import limited
from bot.screens.consent import CONSENT_VERSION, compose_question
from bot.screens.openings import opening_for_people, opening_for_reading
from bot.screens.replies import compose_refusal
from bot.services import Services
from bot.storage.answers import Wish
from bot.storage.inbox import finish_album
from bot.storage.readings import ReadingSource
from bot.wire.actions import show_typing
from bot.wire.delivery import Context, send
from bot.wire.downloads import downloaded
from bot.wire.work import keep_with_end
from inference.errors import InferenceError
from inference.media import MediaKind
from inference.reading import Reading

log = logging.getLogger(__name__)

COST = 3.0  # tokens: a picture is fetched and read


async def answer_selfie(services: Services, update: Update, context: Context) -> None:
    """Read the emotion in the sent media and answer with songs that suit it.

    An album gets one answer, for the first of its pictures to arrive.
    """
    message = update.effective_message
    assert message is not None  # the filter matches messages only
    album = message.media_group_id
    if album is None or services.limits.is_first_of_album(album, message.message_id):
        if album is not None:  # after a crash nobody else knows that they belong together
            others = partial(finish_album, row_id=update.update_id, album=album, at=services.now())
            keep_with_end(others)
        await limited(_answer, cost=COST)(services, update, context)


async def _answer(services: Services, update: Update, context: Context) -> None:
    message, user = update.effective_message, update.effective_user
    assert message is not None and user is not None  # noqa: PT018 - `limited` sees to it
    if not has_agreed(services):
        await send(message, compose_question(services.texts), quote=True)
        return
    show_typing(message, context)
    await read_media(services, message, user, update.update_id)


def has_agreed(services: Services) -> bool:
    """Return whether the person who is answered agreed to the notice as it is now."""
    return services.known.allowed.consent_version == CONSENT_VERSION


async def read_media(services: Services, message: Message, user: User, update_id: int) -> None:
    """Read what a person sent, who has agreed to that, and answer with songs that suit it."""
    try:
        reading = await _read(services, message)
    except InferenceError as error:
        log.info("selfie_refused reason=%s", error.code)
        await send(message, compose_refusal(error, services.texts))
        return
    log.info(
        "selfie_read kind=%s certain=%s faces=%d read=%d",
        *(reading.kind, reading.certain, reading.faces, max(len(reading.people), 1)),
    )
    open_with = opening_for_people if reading.people else opening_for_reading
    opening = open_with(reading, services.texts, album=message.media_group_id is not None)
    aim = services.known.preferences.aim
    wish = replace(_wish(reading, message, user, update_id), aim=aim)
    await send_wished(services, message, wish, opening, quote=True)


async def _read(services: Services, message: Message) -> Reading:
    """Return the reading of what was sent, which is in memory no longer than that takes."""
    async with downloaded(message, services.room) as media:
        return await services.inference.read(media)


def _wish(reading: Reading, message: Message, user: User, update_id: int) -> Wish:
    clip = reading.kind is MediaKind.VIDEO
    wish = Wish(
        user_id=user.id,
        chat_id=message.chat_id,
        update_id=update_id,
        language=user.language_code,
        scores=reading.scores,
        source=ReadingSource.CLIP if clip else ReadingSource.SELFIE,
        certain=reading.certain,
    )
    if not reading.people:
        return wish
    # Of several people only this is kept: which share of them looks how.
    return replace(wish, scores=reading.shares, source=ReadingSource.GROUP, certain=True)
