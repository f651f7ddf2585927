"""What a message can mean to the bot."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from graph.choosing.filters import EVERYTHING, Filters
from graph.choosing.request import Aim
from inference.emotions import Emotion


class Talk(StrEnum):
    """What a message says besides a wish for songs."""

    CRISIS = "crisis"  # of suicide or self-harm, also indirectly
    GRIEF = "grief"  # somebody died
    GREETING = "greeting"
    THANKS = "thanks"
    AGAIN = "again"  # more songs like the last ones
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Songs that somebody wants.

    Attributes:
        moods: In the order in which they are named, each once.
        aim: What the songs are to do with the mood; None where that is not said.
        only: The languages, genres and decades that are named.
        artist: Whom the person wants to hear, as the catalogue writes the name.
    """

    moods: tuple[Emotion, ...] = ()
    aim: Aim | None = None
    only: Filters = EVERYTHING
    artist: str | None = None


Meaning: TypeAlias = Wanted | Talk
