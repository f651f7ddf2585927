"""What a person can press under songs."""

from dataclasses import dataclass
from enum import StrEnum

from graph.choosing.recommend import Aim
from inference.emotions import Emotion


class Panel(StrEnum):
    """What stands under the songs: few buttons at first, and what they open in place."""

    CLOSED = "closed"
    RATE = "rate"
    MOODS = "moods"
    WHY = "why"
    SAVE = "save"


class Form(StrEnum):
    """How a list of songs can be taken along."""

    TEXT = "text"
    JSPF = "jspf"


@dataclass(frozen=True, slots=True)
class PanelPress:
    """Opens a part of the buttons in place, or closes it again.

    Attributes:
        suggestion_id: The suggestion that the button belongs to; so too below.
    """

    suggestion_id: int
    panel: Panel


@dataclass(frozen=True, slots=True)
class RatingPress:
    """👍 or 👎 under a song: says what the rating shall be, so that a double press is harmless.

    Attributes:
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
class AskedPress:
    """The answer to whether songs helped that were sent a while ago."""

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
class CorrectPress:
    """The mood that it really is: corrects the reading and picks again in place."""

    suggestion_id: int
    emotion: Emotion


@dataclass(frozen=True, slots=True)
class WhySongPress:
    """Asks why one of the songs is there."""

    suggestion_id: int
    position: int


@dataclass(frozen=True, slots=True)
class SeenPress:
    """Asks what was seen in the picture or the clip."""

    suggestion_id: int


@dataclass(frozen=True, slots=True)
class SavePress:
    """Asks for the songs as a list to take along."""

    suggestion_id: int
    form: Form


AnySongPress = (
    PanelPress
    | RatingPress
    | NeverPress
    | HelpedPress
    | AskedPress
    | MorePress
    | AimPress
    | CorrectPress
    | WhySongPress
    | SeenPress
    | SavePress
)
