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
from bot.handlers.pressed import OldPressError, Pressed
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
from bot.screens.admin_presses import ForcePress, OfferPress
from bot.screens.history_presses import (
    ClockPress,
    DeletePress,
    ErasePress,
    HistoryPress,
    ViewPress,
)
from bot.screens.people_presses import (
    ConsentPress,
    ForgetPress,
    GuidePress,
    MoodPress,
    PagePress,
    TastePress,
)
from bot.screens.presses import CallbackDataError, Press, decode
from bot.screens.settings_presses import (
    AllowPress,
    ArtistsPress,
    ExplicitPress,
    FacetPress,
    MixPress,
    OptionPress,
    PersonalPress,
    ResetPress,
    SettingsPress,
    TickPress,
    ValuePress,
)
from bot.screens.song_presses import (
    AimPress,
    AskedPress,
    CorrectPress,
    HelpedPress,
    MorePress,
    NeverPress,
    PanelPress,
    RatingPress,
    SavePress,
    SeenPress,
    WhySongPress,
)
from bot.services import Services
from bot.storage.history import UnknownSuggestionError
from bot.storage.readings import UnknownReadingError
from bot.upkeep.choosing import NoSongsError
from bot.wire.delivery import Context, answer

log = logging.getLogger(__name__)

# Any: each takes the press that it stands beside.
BY_PRESS: dict[type[Press], Callable[[Services, Pressed, Any], Coroutine[Any, Any, None]]] = {
    PanelPress: open_panel,
    RatingPress: rate,
    NeverPress: keep_away,
    HelpedPress: note_help,
    MorePress: send_more,
    AimPress: change_aim,
    CorrectPress: correct,
    WhySongPress: explain,
    SavePress: save_songs,
    SeenPress: show_seen,
    MoodPress: press_mood,
    GuidePress: guide,
    PagePress: turn_leaf,
    HistoryPress: turn_page,
    ErasePress: turn_page,
    DeletePress: delete_entry,
    ViewPress: show_view,
    ClockPress: set_clock,
    ForgetPress: forget,
    ConsentPress: agree,
    TastePress: choose_taste,
    SettingsPress: turn_settings,
    FacetPress: turn_settings,
    ArtistsPress: turn_settings,
    TickPress: choose,
    ExplicitPress: allow_explicit,
    MixPress: turn_dial,
    AllowPress: allow,
    ResetPress: reset,
    PersonalPress: open_personal,
    OptionPress: open_option,
    ValuePress: choose_value,
    AskedPress: note_answer,
    OfferPress: decide,
    ForcePress: force,
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
    except NoSongsError as error:
        await answer(query, about(error, texts), alert=True)


async def _do(services: Services, pressed: Pressed) -> None:
    press = decode(pressed.query.data or "")
    await BY_PRESS[type(press)](services, pressed, press)
