"""Columns of text -> checked rows, and for every row that is refused the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.arrays import Mask, Vector
from graph.errors import RescaledError
from graph.importing.columns import FEATURES, NUMBER_COLUMNS, UNIT_FEATURES
from graph.importing.files import Batch
from graph.importing.kinds import kind_marks
from graph.kinds import HEAVY


class Refusal(StrEnum):
    """Why a row or a whole file is not taken."""

    UNREADABLE = "unreadable"
    BROKEN_ROW = "broken_row"
    NO_TITLE = "no_title"
    NO_ARTIST = "no_artist"
    NO_FEELING = "no_feeling"
    OUT_OF_RANGE = "out_of_range"
    ALL_ZERO = "all_zero"
    NO_TEMPO = "no_tempo"
    NO_LENGTH = "no_length"
    TOO_LONG = "too_long"


MEANINGS: Mapping[Refusal, str] = {
    Refusal.UNREADABLE: "the file cannot be used",
    Refusal.BROKEN_ROW: "too many or too few cells",
    Refusal.NO_TITLE: "no title",
    Refusal.NO_ARTIST: "no artist, or only an artist's id",
    Refusal.NO_FEELING: "valence or energy is missing or not a number",
    Refusal.OUT_OF_RANGE: "a value that must lie from 0 to 1 does not",
    Refusal.ALL_ZERO: "all values are 0: the sound was never analysed",
    Refusal.NO_TEMPO: "tempo 0: the analysis failed",
    Refusal.NO_LENGTH: "the length is 0 or less",
    Refusal.TOO_LONG: "longer than 15 minutes: a mix, a talk or a whole side",
}

MAX_SECONDS = 15 * 60
# A length below this is in seconds, above in milliseconds: no song takes 83 minutes or 5 seconds.
MAX_SECONDS_FIGURE = 5000
# This share of a column may be dirt before the column's scale is doubted.
DIRT = 0.05
NUMBER = r"^\s*[-+]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d+)?\s*%?\s*$"
# Rows below this tell too little about a column's scale.
ENOUGH_ROWS = 20


@dataclass(frozen=True, slots=True)
class Rows:
    """A batch after the check.

    Attributes:
        kept: The good rows: text, year, flags and features as they go into the catalogue.
        refused: For each row of the batch the position of its `Refusal`, or -1 when it is kept.
        titles: The title of each row of the batch, for the examples.
    """

    kept: pa.Table
    refused: np.ndarray[tuple[int], np.dtype[np.int8]]
    titles: pa.StringArray


def numbers(column: pa.StringArray) -> Vector:
    """Return text as numbers, (n,) float64; what is no number becomes nan."""
    good = pc.if_else(pc.match_substring_regex(column, NUMBER), column, None)
    plain = pc.replace_substring(pc.utf8_trim(good, characters=" \t%+"), ",", ".")
    return np.asarray(plain.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False))


def scales(batch: Batch) -> dict[str, float]:
    """Return what each column must be multiplied with, from the first batch of a file.

    Percentages are told by their range. Columns that were standardised or squeezed into 0..1
    cannot be turned back and make the whole file useless: its "0.4" is not another file's 0.4.

    Raises:
        RescaledError: The file's values were rescaled.
    """
    found = {name: numbers(batch[name]) for name in NUMBER_COLUMNS if name in batch}
    known = {name: column[np.isfinite(column)] for name, column in found.items()}
    known = {name: column for name, column in known.items() if len(column) >= ENOUGH_ROWS}
    rescaled = [name for name, column in known.items() if _is_rescaled(name, column)]
    if rescaled:
        raise RescaledError(rescaled)
    percent = np.mean(known.get("valence", np.zeros(1)) > 1) > DIRT
    return dict.fromkeys(UNIT_FEATURES, 0.01) if percent else {}


def borrowed_ids(batch: Batch) -> list[str]:
    """Return the columns of ids that name something else than songs, such as their albums.

    Told by the ids that come more than once in a file's first batch: those of songs come with
    one title, those of albums with many.
    """
    return [name for name in ("id", "spotify") if name in batch and _is_borrowed(batch, name)]


def _is_borrowed(batch: Batch, name: str) -> bool:
    rows = pa.table({"id": batch[name], "title": batch["title"]})
    rows = rows.filter(pc.not_equal(rows["id"], ""))
    found = rows.group_by("id").aggregate([([], "count_all"), ("title", "count_distinct")])
    repeated = found.filter(pc.greater(found["count_all"], 1))
    shared = repeated.filter(pc.greater(repeated["title_count_distinct"], 1))
    enough = (pc.sum(repeated["count_all"]).as_py() or 0) >= ENOUGH_ROWS
    return enough and 2 * len(shared) > len(repeated)


def _is_rescaled(name: str, column: Vector) -> bool:
    match name:
        case "tempo":  # beats a minute are never this few
            return bool(0 < np.median(np.abs(column)) < 10)
        case "loudness":  # decibels below full scale; above it only by clipping
            return bool(np.quantile(column, DIRT) >= 0 and column.max() <= 1 and np.ptp(column) > 0)
        case _ if name in UNIT_FEATURES:
            return bool(np.mean(column < 0) > DIRT or np.mean(column > 100) > DIRT)
        case _:
            return False


def checked(batch: Batch, scale: Mapping[str, float]) -> Rows:
    """Return a batch's good rows and why each other row is refused; the first fault counts."""
    text = _texts(batch)
    n = len(text["title"])
    values = {
        name: numbers(batch[name]) * scale.get(name, 1) for name in NUMBER_COLUMNS if name in batch
    }
    faults = _faults(text, values, _seconds(batch, n))
    refused = np.full(n, -1, np.int8)
    for reason, fault in reversed(faults.items()):  # the first fault is written last
        refused[fault] = list(Refusal).index(reason)
    good = pa.array(refused < 0)
    columns = {
        **text,
        "kinds": _kinds(batch, text, values),
        "year": _years(batch, n),
        "explicit": _flags(batch, "explicit", n),
    }
    columns["genre"] = pc.replace_substring_regex(text["genre"], r"[;,].*", "")
    for name in ("popularity", *FEATURES):
        columns[name] = pa.array(
            values.get(name, np.full(n, np.nan)).astype(np.float32), from_pandas=True
        )
    return Rows(pa.table(columns).filter(good), refused, text["title"])


