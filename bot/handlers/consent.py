"""Consent before the first picture, and what somebody new likes in three taps."""

import asyncio
import logging
from dataclasses import replace
from typing import Any

from bot.handlers.pressed import OldPressError, Pressed, check_private
from bot.handlers.selfie import read_media
from bot.screens.choices import FIELDS, key_of, tick
from bot.screens.consent import (
    CONSENT_VERSION,
    FACETS,
    SKIP,
    START,
    compose_taste,
    ways_keyboard,
)
from bot.screens.keyboards import mood_keyboard
from bot.screens.people_presses import ConsentPress, TastePress
from bot.screens.replies import Reply
from bot.services import Services
from bot.storage.consent import save_consent
from bot.storage.preferences import Preferences, change_preferences
from bot.storage.users import save_user
from bot.wire.delivery import answer, edit
from graph.choosing.filters import offered

log = logging.getLogger(__name__)


async def agree(services: Services, pressed: Pressed, _: ConsentPress) -> None:
    """Keep that a person agreed, to what and when; read the picture that they were asked about.

    Raises:
        OldPressError: The picture is somebody else's.
    """
    original, user = pressed.message.reply_to_message, pressed.query.from_user
    if original and original.from_user and original.from_user.id != user.id:
        raise OldPressError("expected the person who sent the picture")
    now, run = services.now(), services.database.run
    await run(save_user, user.id, language=user.language_code, at=now)
    await run(save_consent, user.id, CONSENT_VERSION, at=now)
    log.info("consented version=%s", CONSENT_VERSION)
    await answer(pressed.query, services.texts("toast.agreed"))
    if original is None:
        await edit(
            pressed.message, Reply(services.texts("start.ways"), ways_keyboard(services.texts))
        )
        return
    await edit(pressed.message, Reply(services.texts("notice.agreed")))
    await read_media(services, original, user, pressed.update_id)


async def choose_taste(services: Services, pressed: Pressed, press: TastePress) -> None:
    """Keep what somebody likes of a facet, and ask about the next; after the last, the moods.

    Raises:
        OldPressError: No song has it any more, or others read along.
    """
    check_private(pressed)
    known = await asyncio.to_thread(offered, services.graph.snapshot)
    if press.key not in {SKIP, START}:
        values = getattr(known, FIELDS[press.facet])
        value = next((each for each in values if key_of(each) == press.key), None)
        if value is None:
            raise OldPressError(f"expected a known {press.facet}, found {press.key}")

        def change(before: Preferences) -> Preferences:
            nothing: Any = {FIELDS[press.facet]: frozenset()}  # words or years
            cleared = replace(before.filters, **nothing)
            return tick(replace(before, filters=cleared), press.facet, value, ticked=True)

        language, now = pressed.query.from_user.language_code, services.now()
        await services.database.run(
            change_preferences, pressed.user_id, change, language=language, at=now
        )
    await answer(pressed.query)
    at = 0 if press.key == START else FACETS.index(press.facet) + 1
    texts = services.texts
    if at == len(FACETS):
        await edit(pressed.message, Reply(texts("taste.done"), mood_keyboard(texts)))
        return
    facet = FACETS[at]
    await edit(pressed.message, compose_taste(facet, getattr(known, FIELDS[facet]), texts))
