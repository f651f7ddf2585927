"""Cells of text -> numbers, names, years, durations, flags and keys; others become unknown."""

import ast
import csv
import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.arrays import Vector
from graph.importing.letters import changed, having, these
from graph.importing.records import as_text

NUMBER = r"^[-+]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d{1,3})?$"
PLAIN_NUMBER = r"^-?\d+(\.\d+)?([eE]-?\d{1,3})?$"
UNIT = r"(?i)\s*(%|db|bpm|ms|lufs)$"
# A duration below this is in seconds, above it in milliseconds: no song lasts 83 minutes, or 5
# seconds.
MAX_SECONDS_FIGURE = 5000
YES = [
    "true",
    "1",
    "1.0",
    "yes",
    "y",
    "t",
    "explicit",
    "e",
    "si",
    "sí",
    "s",
    "sim",
    "ja",
    "j",
    "oui",
    "o",
    "да",
    "д",
    "verdadero",
    "verdadeiro",
    "wahr",
    "vrai",
    "x",
]
NO = [
    "false",
    "0",
    "0.0",
    "no",
    "n",
    "f",
    "clean",
    "notexplicit",
    "not_explicit",
    "cleaned",
    "nein",
    "não",
    "nao",
    "non",
    "нет",
    "н",
    "falso",
    "falsch",
    "faux",
]
NOTES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "H": 11}
SHIFTS = {"#": 1, "♯": 1, "b": -1, "♭": -1}
# A step on the Camelot wheel of DJs is a fifth, 7 semitones; 8B is C major, 8A is A minor.
# Source: M. Davis, "Camelot Easymix System", mixedinkey.com.
FIFTH, CAMELOT_MAJOR, CAMELOT_MINOR = 7, 0, 9
# A spreadsheet that takes a bare year from 1900 to 2100 for a date, in days since 1900, shows a day
# of this year; songs that old are rarer than such tables.
DATE_OF_A_YEAR = "1905"
# One of these is in each cell that lists names.
LISTS = these("[({;'\"")
# The list that most tables with lists have, in the form that needs no other pattern.
ONE_NAME = r"""^\[(?:'[^',;\n]*'|"[^",;\n]*")\]$"""
# Cells longer than this are no list of artists.
MAX_LIST = 1 << 16


def numbers(column: pa.StringArray) -> Vector:
    """Return text as numbers, (n,) float64; what is no finite number becomes nan."""
    text = column.fill_null("")
    said = pc.if_else(pc.equal(text, ""), None, text)
    try:  # most columns hold nothing else: a quarter of the time of looking at each cell
        found = _figures(said)
    except pa.ArrowInvalid:
        odd = pc.invert(pc.match_substring_regex(text, PLAIN_NUMBER))
        found = _figures(pc.if_else(odd, None, text))
        found[odd.to_numpy(zero_copy_only=False)] = _odd_numbers(text.filter(odd))
    found[~np.isfinite(found)] = np.nan
    return found


def _figures(column: pa.StringArray) -> Vector:
    return np.array(column.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False))


def _odd_numbers(column: pa.StringArray) -> Vector:
    """Return numbers with units, signs, commas or spaces around them; nan for other text."""
    bare = pc.utf8_trim_whitespace(column)
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(bare, UNIT, ""))
    good = pc.if_else(pc.match_substring_regex(plain, NUMBER), plain, None)
    return _figures(pc.replace_substring(pc.utf8_ltrim(good, characters="+"), ",", "."))


def flags(column: pa.StringArray) -> pa.BooleanArray:
    """Return words for yes and no in the larger languages as booleans; other cells become null."""
    word = pc.utf8_trim_whitespace(pc.utf8_lower(column.fill_null("")))
    yes, no = pc.is_in(word, pa.array(YES)), pc.is_in(word, pa.array(NO))
    return pc.if_else(pc.or_(yes, no), yes, None)


def seconds(column: pa.StringArray) -> Vector:
    """Return durations in seconds, (n,): of `3:45`, `1:02:03`, seconds, milliseconds; else nan."""
    figure = numbers(column)
    plain = np.where(figure < MAX_SECONDS_FIGURE, figure, figure / 1000)
    timed = having(column.fill_null(""), these(":"))
    if timed.any():
        clock = _clock(column.filter(pa.array(timed)))
        plain[timed] = np.where(np.isnan(clock), plain[timed], clock)
    return plain


def _clock(column: pa.StringArray) -> Vector:
    """Return `3:45` and `1:02:03` in seconds, (n,); nan for other text."""
    bare = pc.utf8_trim_whitespace(column.fill_null(""))
    parts = pc.extract_regex(
        bare, r"^(?:(?P<hours>\d+):)?(?P<minutes>\d+):(?P<seconds>\d\d)(?:\.\d+)?$"
    )
    clock = np.zeros(len(column))
    for name, unit in (("hours", 3600), ("minutes", 60), ("seconds", 1)):
        clock += unit * numbers(
            pc.if_else(
                pc.equal(pc.struct_field(parts, name), ""), "0", pc.struct_field(parts, name)
            ).fill_null("")
        )
    return clock