def _faults(
    text: Mapping[str, pa.StringArray], values: Mapping[str, Vector], seconds: Vector
) -> dict[Refusal, Mask]:
    feeling = np.isfinite(values["valence"]) & np.isfinite(values["energy"])
    units = np.stack([values[name] for name in UNIT_FEATURES if name in values])
    with np.errstate(invalid="ignore"):
        outside = ((units < 0) | (units > 1)).any(axis=0)
    tempo = values.get("tempo")
    return {
        Refusal.NO_TITLE: _is_empty(text["title"]),
        Refusal.NO_ARTIST: _is_empty(text["artist"]) | _is_spotify_id(text["artist"]),
        Refusal.NO_FEELING: ~feeling,
        Refusal.OUT_OF_RANGE: outside,
        Refusal.ALL_ZERO: (np.nan_to_num(units) == 0).all(axis=0),
        Refusal.NO_TEMPO: np.zeros(len(feeling), bool) if tempo is None else tempo <= 0,
        Refusal.NO_LENGTH: seconds <= 0,
        Refusal.TOO_LONG: seconds > MAX_SECONDS,
    }


def _texts(batch: Batch) -> dict[str, pa.StringArray]:
    n = len(batch["title"])
    empty = pa.array([""] * n, pa.string())
    columns = {
        name: _trimmed(batch.get(name, empty))
        for name in ("id", "spotify", "youtube", "title", "artist", "genre", "language")
    }
    columns["artist"] = listed(columns["artist"])
    columns["genre"] = listed(columns["genre"])
    return columns


