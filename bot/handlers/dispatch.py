"""Every press goes through here, and every press is answered."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update

from bot.handlers.again import change_aim, correct, send_more
from bot.handlers.answering import about
from bot.handlers.consent import agree, choose_taste
from bot.handlers.history import delete_entry, set_clock, show_view, turn_page
from bot.handlers.mood import press_mood
from bot.handlers.pages import turn_leaf
from bot.handlers.panels import open_panel
from bot.handlers.personal import choose_value, open_option, open_personal
from bot.handlers.pressed import NotYoursError, OldPressError, Pressed, StrangerError
from bot.handlers.privacy import forget
from bot.handlers.rating import keep_away, note_help, rate
from bot.handlers.saving import save_songs
from bot.handlers.seen import show_seen
from bot.handlers.settings import (
    allow,
    allow_explicit,
    choose,
    reset,
    turn_dial,
    turn_settings,
)
from bot.handlers.start import guide
from bot.handlers.tables import decide, force
from bot.handlers.tending import note_answer
from bot.handlers.why import explain
from bot.screens import (
    admin_presses,
    history_presses,
    people_presses,
    settings_presses,
    song_presses,
)
from bot.screens.presses import CallbackDataError, Press, decode
from bot.services import Services
from bot.storage.history import UnknownSuggestionError
from bot.storage.readings import UnknownReadingError
from bot.upkeep.choosing import NoSongsError
from bot.wire.delivery import Context, answer
from bot.words.texts import plain

log = logging.getLogger(__name__)

# Any: each takes the press that it stands beside.
BY_PRESS: dict[type[Press], Callable[[Services, Pressed, Any], Coroutine[Any, Any, None]]] = {
    song_presses.PanelPress: open_panel,
    song_presses.RatingPress: rate,
    song_presses.NeverPress: keep_away,
    song_presses.HelpedPress: note_help,
    song_presses.MorePress: send_more,
    song_presses.AimPress: change_aim,
    song_presses.CorrectPress: correct,
    song_presses.WhySongPress: explain,
    song_presses.SavePress: save_songs,
    song_presses.SeenPress: show_seen,
    people_presses.MoodPress: press_mood,
    people_presses.GuidePress: guide,
    people_presses.PagePress: turn_leaf,
    history_presses.HistoryPress: turn_page,
    history_presses.ErasePress: turn_page,
    history_presses.DeletePress: delete_entry,
    history_presses.ViewPress: show_view,
    history_presses.ClockPress: set_clock,
    people_presses.ForgetPress: forget,
    people_presses.ConsentPress: agree,
    people_presses.TastePress: choose_taste,
    settings_presses.SettingsPress: turn_settings,
    settings_presses.FacetPress: turn_settings,
    settings_presses.ArtistsPress: turn_settings,
    settings_presses.TickPress: choose,
    settings_presses.ExplicitPress: allow_explicit,
    settings_presses.MixPress: turn_dial,
    settings_presses.AllowPress: allow,
    settings_presses.ResetPress: reset,
    settings_presses.PersonalPress: open_personal,
    settings_presses.OptionPress: open_option,
    settings_presses.ValuePress: choose_value,
    song_presses.AskedPress: note_answer,
    admin_presses.OfferPress: decide,
    admin_presses.ForcePress: force,
}

OUT_OF_DATE = (CallbackDataError, OldPressError, UnknownReadingError, UnknownSuggestionError)


async def answer_press(services: Services, update: Update, context: Context) -> None:
    """Do what the pressed button says, or say why not."""
    query, texts = update.callback_query, services.texts
    assert query is not None  # the filter matches presses only
    if not services.limits.allow(query.from_user.id, cost=1.0, at=services.now()):
        await answer(query, texts("toast.slow"), alert=True)
        return
    try:
        await _do(services, Pressed.of(update, context))
    except OUT_OF_DATE as error:
        log.info("press_refused reason=%s", type(error).__name__)
        await answer(query, texts("toast.old"), alert=True)
    except NotYoursError:
        await answer(query, texts("toast.others"), alert=True)
    except StrangerError:
        name = context.bot.username
        await answer(query, plain(texts("toast.stranger", bot=name)), alert=True)
    except NoSongsError as error:
        await answer(query, about(error, texts), alert=True)


async def _do(services: Services, pressed: Pressed) -> None:
    press = decode(pressed.query.data or "")
    await BY_PRESS[type(press)](services, pressed, press)
