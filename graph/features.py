"""A catalogue's columns -> one row of comparable numbers per distinct sound."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.arrays import Ids, Matrix, Vector
from graph.columns import UNIT_FEATURES

PLAIN = (*UNIT_FEATURES, "loudness", "tempo")
# The key is a circle, and key and mode are the analyser's least certain outputs: measured on half a
# million tracks, .3 keeps them from parting songs that are alike in all else.
CIRCLE_WEIGHT = 0.3
SEMITONES = 12
# A column that fewer rows know would say more about its source than about the sound.
COVERAGE = 0.9
# One freak value must not squeeze all others together.
FARTHEST = 5.0


@dataclass(frozen=True, slots=True)
class Features:
    """What is compared.

    Attributes:
        names: (d,), what each column measures.
        values: (n, d) float32, standardised, all rows different; a row is a node of the graph.
        node: (tracks,), the row that each track of the catalogue has: tracks of equal sound share.
    """

    names: tuple[str, ...]
    values: Matrix
    node: Ids


def features(catalogue: pa.Table) -> Features:
    """Return the standardised features of a catalogue; columns that it lacks take no part."""
    names: list[str] = []
    columns: list[Vector] = []
    for name in PLAIN:
        if _covered(catalogue, name):
            names.append(name)
            columns.append(standardised(_numbers(catalogue, name)))
    if _covered(catalogue, "mode"):
        names.append("mode")
        columns.append(CIRCLE_WEIGHT * standardised(_numbers(catalogue, "mode")))
    if _covered(catalogue, "key"):
        angle = _numbers(catalogue, "key") * (2 * np.pi / SEMITONES)
        names += ["key_sine", "key_cosine"]
        columns += [CIRCLE_WEIGHT * standardised(turn(angle)) for turn in (np.sin, np.cos)]
    rows = np.stack(columns, axis=1).astype(np.float32)
    first, node = distinct(rows)
    return Features(tuple(names), rows[first], node)


def standardised(column: Vector) -> Vector:
    """Return a column with mean 0 and deviation 1; what is unknown lies in the middle."""
    spread = np.nanstd(column)
    scaled = (column - np.nanmean(column)) / (spread if spread > 0 else 1)
    return np.clip(np.nan_to_num(scaled), -FARTHEST, FARTHEST)


def distinct(rows: Matrix) -> tuple[Ids, Ids]:
    """Collapse equal rows.

    Equal rows ruin neighbour search: 3,154 tracks of a public table had only copies of themselves
    as neighbours. Rows are hashed, then compared: a clash of hashes is tried again with others.

    Returns:
        (n,) the first row of each kind, and (rows,) the kind of each row.
    """
    import pandas as pd  # half a second to load, and only a build needs it

    words = np.ascontiguousarray(rows + np.float32(0)).view(np.uint32)  # -0.0 becomes 0.0
    seed = 0
    while True:
        factors = np.random.default_rng(seed).integers(1, 2**63, words.shape[1], dtype=np.uint64)
        kinds, _ = pd.factorize((words * (factors | np.uint64(1))).sum(axis=1, dtype=np.uint64))
        first = np.unique(kinds, return_index=True)[1]
        if np.array_equal(words[first[kinds]], words):
            return first, kinds
        seed += 1


def _numbers(catalogue: pa.Table, name: str) -> Vector:
    return np.asarray(catalogue[name].to_numpy(), dtype=np.float64)


def _covered(catalogue: pa.Table, name: str) -> bool:
    column = catalogue[name]
    return bool(len(column) - column.null_count >= COVERAGE * len(column))
