"""Errors of handlers: what happens depends on whose fault they are."""

import logging
import secrets

from telegram import Update
from telegram.constants import ChatMemberStatus, ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

from bot.screens.replies import Reply
from bot.services import Services
from bot.storage.database import UnavailableError
from bot.storage.users import mark_inactive
from bot.wire.delivery import Context, answer, is_closed, is_private, send
from bot.wire.requests import FloodWaitError
from bot.wire.work import current_work

log = logging.getLogger(__name__)

NOTE_COST = 6.0  # tokens: ten notes to an admin in a row, then one in six seconds


async def report_error(services: Services, update: object, context: Context) -> None:
    """Report an error to the log, the person and the admins, as far as each can act on it."""
    known = update if isinstance(update, Update) else None
    match context.error:
        case None:
            return
        case Forbidden():
            await _leave_alone(services, known)
        case BadRequest() as error if is_closed(error):
            log.info("chat_closed")
        case BadRequest() as error:  # a kind of NetworkError, but what was sent was wrong
            await _apologise(services, known, context, error)
        case NetworkError() | FloodWaitError() | UnavailableError() as error:
            await _try_later(services, known, context, error)
        case Exception() as error:
            await _apologise(services, known, context, error)


async def _try_later(
    services: Services, update: Update | None, context: Context, error: Exception
) -> None:
    """Postpone an update that cannot be answered now; drop what is no update's answer."""
    name, work = type(error).__name__, current_work()
    if work is None:
        log.warning("not_delivered error=%s", name)
    elif work.may_wait:
        log.warning("not_delivered_yet error=%s", name)
        work.retry_after_s = error.wait_s if isinstance(error, FloodWaitError) else 0.0
    else:
        await _apologise(services, update, context, error)


async def note_block(services: Services, update: Update, _: Context) -> None:
    """Remember that a person blocked the bot."""
    member = update.my_chat_member
    assert member is not None  # the filter matches these only
    if member.new_chat_member.status == ChatMemberStatus.BANNED:
        await _leave_alone(services, update)


async def _leave_alone(services: Services, update: Update | None) -> None:
    """Mark the person of a private chat inactive: they do not want to hear from the bot."""
    if not update or not update.effective_user or not update.effective_chat:
        return
    if is_private(update.effective_chat):
        log.info("blocked_by_user")
        await services.database.run(mark_inactive, update.effective_user.id)


async def _apologise(
    services: Services, update: Update | None, context: Context, error: Exception
) -> None:
    error_id, name = secrets.token_hex(4), type(error).__name__
    log.error("failed id=%s error=%s", error_id, name, exc_info=error)
    try:
        await _tell_person(services, update, error_id)
    except TelegramError as second:
        log.warning("apology_not_delivered error=%s", type(second).__name__)
    await _tell_admins(services, context, error_id, name)


async def _tell_person(services: Services, update: Update | None, error_id: str) -> None:
    if update and update.callback_query:
        await answer(
            update.callback_query, services.texts("error.ours_toast", id=error_id), alert=True
        )
    elif update and update.effective_message:
        await send(update.effective_message, Reply(services.texts("error.ours", id=error_id)))


async def _tell_admins(services: Services, context: Context, error_id: str, name: str) -> None:
    """Send the id and the kind of the error: nothing that a person wrote."""
    words = services.texts("error.admin_note", id=error_id, name=name)
    for admin in services.settings.admins:
        if not services.limits.allow(-admin, cost=NOTE_COST, at=services.now()):
            continue
        try:
            await context.bot.send_message(admin, words, parse_mode=ParseMode.HTML)
        except TelegramError as error:
            log.warning("note_not_delivered error=%s", type(error).__name__)
