"""What was seen: the picture once more, with the face, its mesh and the part that was read."""

import logging

from telegram.constants import ChatAction

from bot.handlers.card import picture_of, redraw
from bot.handlers.pressed import Pressed, affords, owned
from bot.screens.replies import compose_refusal
from bot.screens.song_presses import SeenPress
from bot.services import Services
from bot.storage.readings import ReadingSource
from bot.wire.actions import show_action
from bot.wire.delivery import answer, send, send_picture, together
from bot.wire.downloads import downloaded
from inference.errors import InferenceError

log = logging.getLogger(__name__)

COST = 3.0  # tokens besides the press: as much as a selfie


async def show_seen(services: Services, pressed: Pressed, press: SeenPress) -> None:
    """Fetch the picture once more, read it, and send it with what was seen; keep nothing."""
    texts, message = services.texts, pressed.message
    stored = await owned(services, pressed, press.suggestion_id)
    original = picture_of(pressed, stored)
    if original is None:
        await answer(pressed.query, texts("toast.no_picture"), alert=True)
        return
    if not await affords(services, pressed, COST):
        return
    await together(answer(pressed.query), show_action(message, ChatAction.UPLOAD_PHOTO))
    try:
        async with downloaded(original, services.room) as media:
            picture = await services.inference.draw(media)
    except InferenceError as error:
        log.info("seen_refused reason=%s", error.code)
        await send(message, compose_refusal(error, texts))
        return
    kind = "clip" if stored.reading.source is ReadingSource.CLIP else "photo"
    log.info("seen_shown kind=%s", kind)
    await send_picture(message, picture, texts(f"seen.{kind}"))
    await redraw(services, pressed, stored)
