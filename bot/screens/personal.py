"""How the bot treats a person, in /settings: an overview, and the values of each option."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeAlias

from babel.dates import format_time
from telegram import InlineKeyboardMarkup

from bot.screens.buttons import button, in_rows, ticked
from bot.screens.replies import Reply
from bot.screens.settings_presses import (
    Option,
    OptionPress,
    PersonalPress,
    SettingsPress,
    ValuePress,
)
from bot.screens.song_presses import AskedPress
from bot.storage.history import StoredSuggestion
from bot.storage.preferences import Preferences
from bot.words.clocks import OFFERED, clock_in, likely_zones, name_of, zone_of
from bot.words.languages import autonym
from bot.words.texts import Html, Texts
from graph.choosing.recommend import Aim
from graph.snapshot.kinds import Kind

Value: TypeAlias = str | int | bool | None

KEEP_DAYS = (None, 365, 90, 30, 7)
# None of them is in the quiet hours.
REMIND_AT = (None, 9 * 60, 13 * 60, 18 * 60, 21 * 60)
VALUES: Mapping[Option, Sequence[Value]] = {
    Option.CLOCK: OFFERED,
    Option.AIM: tuple(aim.value for aim in Aim),
    Option.HEAVY: (None, True, False),
    Option.KINDS: tuple(kind.value for kind in Kind),
    Option.KEEP: KEEP_DAYS,
    Option.CARE: (True, False),
    Option.ASK: (True, False),
    Option.REMIND: REMIND_AT,
}
COLUMNS = {Option.CLOCK: 2, Option.SPEECH: 2}
PER_ROW = 3


@dataclass(frozen=True, slots=True)
class Personal:
    """What a person chose besides songs.

    Attributes:
        language: The chosen one; None follows their client.
        zone: The name of the chosen time zone; None while they chose none.
        reminder: The minute of the day of their reminder; None for no reminder.
        languages: Those that the bot speaks.
        now: The moment it is.
    """

    language: str | None
    zone: str | None
    care: bool
    reminder: int | None
    preferences: Preferences
    languages: Sequence[str]
    now: datetime

    def value(self, option: Option) -> Value:
        """Return what is chosen."""
        chosen: dict[Option, Value] = {
            Option.SPEECH: self.language,
            Option.CLOCK: self.zone,
            Option.AIM: self.preferences.aim,
            Option.HEAVY: self.preferences.heavy,
            Option.KINDS: None,  # any number of them is chosen
            Option.KEEP: self.preferences.keep_days,
            Option.CARE: self.care,
            Option.ASK: self.preferences.ask_helped,
            Option.REMIND: self.reminder,
        }
        return chosen[option]

    def is_chosen(self, option: Option, value: Value) -> bool:
        """Return whether a value is what is chosen, or among it."""
        if option is Option.KINDS:
            return value in self.preferences.kinds
        return value == self.value(option)

    def values(self, option: Option) -> Sequence[Value]:
        """Return what can be chosen, in the order of the buttons."""
        return (None, *self.languages) if option is Option.SPEECH else VALUES[option]


def compose_personal(personal: Personal, texts: Texts) -> Reply:
    """Return the options, each with what is chosen."""
    rows = [
        [
            button(
                texts(
                    f"personal.{option}",
                    value=Html(label_of(personal, option, personal.value(option), texts)),
                ),
                OptionPress(option),
            )
        ]
        for option in Option
    ]
    done = button(texts("button.done"), SettingsPress())
    return Reply(texts("personal.menu"), InlineKeyboardMarkup([*rows, [done]]))


def compose_option(personal: Personal, option: Option, texts: Texts) -> Reply:
    """Return the values of an option; the chosen one is ticked."""
    values = list(enumerate(personal.values(option)))
    if option is Option.CLOCK:  # from west to east, those that are likely first
        likely = likely_zones(personal.zone, texts.language)
        values.sort(key=lambda each: _offset(str(each[1]), personal.now))
        values.sort(key=lambda each: each[1] not in likely)
    buttons = [
        button(
            ticked(label_of(personal, option, value, texts), personal.is_chosen(option, value)),
            ValuePress(option, place),
        )
        for place, value in values
    ]
    back = button(texts("button.back"), PersonalPress())
    rows = in_rows(buttons, COLUMNS.get(option, PER_ROW))
    return Reply(texts(f"about.{option}"), InlineKeyboardMarkup([*rows, [back]]))


def _offset(zone: str, now: datetime) -> timedelta:
    """Return by how much the clocks of a zone are ahead of UTC now."""
    return now.astimezone(zone_of(zone, "")).utcoffset() or timedelta()


def compose_asking(stored: StoredSuggestion, texts: Texts) -> Reply:
    """Return the one question, a while later, whether songs helped."""
    titles = texts.listed([track.title for track in stored.tracks[:3]])
    answers = [
        button(texts(f"asked.{word}"), AskedPress(stored.suggestion_id, helped=helped))
        for word, helped in (("yes", True), ("no", False))
    ]
    return Reply(texts("asked.question", titles=titles), InlineKeyboardMarkup([answers]))


def label_of(personal: Personal, option: Option, value: Value, texts: Texts) -> str:
    """Return what people call a value, as plain text."""
    match option, value:
        case (Option.SPEECH, str() | None):
            label = autonym(value) if value else texts("personal.client")
        case (Option.CLOCK, str() | None):
            city = name_of(zone_of(value, texts.language))
            label = f"{clock_in(value, personal.now)} {city}" if value else city
        case (Option.AIM, _):
            label = texts(f"button.{value}")
        case (Option.HEAVY, None):
            label = texts("personal.fitting")
        case (Option.KINDS, str()):
            label = texts(f"kind.{value}")
        case (Option.KINDS, _):
            names = [texts(f"kind.{kind}") for kind in sorted(personal.preferences.kinds)]
            label = texts.listed(names) or texts("personal.off")
        case (Option.KEEP, int() | None):
            label = texts.count("days", value) if value else texts("personal.for_good")
        case (Option.REMIND, int()):
            at = time(value // 60, value % 60)
            label = str(format_time(at, "short", locale=texts.locale))
        case _:
            label = texts("personal.on" if value else "personal.off")
    return label
