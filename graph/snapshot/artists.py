"""Artists by name: the number under which a snapshot has them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from graph.arrays import Ids
from graph.names import bare_name, first_artist
from graph.snapshot.nicknames import Hashes, key_of, nicknames
from graph.snapshot.store import Snapshot


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist with songs in the catalogue.

    Attributes:
        code: As `Snapshot.artists` has it.
        name: As the catalogue writes it.
    """

    code: int
    name: str


@dataclass(frozen=True, slots=True)
class ArtistIndex:
    """The artists of one snapshot, by all that they are called.

    Attributes:
        hashes: (k,), of names, as `key_of` returns them; sorted, all different.
        rows: (k,), the first row of the artist who is called so.
        artist_at: Returns the artist of a row.
    """

    hashes: Hashes
    rows: Ids
    artist_at: Callable[[int], Artist]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "ArtistIndex":
        """Return the artists of a snapshot; no name is read before somebody asks for it."""
        return cls(snapshot.name_hashes, snapshot.name_rows, partial(_artist_at, snapshot))

    def find(self, *names: str) -> Artist | None:
        """Return the artist of the first name that is in the index, with or without "the"."""
        keys = (bare_name(each) for name in names for each in _spellings(name))
        found = (self._called("full", key) for key in keys)
        return next((artist for artist in found if artist), None)

    def find_alike(self, *names: str) -> tuple[int, Artist] | None:
        """Return which of several names is a nickname of one artist alone, and that artist.

        Russian names in any case, names in another script, and the best known part of a name. Of
        one name, the kinds of nicknames count in their order.
        """
        for which, name in enumerate(names):
            for kind, key in nicknames(bare_name(name)):
                if artist := self._called(kind, key):
                    return which, artist
        return None

    def _called(self, kind: str, key: str) -> Artist | None:
        wanted = np.uint64(key_of(kind, key))
        at = int(np.searchsorted(self.hashes, wanted))
        if at == len(self.hashes) or self.hashes[at] != wanted:
            return None
        return self.artist_at(int(self.rows[at]))


def _artist_at(snapshot: Snapshot, row: int) -> Artist:
    return Artist(int(snapshot.artists[row]), first_artist(snapshot.text("artist", row)))


def _spellings(name: str) -> tuple[str, ...]:
    bare = name.strip()
    if not bare:
        return ()
    low = bare.lower()
    if low.startswith("the "):
        return bare, bare[4:]
    if low.startswith("den "):  # "von den Ärzten": Die Ärzte
        return bare, f"die {bare[4:]}", f"die {bare[4:].removesuffix('n')}"
    if low.startswith("ل"):  # "أغاني لفيروز": what follows the small word for "of"
        return bare, bare[1:]
    return bare, f"the {bare}"
