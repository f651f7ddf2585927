"""What a person can press in /settings."""

from dataclasses import dataclass
from enum import StrEnum


class Facet(StrEnum):
    """By what songs can be chosen in /settings."""

    LANGUAGE = "language"
    GENRE = "genre"
    DECADE = "decade"


class Option(StrEnum):
    """What else a person chooses: one of a few values each, of kinds of songs any number."""

    SPEECH = "speech"
    CLOCK = "clock"
    AIM = "aim"
    HEAVY = "heavy"
    KINDS = "kinds"
    KEEP = "keep"
    CARE = "care"
    ASK = "ask"
    REMIND = "remind"


class Mix(StrEnum):
    """The dial between songs that one knows and songs that one does not."""

    FAMILIAR = "familiar"
    BALANCED = "balanced"
    FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class SettingsPress:
    """The overview of the settings."""


@dataclass(frozen=True, slots=True)
class FacetPress:
    """A page of what can be ticked."""

    facet: Facet
    page: int


@dataclass(frozen=True, slots=True)
class ArtistsPress:
    """A page of the artists kept away."""

    page: int


@dataclass(frozen=True, slots=True)
class TickPress:
    """A language, genre or decade: says whether it shall be ticked.

    Attributes:
        key: Stands for the word, which may be too long.
        page: Where its button stands.
    """

    facet: Facet
    key: int
    ticked: bool
    page: int


@dataclass(frozen=True, slots=True)
class ExplicitPress:
    """Whether songs known to be explicit may come."""

    allowed: bool


@dataclass(frozen=True, slots=True)
class MixPress:
    """A place of the dial between familiar and fresh."""

    mix: Mix


@dataclass(frozen=True, slots=True)
class AllowPress:
    """An artist who was kept away may come again; `page` is where the button stands."""

    blocked_id: int
    page: int


@dataclass(frozen=True, slots=True)
class ResetPress:
    """Everything in the settings as it was at first."""


@dataclass(frozen=True, slots=True)
class PersonalPress:
    """How the bot treats the person: language, clock, history and what it may say by itself."""


@dataclass(frozen=True, slots=True)
class OptionPress:
    """Opens the values of an option."""

    option: Option


@dataclass(frozen=True, slots=True)
class ValuePress:
    """Chooses a value of an option by its place among them."""

    option: Option
    place: int


AnySettingsPress = (
    SettingsPress
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
)