def _kinds(
    batch: Batch, text: Mapping[str, pa.StringArray], values: Mapping[str, Vector]
) -> pa.StringArray:
    n = len(text["title"])
    heavy = pc.if_else(_flags(batch, "heavy", n).fill_null(False), HEAVY, "")
    own = batch.get("kinds", pa.array([""] * n, pa.string())).fill_null("")
    return kind_marks(text, values, pc.binary_join_element_wise(own, heavy, " "))


def _trimmed(column: pa.StringArray) -> pa.StringArray:
    # Control signs have no place in a title; a newline has (and is shown as the space it means).
    visible = pc.replace_substring_regex(column.fill_null(""), r"[\x00-\x08\x0b-\x1f\x7f]", "")
    trimmed = pc.utf8_trim_whitespace(pc.utf8_normalize(visible, "NFC"))
    return pc.if_else(pc.is_in(trimmed, pa.array(["nan", "NaN", "None", "null"])), "", trimmed)


def listed(column: pa.StringArray) -> pa.StringArray:
    """Return names written as a list, `['A', "B"]` or `'A';'B'`, as `A, B`."""
    inside = pc.replace_substring_regex(column, r"^\[(.*)\]$", r"\1")
    parted = pc.replace_substring_regex(inside, r"""(['"])\s*[,;]\s*(['"])""", "; ")
    bare = pc.replace_substring_regex(parted, r"""^(['"])(.*)(['"])$""", r"\2")
    was_list = pc.or_(pc.not_equal(inside, column), pc.match_substring_regex(column, r"^'.*'$"))
    chosen = pc.if_else(was_list, bare, column)
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(chosen, r"\s*;\s*", "; "))


def _is_empty(column: pa.StringArray) -> Mask:
    return np.asarray(pc.equal(column, ""))


def _is_spotify_id(column: pa.StringArray) -> Mask:
    # Twenty-two letters without a figure or a capital are a name such as "themightymightybosston".
    signs = (r"^[0-9A-Za-z]{22}$", r"[0-9]", r"[A-Z]", r"[a-z]")
    found = [np.asarray(pc.match_substring_regex(column, sign)) for sign in signs]
    return np.asarray(np.all(found, axis=0))


def _seconds(batch: Batch, n: int) -> Vector:
    if "duration" not in batch:
        return np.full(n, np.nan)
    column = batch["duration"].fill_null("")
    parts = pc.extract_regex(column, r"^\s*(?P<minutes>\d+):(?P<seconds>\d\d)(?:\.\d+)?\s*$")
    clock = pc.add(
        pc.multiply(pc.struct_field(parts, "minutes").cast(pa.float64()), 60.0),
        pc.struct_field(parts, "seconds").cast(pa.float64()),
    )
    figure = numbers(column)
    plain = np.where(figure < MAX_SECONDS_FIGURE, figure, figure / 1000)
    return np.where(pc.is_valid(clock), clock.fill_null(0), plain)


def _years(batch: Batch, n: int) -> pa.Array:
    if "year" not in batch:
        return pa.nulls(n, pa.int16())
    column = batch["year"].fill_null("")
    # Tables of classical works give the year of the work: from 1200 on there are notes to play.
    full = pc.struct_field(
        pc.extract_regex(column, r"\b(?P<year>(?:1[2-9]|20)\d\d)(?:\b|\D)"), "year"
    )
    short = pc.struct_field(pc.extract_regex(column, r"^\d{1,2}/\d{1,2}/(?P<year>\d\d)$"), "year")
    two = short.cast(pa.int16())
    # m/d/yy: songs from before 1930 are rarer in such files than songs from after 2000.
    century = pc.add(two, pc.if_else(pc.less(two, 30), 2000, 1900).cast(pa.int16()))
    return pc.coalesce(full.cast(pa.int16()), century).cast(pa.int16())


def _flags(batch: Batch, name: str, n: int) -> pa.Array:
    if name not in batch:
        return pa.nulls(n, pa.bool_())
    word = pc.utf8_lower(batch[name].fill_null(""))
    yes = pc.is_in(word, pa.array(["true", "1", "1.0", "yes"]))
    no = pc.is_in(word, pa.array(["false", "0", "0.0", "no"]))
    return pc.if_else(pc.or_(yes, no), yes, None)
