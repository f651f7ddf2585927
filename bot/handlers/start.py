"""The first words: what this is, the notice about pictures, and a polite way out."""

from telegram import Message, Update

from bot.handlers.pressed import Pressed
from bot.handlers.selfie import has_agreed
from bot.screens.consent import compose_hello
from bot.screens.keyboards import mood_keyboard
from bot.screens.links import LinkError, MixSigner
from bot.screens.people_presses import GuidePress
from bot.screens.replies import Reply, compose_plain
from bot.services import Services
from bot.storage.history import UnknownSuggestionError, suggestion_of
from bot.storage.users import save_notice_shown, save_user
from bot.wire.delivery import Context, answer, send


async def say_hello(services: Services, update: Update, context: Context) -> None:
    """Answer /start: what this is, how it goes, and the notice; or the songs of a shared link."""
    message, user = update.effective_message, update.effective_user
    assert message is not None  # the filter matches messages only
    if context.args and await _show_mix(services, message, context.args[0]):
        return
    agreed = user is not None and has_agreed(services)
    await send(message, compose_hello(services.texts, agreed=agreed))
    if user:
        now = services.now()
        await services.database.run(save_user, user.id, language=user.language_code, at=now)
        await services.database.run(save_notice_shown, user.id, at=now)


async def _show_mix(services: Services, message: Message, parameter: str) -> bool:
    """Show the songs that somebody shared; return whether there are any."""
    texts = services.texts
    try:
        number = MixSigner.of(services.settings).read(parameter)
        stored = await services.database.run(suggestion_of, number)
    except LinkError:
        return False
    except UnknownSuggestionError:  # whoever shared them was forgotten
        await send(message, Reply(texts("mix.gone"), mood_keyboard(texts)))
        return True
    picks = [(services.track_of(track), None) for track in stored.tracks]
    await send(message, compose_plain(picks, texts("mix.shared"), texts, mood_keyboard(texts)))
    return True


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
