"""What a catalogue's artists are called, as `graph.snapshot.artists` looks it up."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.arrays import Ids
from graph.building.sounds import is_foreign, sounds, stems
from graph.importing.names import bare
from graph.snapshot.nicknames import FEWEST_CONSONANTS, Hashes, key_of

BAND = r"^(?P<who>.+?) (?:and|und|et|y|e|и|the) (?:his |her |the |los |les |die )?.+$"
LAST = r"^(?:[^ ]+ ){1,2}(?P<who>[^ ]{4,})$"  # of two or three words


def called(names: pa.StringArray) -> tuple[Hashes, Ids]:
    """Return all that artists are called.

    Args:
        names: (m,), of all artists, each once; "" is nobody's.

    Returns:
        (k,), hashes as `graph.snapshot.nicknames.key_of` returns them, sorted, all different, and
        (k,), whose each is, a place among `names`. Of artists with one name the first one has it;
        a nickname of several is nobody's.
    """
    keys = bare(names)
    full, whose = np.unique(_hashes("full", keys), return_index=True)
    found = [(_hashes(kind, texts), places) for kind, texts, places in _nicknames(keys)]
    nicknames, theirs = _own(*(np.concatenate(part) for part in zip(*found, strict=True)))
    hashes, places = np.concatenate((full, nicknames)), np.concatenate((whose, theirs))
    order = np.argsort(hashes, kind="stable")
    nobody = np.asarray(pc.equal(keys, ""))[places[order]]
    return hashes[order][~nobody], places[order][~nobody].astype(np.int32)


def _own(hashes: Hashes, places: Ids) -> tuple[Hashes, Ids]:
    """Return what only one has, each once."""
    order = np.lexsort((places, hashes))
    hashes, places = hashes[order], places[order]
    distinct, begins = np.unique(hashes, return_index=True)
    ends = np.append(begins[1:], len(hashes)) if len(begins) else begins
    one = places[begins] == places[ends - 1]
    return distinct[one], places[begins[one]]


def _nicknames(names: pa.StringArray) -> Iterator[tuple[str, pa.StringArray, Ids]]:
    """Yield the nicknames of each kind, with the places of those who have them."""
    foreign = is_foreign(names)
    yield "name", *_matching(names, BAND)
    yield "name", *_matching(names, LAST)
    inflected = pc.if_else(foreign, stems(names), "")
    yield "stem", *_filled(inflected)
    yield "stem", *_matching(inflected, LAST.replace("{4,}", "{3,}"))
    heard = _loud(sounds(names))
    yield "sound", *_filled(heard)
    # A name in Latin letters is not asked for by its sound in Latin letters.
    yield "foreign sound", *_filled(pc.if_else(foreign, heard, ""))


def _loud(keys: pa.StringArray) -> pa.StringArray:
    """Return keys of enough consonants to tell somebody by; "" for others."""
    consonants = pc.utf8_length(pc.replace_substring(keys, " ", ""))
    return pc.if_else(pc.greater_equal(consonants, FEWEST_CONSONANTS), keys, "")


def _matching(names: pa.StringArray, pattern: str) -> tuple[pa.StringArray, Ids]:
    return _filled(pc.struct_field(pc.extract_regex(names, pattern), "who"))


def _filled(keys: pa.StringArray) -> tuple[pa.StringArray, Ids]:
    places = np.flatnonzero(np.asarray(pc.fill_null(pc.not_equal(keys, ""), False)))
    return keys.take(pa.array(places)), places


def _hashes(kind: str, keys: pa.StringArray) -> Hashes:
    return np.fromiter((key_of(kind, key) for key in keys.to_pylist()), np.uint64, len(keys))
