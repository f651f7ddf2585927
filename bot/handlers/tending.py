"""What the bot does without being written to: old history goes, reminders and one question come."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from telegram import Bot

from bot.errors import BotError
from bot.handlers.pressed import OldPressError, Pressed
from bot.screens.keyboards import mood_keyboard
from bot.screens.personal import compose_asking
from bot.screens.replies import Reply
from bot.screens.song_presses import AskedPress
from bot.services import Services
from bot.storage.answers import Wish
from bot.storage.evidence import save_helped
from bot.storage.history import StoredSuggestion, suggestion_of
from bot.storage.keeping import delete_expired
from bot.storage.reminders import (
    Reminder,
    ask_once,
    take_due_questions,
    take_due_reminders,
)
from bot.storage.users import mark_inactive
from bot.wire.delivery import NotDeliveredError, answer, edit, send_to
from bot.words.clocks import after_quiet, is_quiet, next_time, zone_of

log = logging.getLogger(__name__)

EVERY_S = 30.0
ASK_AFTER = timedelta(hours=2)  # when the songs were heard
ASK_AGAIN_AFTER = timedelta(days=1)


@asynccontextmanager
async def tending(bot: Bot, services: Services) -> AsyncIterator[None]:
    """Tend to what is due meanwhile."""
    task = asyncio.create_task(tend(bot, services))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def tend(bot: Bot, services: Services, every_s: float = EVERY_S) -> None:
    """Do for ever what is due; what fails is tried again a moment later."""
    while True:
        try:
            await tend_once(bot, services)
        except BotError as error:
            log.warning("tending_failed error=%s", type(error).__name__)
        await asyncio.sleep(every_s)


async def tend_once(bot: Bot, services: Services) -> None:
    """Delete what people no longer want kept, and send what is due.

    Raises:
        StorageError: The database could not be read or written.
    """
    now, run = services.now(), services.database.run
    if n := await run(delete_expired, now):
        log.info("history_expired n=%d", n)
    for reminder in await run(take_due_reminders, now, _following(services, now)):
        await _remind(bot, services, reminder, now)
    for stored in await run(take_due_questions, now):
        await _ask(bot, services, stored)


async def plan_question(services: Services, wish: Wish, suggestion_id: int) -> None:
    """Remember to ask later whether the songs helped, where the person allows it; once a day."""
    if wish.chat_id != wish.user_id or not services.known.preferences.ask_helped:
        return
    now = services.now()

    def due(zone: str | None) -> datetime:
        return after_quiet(now + ASK_AFTER, zone_of(zone, services.language))

    await services.database.run(ask_once, suggestion_id, since=now - ASK_AGAIN_AFTER, due=due)


async def note_answer(services: Services, pressed: Pressed, press: AskedPress) -> None:
    """Keep whether songs helped: it teaches the choice.

    Raises:
        UnknownSuggestionError: They were forgotten.
        OldPressError: They were somebody else's.
    """
    stored = await services.database.run(suggestion_of, press.suggestion_id)
    if stored.user_id != pressed.user_id:
        raise OldPressError("expected the person who was asked")
    at = services.now() if press.helped else None
    await services.database.run(save_helped, stored.suggestion_id, at=at)
    services.shared_taste.note()
    await answer(pressed.query)
    await edit(
        pressed.message, Reply(services.texts("asked.glad" if press.helped else "asked.noted"))
    )


def _following(services: Services, now: datetime) -> Callable[[Reminder], datetime]:
    def following(reminder: Reminder) -> datetime:
        return next_time(reminder.minute, now, zone_of(reminder.zone, services.language))

    return following


async def _remind(bot: Bot, services: Services, reminder: Reminder, now: datetime) -> None:
    speaking = await services.speaking_to(reminder.user_id, None)
    if is_quiet(now, zone_of(reminder.zone, speaking.language)):  # the bot was away at the time
        log.info("reminder_skipped")
        return
    reply = Reply(speaking.texts("personal.reminder"), mood_keyboard(speaking.texts))
    await _write(bot, services, reminder.user_id, reply, "reminded")


async def _ask(bot: Bot, services: Services, stored: StoredSuggestion) -> None:
    speaking = await services.speaking_to(stored.user_id, None)
    await _write(bot, services, stored.user_id, compose_asking(stored, speaking.texts), "asked")


async def _write(bot: Bot, services: Services, user_id: int, reply: Reply, event: str) -> None:
    try:
        await send_to(bot, user_id, reply)
    except NotDeliveredError as error:
        if str(error) == "Forbidden":
            await services.database.run(mark_inactive, user_id)
        log.info("not_written event=%s error=%s", event, error)
    else:
        log.info(event)
