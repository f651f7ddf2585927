"""What somebody asked for besides a mood: languages, genres and decades, or an artist."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graph.choosing.filters import EVERYTHING, Filters


@dataclass(frozen=True, slots=True)
class Asked:
    """What songs were asked for by name; empty for most wishes.

    Attributes:
        only: The languages, genres and decades.
        artist: As the catalogue writes the name.
    """

    only: Filters = EVERYTHING
    artist: str | None = None

    def __bool__(self) -> bool:
        """Return whether anything was asked for."""
        return bool(self.only) or self.artist is not None

    def narrowed(self, filters: Filters) -> Filters:
        """Return a person's filters, overridden by what they ask for this time."""
        return replace(
            filters,
            languages=self.only.languages or filters.languages,
            genres=self.only.genres or filters.genres,
            decades=self.only.decades or filters.decades,
        )

    def as_json(self) -> dict[str, Any] | None:  # JSON holds values of any type
        """Return the JSON for the database; None where nothing was asked for."""
        if not self:
            return None
        return {
            "languages": sorted(self.only.languages),
            "genres": sorted(self.only.genres),
            "decades": sorted(self.only.decades),
            "artist": self.artist,
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any] | None) -> "Asked":  # JSON
        """Return the value of JSON from the database."""
        if not kept:
            return cls()
        only = Filters(
            frozenset(kept["languages"]), frozenset(kept["genres"]), frozenset(kept["decades"])
        )
        return cls(only, kept["artist"])


NOTHING = Asked()
