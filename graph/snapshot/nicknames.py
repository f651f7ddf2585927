"""What artists are called besides their full names: keys that are looked up, not stored as text.

"Brel", "Bob Marley" without his band, Russian names in any case, and names in another script.
A nickname counts where one artist alone has it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.arrays import Ids
from graph.snapshot.sounds import is_foreign, sounds, stems

Hashes = NDArray[np.uint64]

BAND = r"^(?P<who>.+?) (?:and|und|et|y|e|и|the) (?:his |her |the |los |les |die )?.+$"
LAST = r"^(?:[^ ]+ ){1,2}(?P<who>[^ ]{4,})$"  # of two or three words
# Among ordinary words, three consonants are soon found that some name in another script has too.
FEWEST_CONSONANTS = 4


@dataclass(frozen=True, slots=True)
class Nicknames:
    """Nicknames of the artists of one snapshot.

    Attributes:
        keys: (k,), hashes, sorted.
        rows: (k,), whose each is.
    """

    keys: Hashes
    rows: Ids

    @classmethod
    def of(cls, names: pa.StringArray) -> "Nicknames":
        """Return the nicknames of artists, given by their folded names."""
        found = [(_hashes(kind, keys), rows) for kind, keys, rows in _kinds(names)]
        keys = np.concatenate([keys for keys, _ in found])
        rows = np.concatenate([rows for _, rows in found])
        order = np.argsort(keys, kind="stable")
        return cls(keys[order], rows[order].astype(np.int32))

    def find(self, names: Sequence[str]) -> tuple[int, int] | None:
        """Return which of several folded names is a nickname of one artist alone, and whose row.

        The first that is one counts.
        """
        wanted = pa.array(names, pa.string())
        found: dict[int, int] = {}
        for kind, keys, places in _asked(wanted):
            hashes = _hashes(kind, keys)
            starts = np.searchsorted(self.keys, hashes)
            stops = np.searchsorted(self.keys, hashes, side="right")
            for start, stop, place in zip(starts, stops, places.tolist(), strict=True):
                whose = np.unique(self.rows[start:stop])
                if len(whose) == 1:
                    found.setdefault(place, int(whose[0]))
        return min(found.items()) if found else None


def _kinds(names: pa.StringArray) -> Iterator[tuple[str, pa.StringArray, Ids]]:
    """Yield the nicknames of each kind, with the rows of those who have them."""
    foreign = is_foreign(names)
    yield "name", *_matching(names, BAND)
    yield "name", *_matching(names, LAST)
    inflected = pc.if_else(foreign, stems(names), "")
    yield "stem", *_filled(inflected)
    yield "stem", *_matching(inflected, LAST.replace("{4,}", "{3,}"))
    yield "sound", *_filled(_loud(sounds(names)))
    # A name in Latin letters is not asked for by its sound in Latin letters.
    yield "foreign sound", *_filled(pc.if_else(foreign, _loud(sounds(names)), ""))


def _asked(names: pa.StringArray) -> Iterator[tuple[str, pa.StringArray, Ids]]:
    """Yield what names may be as nicknames of each kind, with their places."""
    foreign = is_foreign(names)
    yield "name", *_filled(names)
    yield "stem", *_filled(pc.if_else(foreign, stems(names), ""))
    yield "sound", *_filled(pc.if_else(foreign, _loud(sounds(names)), ""))
    latin = pc.if_else(foreign, "", _loud(sounds(names)))
    yield "foreign sound", *_filled(latin)


def _loud(keys: pa.StringArray) -> pa.StringArray:
    """Return keys of enough consonants to tell somebody by; "" for others."""
    consonants = pc.utf8_length(pc.replace_substring(keys, " ", ""))
    return pc.if_else(pc.greater_equal(consonants, FEWEST_CONSONANTS), keys, "")


def _matching(names: pa.StringArray, pattern: str) -> tuple[pa.StringArray, Ids]:
    return _filled(pc.struct_field(pc.extract_regex(names, pattern), "who"))


def _filled(keys: pa.StringArray) -> tuple[pa.StringArray, Ids]:
    rows = np.flatnonzero(np.asarray(pc.fill_null(pc.not_equal(keys, ""), False)))
    return keys.take(pa.array(rows)), rows


def _hashes(kind: str, keys: pa.StringArray) -> Hashes:
    # Python's own, of 64 bits and another one in each process: no hash outlives it.
    hashes = (hash(f"{kind}:{key}") for key in keys.to_pylist())
    return np.fromiter(hashes, np.int64, len(keys)).view(np.uint64)
