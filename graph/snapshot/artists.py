"""Artists by name: the number under which a snapshot has them."""
# ruff: noqa: RUF001 - letters as they are written

import re
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.arrays import Ids
from graph.names import first_artists, folded, folded_name
from graph.snapshot.nicknames import Nicknames
from graph.snapshot.store import Snapshot

# Optional marks: vowel signs, hamzas and the tatweel of Arabic, and the nukta of Devanagari.
MARKS = "[\u0640\u064b-\u0655\u0670\u093c]"


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
    """The artists of one snapshot, by their folded names.

    Attributes:
        keys: (m,), folded names, sorted by code point.
        names: (m,), as the catalogue writes them.
        codes: (m,), as in `Snapshot.artists`.
        nicknames: What else they are called.
    """

    keys: pa.StringArray
    names: pa.StringArray
    codes: Ids
    nicknames: Nicknames

    @classmethod
    def of(cls, snapshot: Snapshot) -> "ArtistIndex":
        """Return the artists of a snapshot; takes about a second for half a million."""
        codes, rows = np.unique(snapshot.artists, return_index=True)
        names = first_artists(pa.array(snapshot.texts("artist", rows), pa.string()))
        keys = _bare(names)
        order = pc.sort_indices(keys)
        keys = keys.take(order)
        return cls(keys, names.take(order), codes[order.to_numpy()], Nicknames.of(keys))

    def find(self, *names: str) -> Artist | None:
        """Return the artist of the first name that is in the index, with or without "the"."""
        wanted = [each for name in names for each in _spellings(name)]
        if not wanted:
            return None
        for key in map(_bare_name, wanted):
            at = bisect_left(range(len(self.keys)), key, key=lambda i: self.keys[i].as_py())
            if key and at < len(self.keys) and self.keys[at].as_py() == key:
                return Artist(int(self.codes[at]), str(self.names[at]))
        return None

    def find_alike(self, *names: str) -> tuple[int, Artist] | None:
        """Return which of several names is a nickname of one artist alone, and that artist.

        Russian names in any case, names in another script, and the best known part of a name.
        """
        found = self.nicknames.find([_bare_name(name) for name in names]) if names else None
        if found is None:
            return None
        place, row = found
        return place, Artist(int(self.codes[row]), str(self.names[row]))


def _bare(names: pa.StringArray) -> pa.StringArray:
    """Return folded names without the marks that people leave out in Arabic and Devanagari."""
    letters = pc.replace_substring_regex(folded(names), MARKS, "")
    return pc.replace_substring(pc.replace_substring(letters, "ى", "ي"), "ة", "ه")


def _bare_name(name: str) -> str:
    """Return one name as `_bare` returns it."""
    return re.sub(MARKS, "", folded_name(name)).replace("ى", "ي").replace("ة", "ه")


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
