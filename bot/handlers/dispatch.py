"""Every press goes through here, and every press is answered."""

import logging

from telegram import Update

from bot.handlers.again import change_aim, correct, open_moods, send_more
from bot.handlers.delivery import Context, answer
from bot.handlers.history import turn_page
from bot.handlers.mood import press_mood
from bot.handlers.pressed import OldPressError, Pressed
from bot.handlers.privacy import forget
from bot.handlers.rating import rate
from bot.handlers.start import guide
from bot.presses import (
    AimPress,
    CallbackDataError,
    CorrectPress,
    ForgetPress,
    GuidePress,
    HistoryPress,
    MoodPress,
    MorePress,
    RatingPress,
    WrongPress,
    decode,
)
from bot.services import NoSongsError, Services
from bot.storage.history import UnknownReadingError, UnknownSuggestionError

log = logging.getLogger(__name__)

OUT_OF_DATE = (CallbackDataError, OldPressError, UnknownReadingError, UnknownSuggestionError)


async def answer_press(services: Services, update: Update, _: Context) -> None:
    """Do what the pressed button says, or say why not."""
    query, texts = update.callback_query, services.texts
    assert query is not None  # the filter matches presses only
    if not services.turns.allow(query.from_user.id, cost=1.0, at=services.now()):
        await answer(query, texts("toast.slow"), alert=True)
        return
    try:
        await _do(services, Pressed.of(update))
    except OUT_OF_DATE as error:
        log.info("press_refused reason=%s", type(error).__name__)
        await answer(query, texts("toast.old"), alert=True)
    except NoSongsError:
        await answer(query, texts("songs.none"), alert=True)


async def _do(services: Services, pressed: Pressed) -> None:
    match decode(pressed.query.data or ""):
        case RatingPress() as press:
            await rate(services, pressed, press)
        case MorePress() as press:
            await send_more(services, pressed, press)
        case AimPress() as press:
            await change_aim(services, pressed, press)
        case WrongPress() as press:
            await open_moods(services, pressed, press)
        case CorrectPress() as press:
            await correct(services, pressed, press)
        case MoodPress() as press:
            await press_mood(services, pressed, press)
        case GuidePress() as press:
            await guide(services, pressed, press)
        case HistoryPress() as press:
            await turn_page(services, pressed, press)
        case ForgetPress() as press:
            await forget(services, pressed, press)
