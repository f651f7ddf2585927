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
    """

    keys: pa.StringArray
    names: pa.StringArray
    codes: Ids

    @classmethod
    def of(cls, snapshot: Snapshot) -> "ArtistIndex":
        """Return the artists of a snapshot; takes about a second for half a million."""
        codes, rows = np.unique(snapshot.artists, return_index=True)
        names = first_artists(pa.array(snapshot.texts("artist", rows), pa.string()))
        keys = _bare(names)
        order = pc.sort_indices(keys)
        return cls(keys.take(order), names.take(order), codes[order.to_numpy()])

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
    return (bare, bare[4:]) if bare.lower().startswith("the ") else (bare, f"the {bare}")
