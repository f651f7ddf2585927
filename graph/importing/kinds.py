"""Marks for recordings that suit no mood, or are heavy: by sound, title, artist and genre.

Nothing is left out here: the marks go into the catalogue, and the choice filters by them. The words
are in `kinds.toml`, in the larger languages.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.arrays import Ids, Mask, Vector
from graph.importing.names import folded
from graph.snapshot.kinds import BITS, HEAVY, Kind, marks_of

WORDS = Path(__file__).with_name("kinds.toml")
# Speechiness above which a track is probably made entirely of spoken words.
# Source: Spotify, Web API reference, "Get Track's Audio Features", speechiness.
SPOKEN_WORD = 0.66
# Noise has no pitch and no beat: of 307 tracks below this valence in a public table, 280 are sounds
# for sleeping. A valence of exactly 0 with a beat is a rounded value.
NO_VALENCE = 5e-4
NO_BEAT = 0.25
INSTRUMENTAL = 0.3
# A title with words of noise is a song where the sound dances and is sung, as "White Noise" is.
DANCEABLE = 0.5
# Of several artists or genres in one cell this share must be of a kind: a guest choir of children
# makes no song for children, and who sings of Christmas sings of other things, too.
LEAST_SHARE, TINY = 0.5, 1e-9
PARTED = {"artist": r"\s*;\s*", "genre": r"\s*[;,]\s*"}
# Scripts without spaces between words: kana, Han, Hangul in single letters.
UNSPACED = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff]")
FIELDS, BOTH = ("title", "artist", "genre"), "title and artist"


@dataclass(frozen=True, slots=True)
class Patterns:
    """The words of one kind: a regular expression for each of `FIELDS`, and one for exceptions."""

    fields: Mapping[str, str]
    exceptions: str


class Parted(NamedTuple):
    """A column of cells, each different one once, in parts.

    Attributes:
        parts: (p,), folded, with a space at either end.
        cells: (p,), the cell of each part.
        many: How many parts each cell has, at least 1.
        places: (n,), the cell of each row.
    """

    parts: pa.StringArray
    cells: Ids
    many: Ids
    places: Ids


class Coded(NamedTuple):
    """A column of texts: each different one once, and where it stands.

    Attributes:
        words: The different texts.
        places: (n,), positions in `words`.
    """

    words: pa.StringArray
    places: Ids


def kind_marks(
    text: Mapping[str, pa.StringArray],
    values: Mapping[str, Vector],
    own: pa.StringArray,
    *,
    judged: bool = False,
) -> pa.StringArray:
    """Return the marks of each row, such as `children seasonal`; "" for an ordinary song.

    Args:
        text: (n,) each, at least `FIELDS`.
        values: (n,) each, features from 0 to 1, nan where unknown.
        own: (n,), marks that the table states, separated by spaces; unknown words are ignored.
        judged: Whether the table says itself which songs are heavy: then no word of a title does.
    """
    masks = np.zeros(len(own), np.uint8)
    for kind, found in _by_sound(values).items():
        masks[found] |= BITS[kind]
    rows = _candidates({name: _padded(text[name]) for name in FIELDS})
    if rows.size:
        words = {name: text[name].take(pa.array(rows)).fill_null("") for name in FIELDS}
        words[BOTH] = pc.binary_join_element_wise(words["title"], words["artist"], " ")
        near = {name: _parted(column, name) for name, column in words.items()}
        sung = _sung({name: column[rows] for name, column in values.items()}, len(rows))
        for mark, patterns in _patterns().items():
            if mark != HEAVY or not judged:
                masks[rows[_by_words(near, patterns, mark, sung)]] |= BITS[mark]
    stated = own.dictionary_encode()
    masks |= _stated(stated.dictionary)[stated.indices.to_numpy()]
    return _names().take(pa.array(masks))


@cache
def _names() -> pa.StringArray:
    """Return the marks of each mask, as the catalogue has them."""
    return pa.array([" ".join(marks_of(mask)) for mask in range(2 * BITS[HEAVY])], pa.string())


def _stated(texts: pa.StringArray) -> np.ndarray:
    """Return the bits of the marks that texts name, (n,) uint8."""
    masks = np.zeros(len(texts), np.uint8)
    for mark, bit in BITS.items():
        masks[_true(pc.match_substring_regex(texts, rf"(^|\s){mark}(\s|$)"))] |= bit
    return masks


def _by_sound(values: Mapping[str, Vector]) -> dict[Kind, Mask]:
    """Return the kinds that the features alone show; missing features show none."""
    with np.errstate(invalid="ignore"):
        found = {}
        if "speechiness" in values:
            found[Kind.SPOKEN] = np.asarray(values["speechiness"] > SPOKEN_WORD)
        if {"instrumentalness", "danceability"} <= values.keys():
            found[Kind.NOISE] = np.asarray(
                (values["valence"] < NO_VALENCE)
                & (values["danceability"] < NO_BEAT)
                & (values["instrumentalness"] > INSTRUMENTAL)
            )
    return found


def _candidates(folds: Mapping[str, Coded]) -> Ids:
    """Return the rows in which any word of any kind stands: one fast pass over different texts."""
    hits = [
        _true(pc.match_substring_regex(folds[name].words, pattern))[folds[name].places]
        for name, pattern in _any().items()
    ]
    return np.flatnonzero(np.logical_or.reduce(hits))


def _sung(values: Mapping[str, Vector], n: int) -> Mask:
    """Return which sounds are sung and dance, (n,): none where that is unknown."""
    if not {"instrumentalness", "danceability"} <= values.keys():
        return np.zeros(n, bool)
    with np.errstate(invalid="ignore"):
        return np.asarray(
            (values["danceability"] > DANCEABLE) & (values["instrumentalness"] < INSTRUMENTAL)
        )


def _by_words(text: Mapping[str, Parted], patterns: Patterns, mark: str, sung: Mask) -> Mask:
    """Return the rows whose words are of a kind; a title alone makes no noise of what is sung."""
    least = {"genre": LEAST_SHARE, "artist": LEAST_SHARE if mark == Kind.CHILDREN else TINY}
    hits = {
        name: _share(text[name], pattern) >= least.get(name, 1)
        for name, pattern in patterns.fields.items()
    }
    if mark == Kind.NOISE:
        hits["title"] &= ~sung
    found = np.logical_or.reduce(list(hits.values()))
    if patterns.exceptions:
        found &= _share(text[BOTH], patterns.exceptions) == 0
    return np.asarray(found)


def _share(column: Parted, pattern: str) -> Vector:
    """Return the share of each cell's parts in which a pattern stands, (n,)."""
    hits = _true(pc.match_substring_regex(column.parts, pattern))
    share = np.bincount(column.cells[hits], minlength=len(column.many)) / column.many
    return np.asarray(share[column.places])


