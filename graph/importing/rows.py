"""Columns of text -> checked rows, and the reason for every row that is left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.arrays import Mask, Vector
from graph.importing.artists import only_text, parted
from graph.importing.cells import flags, keys, listed, modes, numbers, seconds, years
from graph.importing.columns import FEATURES, NUMBER_COLUMNS, UNIT_FEATURES
from graph.importing.delimited import Batch
from graph.importing.kinds import kind_marks
from graph.importing.letters import once
from graph.importing.refusals import Refusal
from graph.importing.scales import MIN_ROWS, Scales
from graph.importing.tongues import told
from graph.snapshot.kinds import HEAVY

# What tables write for a genre or a language that they do not know.
UNKNOWN = pa.array(
    ["n/a", "na", "-", "?", "unknown", "undefined", "set()", "[]", "{}", "()", "n.a."]
)
MAX_SECONDS = 15 * 60
# Values outside these ranges are errors: one tempo of 1e39 would spoil the standardisation.
VALID_RANGE: Mapping[str, tuple[float, float]] = {
    "popularity": (0, 100),
    "loudness": (-100, 20),
    "tempo": (-np.inf, 500),
    "key": (0, 11),
    "mode": (0, 1),
}


@dataclass(frozen=True, slots=True)
class Rows:
    """A batch after the check.

    Attributes:
        kept: The good rows, with the catalogue's columns.
        refused: (n,), for each row of the batch the position of its `Refusal`, -1 where it is kept.
        titles: The title of each row of the batch, for the examples.
    """

    kept: pa.Table
    refused: np.ndarray[tuple[int], np.dtype[np.int8]]
    titles: pa.StringArray


def borrowed_ids(batch: Batch) -> list[str]:
    """Return the id columns that identify something else than songs, such as albums.

    Recognised by the ids that are repeated in a file's first batch: an id of a song is repeated
    with one title, an id of an album with several.
    """
    return [name for name in ("id", "spotify") if name in batch and _is_borrowed(batch, name)]


def _is_borrowed(batch: Batch, name: str) -> bool:
    ids = batch[name].fill_null("").dictionary_encode()
    titles = batch["title"].dictionary_encode()
    places, named = ids.indices.to_numpy(), titles.indices.fill_null(-1).to_numpy()
    there = np.asarray(pc.not_equal(ids.dictionary, "")).astype(np.intp)
    times = np.bincount(places, minlength=len(there)) * there
    width = len(titles.dictionary) + 1
    pairs = np.unique((places.astype(np.int64) * width + named)[named >= 0])  # null is no title
    several = np.bincount(pairs // width, minlength=len(there)) > 1
    repeated = times > 1
    enough = times[repeated].sum() >= MIN_ROWS
    return bool(enough and 2 * np.sum(several & repeated) > np.sum(repeated))


def checked(batch: Batch, scale: Scales) -> Rows:
    """Return a batch's good rows, and for each other row the first reason to leave it out."""
    text = _texts(batch)
    n = len(text["title"])
    values = _values(batch, scale)
    length = seconds(batch["duration"]) if "duration" in batch else np.full(n, np.nan)
    faults = _faults(text, values, length)
    refused = np.full(n, -1, np.int8)
    for reason, fault in reversed(faults.items()):  # the first fault is written last
        refused[fault] = list(Refusal).index(reason)
    good = pa.array(refused < 0)
    nothing = pa.nulls(n, pa.bool_())
    columns = {
        **text,
        "kinds": _kinds(batch, text, values),
        "year": years(batch["year"]) if "year" in batch else pa.nulls(n, pa.int16()),
        "explicit": flags(batch["explicit"]) if "explicit" in batch else nothing,
    }
    columns["genre"] = once(text["genre"], _first)
    if "language" not in batch:
        sung = values.get("instrumentalness", np.full(n, np.nan))
        columns["language"] = told(text["title"], columns["genre"], sung)
    for name in ("popularity", *FEATURES):
        with np.errstate(over="ignore"):  # beyond float32 are numbers of refused rows only
            numbers = values.get(name, np.full(n, np.nan)).astype(np.float32)
        columns[name] = pa.array(numbers, from_pandas=True)
    return Rows(pa.table(columns).filter(good), refused, text["title"])


def _values(batch: Batch, scale: Scales) -> dict[str, Vector]:
    """Return the numbers of a batch on the catalogue's scales; invalid ones become nan."""
    wanted = [name for name in NUMBER_COLUMNS if name in batch and name not in scale.unknown]
    values = {name: scale.brought(name, numbers(batch[name])) for name in wanted}
    if "mode" in batch:
        values["mode"] = modes(batch["mode"])
    if "key" in batch and np.isnan(values["key"]).all():
        values["key"], told = keys(batch["key"])
        mode = values.get("mode", told)
        values["mode"] = np.where(np.isnan(mode), told, mode)
    for name, (least, most) in VALID_RANGE.items():
        if name in values:
            column = values[name]
            with np.errstate(invalid="ignore"):
                values[name] = np.where((column >= least) & (column <= most), column, np.nan)
    return values


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
    empty = pa.repeat("", n)
    read: dict[str, Callable[[pa.StringArray], pa.StringArray]] = {
        "id": only_text,
        "spotify": only_text,
        "youtube": only_text,
        "title": only_text,
        "artist": partial(once, change=_names),
        "genre": partial(once, change=lambda column: _known(_names(column))),
        "language": partial(once, change=lambda column: _known(only_text(column))),
    }
    columns = {
        name: change(batch[name].fill_null("")) if name in batch else empty
        for name, change in read.items()
    }
    columns["artist"] = parted(columns["artist"])
    return columns


def _first(genres: pa.StringArray) -> pa.StringArray:
    return pc.replace_substring_regex(genres, r"[;,].*", "")


def _names(column: pa.StringArray) -> pa.StringArray:
    return listed(only_text(column))


def _known(column: pa.StringArray) -> pa.StringArray:
    return pc.if_else(pc.is_in(pc.utf8_lower(column), UNKNOWN), "", column)


def _kinds(
    batch: Batch, text: Mapping[str, pa.StringArray], values: Mapping[str, Vector]
) -> pa.StringArray:
    n = len(text["title"])
    heavy = empty = pa.repeat("", n)
    if "heavy" in batch:
        heavy = pc.if_else(flags(batch["heavy"]).fill_null(fill_value=False), HEAVY, "")
    own = batch.get("kinds", empty).fill_null("")
    marks = pc.binary_join_element_wise(own, heavy, " ")
    return kind_marks(text, values, marks, judged="heavy" in batch)


def _is_empty(column: pa.StringArray) -> Mask:
    return np.asarray(pc.equal(column, ""))


def _is_spotify_id(column: pa.StringArray) -> Mask:
    # 22 lower-case letters without a digit are a name, such as "themightymightybosston", and no id.
    signs = (r"^[0-9A-Za-z]{22}$", r"[0-9]", r"[A-Z]", r"[a-z]")
    found = np.asarray(pc.equal(pc.binary_length(column), 22))
    likely = column.filter(pa.array(found))
    matches = [np.asarray(pc.match_substring_regex(likely, sign)) for sign in signs]
    found[found] = np.all(matches, axis=0)
    return found
