"""Callback data: what a person can press, encoded short and decoded strictly."""

from collections.abc import Callable
from dataclasses import astuple

from bot.screens import (
    admin_presses,
    history_presses,
    people_presses,
    settings_presses,
    song_presses,
)
from graph.choosing.recommend import Aim
from inference.emotions import Emotion

MAX_DATA_BYTES = 64  # Bot API, InlineKeyboardButton.callback_data
MAX_ID = 2**63 - 1  # the largest integer that SQLite and PostgreSQL keep


class CallbackDataError(ValueError):
    """The data of a pressed button is none that this version writes."""


Press = (
    song_presses.AnySongPress
    | people_presses.AnyPeoplePress
    | history_presses.AnyHistoryPress
    | settings_presses.AnySettingsPress
    | admin_presses.AnyAdminPress
)


def _number(text: str) -> int:
    """Return a non-negative number that a database can keep."""
    if not 0 <= (number := int(text)) <= MAX_ID:
        raise ValueError(f"expected 0 to {MAX_ID}, found {number}")
    return number


WRITTEN = {True: "1", False: "0", None: "-"}
YES_OR_NO = {"1": True, "0": False}.__getitem__
RATING = {text: rating for rating, text in WRITTEN.items()}.__getitem__

FORMS: dict[str, tuple[Callable[..., Press], tuple[Callable[[str], object], ...]]] = {
    "r": (song_presses.RatingPress, (_number, _number, RATING)),
    "n": (song_presses.NeverPress, (_number, _number, YES_OR_NO)),
    "y": (song_presses.HelpedPress, (_number, YES_OR_NO)),
    "m": (song_presses.MorePress, (_number,)),
    "a": (song_presses.AimPress, (_number, Aim)),
    "o": (song_presses.PanelPress, (_number, song_presses.Panel)),
    "v": (song_presses.SavePress, (_number, song_presses.Form)),
    "c": (song_presses.CorrectPress, (_number, Emotion)),
    "j": (song_presses.WhySongPress, (_number, _number)),
    "w": (song_presses.SeenPress, (_number,)),
    "e": (people_presses.MoodPress, (Emotion,)),
    "g": (people_presses.GuidePress, (YES_OR_NO,)),
    "W": (people_presses.PagePress, (people_presses.Page,)),
    "h": (history_presses.HistoryPress, (_number,)),
    "E": (history_presses.ErasePress, (_number,)),
    "D": (history_presses.DeletePress, (_number, _number)),
    "V": (history_presses.ViewPress, (history_presses.View, YES_OR_NO)),
    "q": (history_presses.ClockPress, (_number,)),
    "f": (people_presses.ForgetPress, (YES_OR_NO,)),
    "C": (people_presses.ConsentPress, ()),
    "T": (people_presses.TastePress, (settings_presses.Facet, _number)),
    "s": (settings_presses.SettingsPress, ()),
    "p": (settings_presses.FacetPress, (settings_presses.Facet, _number)),
    "b": (settings_presses.ArtistsPress, (_number,)),
    "t": (settings_presses.TickPress, (settings_presses.Facet, _number, YES_OR_NO, _number)),
    "k": (settings_presses.ExplicitPress, (YES_OR_NO,)),
    "d": (settings_presses.MixPress, (settings_presses.Mix,)),
    "u": (settings_presses.AllowPress, (_number, _number)),
    "z": (settings_presses.ResetPress, ()),
    "P": (settings_presses.PersonalPress, ()),
    "O": (settings_presses.OptionPress, (settings_presses.Option,)),
    "U": (settings_presses.ValuePress, (settings_presses.Option, _number)),
    "A": (song_presses.AskedPress, (_number, YES_OR_NO)),
    "i": (admin_presses.OfferPress, (_number, admin_presses.OfferChoice)),
    "l": (admin_presses.ForcePress, (_number, admin_presses.OfferChoice, _number)),
}
LETTERS = {press_type: letter for letter, (press_type, _) in FORMS.items()}


def encode(press: Press) -> str:
    """Return the callback data of a press: a letter and its fields, at most 64 bytes."""
    return ":".join([LETTERS[type(press)], *map(_written, astuple(press))])


def _written(value: object) -> str:
    """Return a field as it stands in callback data."""
    return WRITTEN[value] if isinstance(value, bool | None) else str(value)


def decode(data: str) -> Press:
    """Return the press that the data stands for.

    Only what `encode` writes is accepted: any other spelling of the same press is refused.

    Raises:
        CallbackDataError: Made by an older version, or by somebody else.
    """
    letter, *parts = data[:MAX_DATA_BYTES].split(":")
    try:
        press_type, parsers = FORMS[letter]
        press = press_type(*[parse(part) for parse, part in zip(parsers, parts, strict=True)])
    except (KeyError, ValueError) as error:
        raise CallbackDataError(f"expected callback data, found {data!r}") from error
    if encode(press) != data:
        raise CallbackDataError(f"expected {encode(press)!r}, found {data!r}")
    return press
