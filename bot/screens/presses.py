"""Callback data: what a person can press, encoded short and decoded strictly."""

from collections.abc import Callable
from dataclasses import astuple

from bot.screens.admin_presses import ForcePress, OfferChoice, OfferPress
from bot.screens.history_presses import (
    ClockPress,
    DeletePress,
    ErasePress,
    HistoryPress,
    View,
    ViewPress,
)
from bot.screens.people_presses import (
    ConsentPress,
    ForgetPress,
    GuidePress,
    MoodPress,
    Page,
    PagePress,
    TastePress,
)
from bot.screens.settings_presses import (
    AllowPress,
    ArtistsPress,
    ExplicitPress,
    Facet,
    FacetPress,
    Mix,
    MixPress,
    Option,
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
    Form,
    HelpedPress,
    MorePress,
    NeverPress,
    Panel,
    PanelPress,
    RatingPress,
    SavePress,
    SeenPress,
    WhySongPress,
)
from graph.choosing.recommend import Aim
from inference.emotions import Emotion

MAX_DATA_BYTES = 64  # Bot API, InlineKeyboardButton.callback_data
MAX_ID = 2**63 - 1  # the largest integer that SQLite and PostgreSQL keep


class CallbackDataError(ValueError):
    """The data of a pressed button is none that this version writes."""


Press = (
    PanelPress
    | RatingPress
    | NeverPress
    | HelpedPress
    | MorePress
    | AimPress
    | CorrectPress
    | WhySongPress
    | SavePress
    | SeenPress
    | MoodPress
    | GuidePress
    | PagePress
    | HistoryPress
    | ErasePress
    | DeletePress
    | ViewPress
    | ClockPress
    | ForgetPress
    | ConsentPress
    | TastePress
    | SettingsPress
    | FacetPress
    | ArtistsPress
    | TickPress
    | ExplicitPress
    | MixPress
    | AllowPress
    | ResetPress
    | PersonalPress
    | OptionPress
    | ValuePress
    | AskedPress
    | OfferPress
    | ForcePress
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
    "r": (RatingPress, (_number, _number, RATING)),
    "n": (NeverPress, (_number, _number, YES_OR_NO)),
    "y": (HelpedPress, (_number, YES_OR_NO)),
    "m": (MorePress, (_number,)),
    "a": (AimPress, (_number, Aim)),
    "o": (PanelPress, (_number, Panel)),
    "v": (SavePress, (_number, Form)),
    "c": (CorrectPress, (_number, Emotion)),
    "j": (WhySongPress, (_number, _number)),
    "w": (SeenPress, (_number,)),
    "e": (MoodPress, (Emotion,)),
    "g": (GuidePress, (YES_OR_NO,)),
    "W": (PagePress, (Page,)),
    "h": (HistoryPress, (_number,)),
    "E": (ErasePress, (_number,)),
    "D": (DeletePress, (_number, _number)),
    "V": (ViewPress, (View, YES_OR_NO)),
    "q": (ClockPress, (_number,)),
    "f": (ForgetPress, (YES_OR_NO,)),
    "C": (ConsentPress, ()),
    "T": (TastePress, (Facet, _number)),
    "s": (SettingsPress, ()),
    "p": (FacetPress, (Facet, _number)),
    "b": (ArtistsPress, (_number,)),
    "t": (TickPress, (Facet, _number, YES_OR_NO, _number)),
    "k": (ExplicitPress, (YES_OR_NO,)),
    "d": (MixPress, (Mix,)),
    "u": (AllowPress, (_number, _number)),
    "z": (ResetPress, ()),
    "P": (PersonalPress, ()),
    "O": (OptionPress, (Option,)),
    "U": (ValuePress, (Option, _number)),
    "A": (AskedPress, (_number, YES_OR_NO)),
    "i": (OfferPress, (_number, OfferChoice)),
    "l": (ForcePress, (_number, OfferChoice, _number)),
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
