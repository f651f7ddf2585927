"""What a person can press outside of songs and settings."""

from dataclasses import dataclass
from enum import StrEnum

from bot.screens.settings_presses import Facet
from inference.emotions import Emotion


@dataclass(frozen=True, slots=True)
class MoodPress:
    """One of the seven moods, chosen without a picture."""

    emotion: Emotion


@dataclass(frozen=True, slots=True)
class GuidePress:
    """How to send a selfie; or else the seven moods to choose from."""

    selfie: bool


class Page(StrEnum):
    """Words to read, a page each: named as its sentence."""

    HELP = "help.text"
    BUTTONS = "help.buttons"
    COMMANDS = "help.commands"
    PRIVACY = "privacy.text"
    KEPT = "privacy.kept"
    PURPOSE = "privacy.purpose"


@dataclass(frozen=True, slots=True)
class PagePress:
    """Another page of /help or /privacy, in place."""

    page: Page


@dataclass(frozen=True, slots=True)
class ForgetPress:
    """Delete everything about the person who presses; or else keep it."""

    sure: bool


@dataclass(frozen=True, slots=True)
class ConsentPress:
    """The person agrees that pictures of them are read; the picture at hand is then read."""


@dataclass(frozen=True, slots=True)
class TastePress:
    """One of the three taps of somebody new: what they want of a facet, and on to the next.

    Attributes:
        key: Stands for the word; 0 leaves the facet as it is.
    """

    facet: Facet
    key: int


AnyPeoplePress = MoodPress | GuidePress | PagePress | ForgetPress | ConsentPress | TastePress
