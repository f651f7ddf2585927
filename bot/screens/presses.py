"""What a person can press, and its callback data: encoded short, decoded strictly."""

from collections.abc import Callable
from dataclasses import astuple, dataclass
from enum import StrEnum

from bot.screens.settings_presses import (
    AllowPress,
    ArtistsPress,
    ExplicitPress,
    Facet,
    FacetPress,
    Mix,
    MixPress,
    ResetPress,
    SettingsPress,
    TickPress,
)
from graph.choosing.recommend import Aim
from inference.emotions import Emotion

MAX_DATA_BYTES = 64  # Bot API, InlineKeyboardButton.callback_data
MAX_ID = 2**63 - 1  # the largest integer that SQLite and PostgreSQL keep


class CallbackDataError(ValueError):
    """The data of a pressed button is none that this version writes."""


@dataclass(frozen=True, slots=True)
class RatingPress:
    """👍 or 👎 under a song: says what the rating shall be, so that a double press is harmless.

    Attributes:
        suggestion_id: The suggestion that the song stands in; so too below.
        position: Place of the song in it, from 0.
        liked: The rating that is wanted; None takes it back.
    """

    suggestion_id: int
    position: int
    liked: bool | None


@dataclass(frozen=True, slots=True)
class NeverPress:
    """The artist named first with a song: never again, or after all."""

    suggestion_id: int
    position: int
    never: bool


@dataclass(frozen=True, slots=True)
class HelpedPress:
    """The songs helped; or else the person takes that back."""

    suggestion_id: int
    helped: bool


@dataclass(frozen=True, slots=True)
class MorePress:
    """The next songs, none repeated."""

    suggestion_id: int


@dataclass(frozen=True, slots=True)
class AimPress:
    """Match, lift or calm: other songs in place."""

    suggestion_id: int
    aim: Aim


@dataclass(frozen=True, slots=True)
class WrongPress:
    """Opens the seven moods under the songs, or closes them again."""

    suggestion_id: int
    opened: bool


@dataclass(frozen=True, slots=True)
class CorrectPress:
    """The mood that it really is: corrects the reading and picks again in place."""

    suggestion_id: int
    emotion: Emotion


@dataclass(frozen=True, slots=True)
class WhyPress:
    """Asks why: opens the numbers of the songs, or closes them again."""

    suggestion_id: int
    opened: bool


@dataclass(frozen=True, slots=True)
class WhySongPress:
    """Asks why one of the songs is there."""

    suggestion_id: int
    position: int


@dataclass(frozen=True, slots=True)
class MoodPress:
    """One of the seven moods, chosen without a picture."""

    emotion: Emotion


@dataclass(frozen=True, slots=True)
class GuidePress:
    """How to send a selfie; or else the seven moods to choose from."""

    selfie: bool


@dataclass(frozen=True, slots=True)
class HistoryPress:
    """A page of the history; 0 is the newest."""

    page: int


@dataclass(frozen=True, slots=True)
class ForgetPress:
    """Delete everything about the person who presses; or else keep it."""

    sure: bool


class OfferChoice(StrEnum):
    """What to do with the songs of a table that an admin sent."""

    BUILD = "build"
    ADD = "add"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class OfferPress:
    """What to do with the songs of a table.

    Attributes:
        offer: Tells the table from others; 0 stands for the songs in use; so too below.
    """

    offer: int
    choice: OfferChoice


@dataclass(frozen=True, slots=True)
class ForcePress:
    """Publish a graph that was refused for being worse.

    Attributes:
        version: The graph that it was worse than.
    """

    offer: int
    choice: OfferChoice
    version: int


Press = (
    RatingPress
    | NeverPress
    | HelpedPress
    | MorePress
    | AimPress
    | WrongPress
    | CorrectPress
    | WhyPress
    | WhySongPress
    | MoodPress
    | GuidePress
    | HistoryPress
    | ForgetPress
    | SettingsPress
    | FacetPress
    | ArtistsPress
    | TickPress
    | ExplicitPress
    | MixPress
    | AllowPress
    | ResetPress
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
VERDICT = {text: answer for answer, text in WRITTEN.items()}.__getitem__

FORMS: dict[str, tuple[Callable[..., Press], tuple[Callable[[str], object], ...]]] = {
    "r": (RatingPress, (_number, _number, VERDICT)),
    "n": (NeverPress, (_number, _number, YES_OR_NO)),
    "y": (HelpedPress, (_number, YES_OR_NO)),
    "m": (MorePress, (_number,)),
    "a": (AimPress, (_number, Aim)),
    "w": (WrongPress, (_number, YES_OR_NO)),
    "c": (CorrectPress, (_number, Emotion)),
    "q": (WhyPress, (_number, YES_OR_NO)),
    "j": (WhySongPress, (_number, _number)),
    "e": (MoodPress, (Emotion,)),
    "g": (GuidePress, (YES_OR_NO,)),
    "h": (HistoryPress, (_number,)),
    "f": (ForgetPress, (YES_OR_NO,)),
    "s": (SettingsPress, ()),
    "p": (FacetPress, (Facet, _number)),
    "b": (ArtistsPress, (_number,)),
    "t": (TickPress, (Facet, _number, YES_OR_NO, _number)),
    "k": (ExplicitPress, (YES_OR_NO,)),
    "d": (MixPress, (Mix,)),
    "u": (AllowPress, (_number, _number)),
    "z": (ResetPress, ()),
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