def _parted(column: pa.StringArray, name: str) -> Parted:
    coded = column.dictionary_encode()
    if name in PARTED:
        lists = pc.split_pattern_regex(coded.dictionary, PARTED[name])
        cells, parts = pc.list_parent_indices(lists).to_numpy(), pc.list_flatten(lists)
    else:
        cells, parts = np.arange(len(coded.dictionary)), coded.dictionary
    many = np.maximum(np.bincount(cells, minlength=len(coded.dictionary)), 1)
    return Parted(_folded(parts), cells, many, coded.indices.to_numpy())


def _padded(column: pa.StringArray) -> Coded:
    """Return folded texts with a space at either end, so that words have one on both sides."""
    coded = column.fill_null(
        ""
    ).dictionary_encode()  # a table has many rows of one artist and of one genre
    return Coded(_folded(coded.dictionary), coded.indices.to_numpy())


def _folded(texts: pa.StringArray) -> pa.StringArray:
    return pc.binary_join_element_wise(" ", folded(texts), " ", "")


@cache
def _patterns() -> Mapping[str, Patterns]:
    """Return the words of each mark as regular expressions."""
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {
        mark: Patterns(
            {name: _joined(words[mark][name]) for name in FIELDS if words[mark].get(name)},
            _joined(words[mark].get("not", ())),
        )
        for mark in BITS
    }


@cache
def _any() -> Mapping[str, str]:
    return {
        name: "|".join(
            patterns.fields[name] for patterns in _patterns().values() if name in patterns.fields
        )
        for name in FIELDS
    }


def _joined(entries: "list[str] | tuple[str, ...]") -> str:
    # Folding parts what is composed, and removes Latin accents; Hangul and vowel signs stay parted.
    entries = [unicodedata.normalize("NFKD", entry) for entry in entries]
    whole = [entry[1:] for entry in entries if entry.startswith("=")]
    anywhere = [entry for entry in entries if UNSPACED.search(entry)]
    spaced = [entry for entry in entries if entry not in anywhere and not entry.startswith("=")]
    parts = [f" (?:{'|'.join(spaced)}) "] if spaced else []
    parts += [f"^ (?:{'|'.join(whole)}) $"] if whole else []
    return "|".join(parts + anywhere)


def _true(found: pa.BooleanArray) -> Mask:
    return np.asarray(found.fill_null(False))
