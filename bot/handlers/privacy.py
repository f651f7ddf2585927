"""/forget: one question, then everything about a person is gone."""

import logging

from telegram import Update

from bot.handlers.answering import in_private
from bot.handlers.pressed import Pressed, check_private
from bot.screens.keyboards import forget_keyboard
from bot.screens.people_presses import ForgetPress
from bot.screens.replies import Reply
from bot.services import Services
from bot.storage.users import forget_and_look
from bot.wire.delivery import Context, answer, edit, send

log = logging.getLogger(__name__)


class NotForgottenError(RuntimeError):
    """Something about a person was still there after everything had been deleted."""


async def ask_to_forget(services: Services, update: Update, _: Context) -> None:
    """Answer /forget with one question: there is no way back."""
    message, texts = update.effective_message, services.texts
    assert message is not None  # the filter matches messages only
    if await in_private(services, message):
        await send(message, Reply(texts("forget.ask"), forget_keyboard(texts)))


async def forget(services: Services, pressed: Pressed, press: ForgetPress) -> None:
    """Delete everything about the person, look whether it is gone, and say so.

    Raises:
        NotForgottenError: Something is left.
        OldPressError: Others read along: the press is made up.
    """
    check_private(pressed)
    await answer(pressed.query)
    if not press.sure:
        await edit(pressed.message, Reply(services.texts("forget.kept")))
        return
    n, left = await services.database.run(forget_and_look, pressed.user_id, until=pressed.update_id)
    if left:
        raise NotForgottenError(f"expected 0 rows, found {left}")
    services.shared_taste.forget()
    log.info("forgotten rows=%d", n)
    await edit(pressed.message, Reply(services.texts.count("forget", n)))