def years(column: pa.StringArray) -> pa.Array:
    """Return the years of dates in any of the usual forms, int16; null where there is none."""
    column = column.fill_null("")
    # Tables of classical music give the year of the work, which is 1200 at the earliest.
    full = pc.struct_field(
        pc.extract_regex(column, r"\b(?P<year>(?:1[2-9]|20)\d\d)(?:\b|\D)"), "year"
    )
    short = pc.struct_field(pc.extract_regex(column, r"^\d{1,2}/\d{1,2}/(?P<year>\d\d)$"), "year")
    full = pc.if_else(pc.equal(full, DATE_OF_A_YEAR), None, full)
    two = short.cast(pa.int16())
    # m/d/yy: in such files, songs from before 1930 are rarer than songs from after 2000.
    century = pc.add(two, pc.if_else(pc.less(two, 30), 2000, 1900).cast(pa.int16()))
    return pc.coalesce(full.cast(pa.int16()), century).cast(pa.int16())


def keys(column: pa.StringArray) -> tuple[Vector, Vector]:
    """Return keys as semitones above C, and modes (1 major, 0 minor), (n,) each; nan if unknown.

    Understands `F#`, `Db minor`, `Am`, `F♯/G♭` and `8B` of the Camelot wheel.
    """
    coded = column.fill_null("").dictionary_encode()
    known = [_key(text) for text in coded.dictionary.to_pylist()] or [(np.nan, np.nan)]
    found = np.array(known, dtype=np.float64)[coded.indices.to_numpy()]
    return found[:, 0], found[:, 1]


def _key(text: str) -> tuple[float, float]:
    word = text.strip()
    if word[-1:].upper() in {"A", "B"} and word[:-1].isdigit() and 1 <= int(word[:-1]) <= 12:
        major = word[-1].upper() == "B"
        root = CAMELOT_MAJOR if major else CAMELOT_MINOR
        return float(((int(word[:-1]) - 8) * FIFTH + root) % 12), float(major)
    note = word[:1].upper()
    if note not in NOTES or (len(word) > 1 and word[1].isalpha() and word[1] not in "bm"):
        return (np.nan, np.nan)
    root = NOTES[note] + SHIFTS.get(word[1:2], 0)
    rest = word[1:].lstrip("#b♯♭").split("/")[-1].casefold()
    minor = "min" in rest or "moll" in rest or rest in {"m", "-"}
    major = "maj" in rest or "dur" in rest
    return float(root % 12), (0.0 if minor else 1.0 if major else np.nan)


def modes(column: pa.StringArray) -> Vector:
    """Return modes, (n,): 1 for major, 0 for minor, given as number or word; nan where unknown."""
    word = pc.utf8_lower(pc.utf8_trim_whitespace(column.fill_null("")))
    major = np.asarray(pc.match_substring_regex(word, r"^(maj|dur|may|ma[ií]or|мажор)"))
    minor = np.asarray(pc.match_substring_regex(word, r"^(min|moll|men|минор)"))
    found = numbers(column)
    return np.where(
        major, 1.0, np.where(minor, 0.0, np.where(np.isin(found, (0, 1)), found, np.nan))
    )


def listed(column: pa.StringArray) -> pa.StringArray:
    """Return cells that hold a list of names as `A; B`.

    A list is `['A', "B"]`, `'A';'B'`, an array of PostgreSQL `{A,"B"}`, or JSON objects with a
    `name`.
    """
    return changed(column, having(column, LISTS), _lists)


def _lists(column: pa.StringArray) -> pa.StringArray:
    one = np.asarray(pc.match_substring_regex(column, ONE_NAME))
    return changed(changed(column, ~one, _several), one, _one_name)


def _one_name(column: pa.StringArray) -> pa.StringArray:
    return pc.utf8_trim_whitespace(pc.utf8_slice_codeunits(column, 2, -2))


def _several(column: pa.StringArray) -> pa.StringArray:
    column = _objects(column)
    inside = pc.replace_substring_regex(column, r"^[\[(](.*)[\])]$", r"\1")
    parted = pc.replace_substring_regex(inside, r"""(['"])\s*[,;]\s*(['"])""", "; ")
    bare = pc.replace_substring_regex(parted, r"""^(['"])(.*?)(['"]),?$""", r"\2")
    quoted = pc.match_substring_regex(column, r"""^([\[(]['"]|'.*'$)""")
    plain = pc.match_substring_regex(column, r"^\[[^'\"]*\]$")
    was_list = pc.and_(pc.not_equal(inside, column), pc.or_(quoted, plain))
    chosen = pc.if_else(pc.or_(was_list, pc.match_substring_regex(column, r"^'.*'$")), bare, column)
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(chosen, r"\s*;\s*", "; "))


def _objects(column: pa.StringArray) -> pa.StringArray:
    """Return cells that hold objects or database arrays as the names in them."""
    odd = pc.match_substring_regex(column, r"^\[?\s*\{")
    if not pc.any(odd).as_py():
        return column
    names = pa.array([_names(text) for text in column.filter(odd).to_pylist()], pa.string())
    return pc.replace_with_mask(column, odd, names)


def _names(text: str) -> str:
    if len(text) > MAX_LIST:
        return text
    for read in (json.loads, ast.literal_eval):
        try:
            return as_text(_plain(read(text)))
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
    if text.startswith("{") and text.endswith("}"):
        return ";".join(next(csv.reader(io.StringIO(text[1:-1])), []))
    return text


def _plain(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, set) else value
