"""What a person can press in /history."""

from dataclasses import dataclass
from enum import StrEnum


class View(StrEnum):
    """A picture of somebody's moods: the last days, or this month."""

    WEEK = "7"
    MONTH = "30"
    QUARTER = "90"
    CALENDAR = "calendar"
    CARD = "month"


@dataclass(frozen=True, slots=True)
class HistoryPress:
    """A page of the history; 0 is the newest."""

    page: int


@dataclass(frozen=True, slots=True)
class ErasePress:
    """Opens the numbers of a page's entries, to delete some."""

    page: int


@dataclass(frozen=True, slots=True)
class DeletePress:
    """Deletes one mood and its songs; `page` is where its number stands."""

    reading_id: int
    page: int


@dataclass(frozen=True, slots=True)
class ClockPress:
    """The person's clock, chosen under their history; `place` is that of a zone offered."""

    place: int


@dataclass(frozen=True, slots=True)
class ViewPress:
    """A picture of the moods, on a dark ground or a light one."""

    view: View
    dark: bool


AnyHistoryPress = HistoryPress | ErasePress | DeletePress | ClockPress | ViewPress
