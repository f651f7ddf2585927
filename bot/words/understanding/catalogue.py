"""What songs can be asked for by name: the catalogue's languages, genres and artists."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.words.understanding.spelling import WORD, plain
from graph.choosing.filters import offered
from graph.snapshot.artists import ArtistIndex
from graph.snapshot.store import Snapshot


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The names in one snapshot.

    Attributes:
        languages: Tags as the catalogue writes them, by their folded form.
        genres: Likewise.
        artists: Everybody who is in it.
    """

    languages: Mapping[str, str]
    genres: Mapping[str, str]
    artists: ArtistIndex

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Catalogue":
        """Return the names in a snapshot."""
        found = offered(snapshot)
        return cls(
            {tag.casefold(): tag for tag in found.languages if tag},
            {_words(genre): genre for genre in found.genres if genre},
            ArtistIndex.of(snapshot),
        )

    def language(self, tag: str) -> frozenset[str]:
        """Return a language as the catalogue writes it; empty where no song is in it."""
        return frozenset(
            {self.languages[tag.casefold()]} if tag.casefold() in self.languages else ()
        )

    def genre(self, names: Collection[str]) -> frozenset[str]:
        """Return the genres of the catalogue that are called by one of the names."""
        known = (self.genres.get(_words(name)) for name in names)
        return frozenset(genre for genre in known if genre)


def _words(name: str) -> str:
    """Return a genre's words alone: "Hip-Hop" is "hip hop"."""
    return " ".join(match[0] for match in WORD.finditer(plain(name)))
