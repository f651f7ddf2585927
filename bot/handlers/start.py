"""The first words: what this is, the notice about pictures, help, and a polite way out."""

from telegram import Message, Update, User

from bot.handlers.pressed import Pressed
from bot.screens.keyboards import mood_keyboard, start_keyboard
from bot.screens.people_presses import GuidePress
from bot.screens.replies import Reply
from bot.services import Services
from bot.storage.users import notice_shown, save_notice_shown, save_user
from bot.wire.delivery import Context, answer, is_private, send
from bot.words.texts import Html


async def say_hello(services: Services, update: Update, _: Context) -> None:
    """Answer /start: what this is, how it goes, and the notice, in six lines at most."""
    message, user, texts = update.effective_message, update.effective_user, services.texts
    assert message is not None  # the filter matches messages only
    hello = texts("start.hello", notice=texts("notice.text"))
    await send(message, Reply(hello, start_keyboard(texts)))
    if user:
        await _remember_notice(services, user)


async def help_along(services: Services, update: Update, _: Context) -> None:
    """Answer /help: what can be sent, what the buttons do, and what more an admin can do."""
    message, user, texts = update.effective_message, update.effective_user, services.texts
    assert message is not None  # the filter matches messages only
    words = texts("start.help")
    if user and user.id in services.settings.admins and is_private(message.chat):
        words = Html(f"{words}\n\n{texts('start.help_admin')}")
    await send(message, Reply(words, start_keyboard(texts)))


async def cancel(services: Services, update: Update, _: Context) -> None:
    """Answer /cancel: nothing here ever waits for the person."""
    message = update.effective_message
    assert message is not None  # the filter matches messages only
    await send(message, Reply(services.texts("start.cancel")))


async def guide(services: Services, pressed: Pressed, press: GuidePress) -> None:
    """Explain how to send a selfie, or show the moods."""
    texts = services.texts
    selfie = Reply(texts("start.guide"))
    moods = Reply(texts("start.choose"), mood_keyboard(texts))
    await answer(pressed.query)
    await send(pressed.message, selfie if press.selfie else moods)


async def show_notice_once(services: Services, message: Message, user: User) -> None:
    """Tell a person what is done with a picture before the first one is looked at.

    Source: Regulation (EU) 2024/1689 (AI Act), Art. 50(3) and (5): at the first exposure.
    """
    if await services.database.run(notice_shown, user.id):
        return
    await send(message, Reply(services.texts("notice.text")))
    await _remember_notice(services, user)


async def _remember_notice(services: Services, user: User) -> None:
    now = services.now()
    await services.database.run(save_user, user.id, language=user.language_code, at=now)
    await services.database.run(save_notice_shown, user.id, at=now)
