"""What an admin can press."""

from dataclasses import dataclass
from enum import StrEnum


class OfferChoice(StrEnum):
    """What to do with the songs of a table that an admin sent."""

    BUILD = "build"  # asks once more
    REPLACE = "replace"
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


AnyAdminPress = OfferPress | ForcePress
