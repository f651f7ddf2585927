"""A catalogue's columns -> one standardised feature vector per distinct sound."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.arrays import Ids, Matrix, Vector, standardised
from graph.importing.columns import PLAIN
from graph.tracks import NO_WORDS

# The key is a circle and takes two columns, sine and cosine. Key and mode are the analyser's least
# reliable outputs: measured on half a million tracks, a weight of .3 keeps them from separating
# songs that agree in everything else.
CIRCLE_WEIGHT = 0.3
SEMITONES = 12
# Weight of "has no words", which stands in for a missing `instrumentalness`. At full weight the few
# hundred songs without words in the starter catalogue would form a component of their own.
WORDLESS_WEIGHT = 0.4
# Share of rows that must have a value: a sparser column tells the source of a row, not its sound.
MIN_COVERAGE = 0.9


@dataclass(frozen=True, slots=True)
class Features:
    """The nodes of the graph as feature vectors.

    Attributes:
        names: (d,), the feature in each column.
        values: (n, d) float32, standardised and weighted, all rows different; a row is a node.
        node: (tracks,), the row of each track of the catalogue; tracks of equal sound share one.
    """

    names: tuple[str, ...]
    values: Matrix
    node: Ids


def features(catalogue: pa.Table) -> Features:
    """Return the standardised features of a catalogue; columns that it lacks are left out."""
    names: list[str] = []
    columns: list[Vector] = []

    def add(name: str, column: Vector, weight: float = 1) -> None:
        names.append(name)
        columns.append((weight * standardised(column)).astype(np.float32))

    for name in PLAIN:
        if _covered(catalogue, name):
            add(name, _numbers(catalogue, name))
        elif name == "instrumentalness" and _covered(catalogue, "language"):
            add(name, _wordless(catalogue), WORDLESS_WEIGHT)
    if _covered(catalogue, "mode"):
        add("mode", _numbers(catalogue, "mode"), CIRCLE_WEIGHT)
    if _covered(catalogue, "key"):
        angle = _numbers(catalogue, "key") * (2 * np.pi / SEMITONES)
        add("key_sine", np.sin(angle), CIRCLE_WEIGHT)
        add("key_cosine", np.cos(angle), CIRCLE_WEIGHT)
    rows = np.stack(columns, axis=1)
    columns.clear()
    first, node = distinct(rows)
    return Features(tuple(names), rows[first], node)


def distinct(rows: Matrix) -> tuple[Ids, Ids]:
    """Find the distinct rows.

    Duplicates make neighbour search useless: 3,154 tracks of a public table had only copies of
    themselves as neighbours. Rows are grouped by a random hash; after a collision by another one.

    Args:
        rows: (rows, d) float32.

    Returns:
        (n,) the first row of each group of equal rows, and (rows,) the group of each row.
    """
    import pandas as pd  # half a second to load, and only a build needs it

    words = np.ascontiguousarray(rows + np.float32(0)).view(np.uint32)  # -0.0 becomes 0.0
    seed = 0
    while True:
        factors = np.random.default_rng(seed).integers(1, 2**63, words.shape[1], dtype=np.uint64)
        sums = np.zeros(len(words), np.uint64)
        for column, factor in zip(words.T, factors | np.uint64(1), strict=True):
            sums += column * factor
        kinds, _ = pd.factorize(sums)
        first = np.unique(kinds, return_index=True)[1]
        if np.array_equal(words[first[kinds]], words):
            return first, kinds
        seed += 1


def _numbers(catalogue: pa.Table, name: str) -> Vector:
    return np.asarray(catalogue[name].to_numpy(), dtype=np.float64)


def _wordless(catalogue: pa.Table) -> Vector:
    """Return 1 for songs without words, by their language, and 0 for others."""
    wordless = pc.equal(catalogue["language"], NO_WORDS).fill_null(False)
    return np.asarray(wordless.to_numpy(), dtype=np.float64)


def _covered(catalogue: pa.Table, name: str) -> bool:
    if name not in catalogue.column_names:
        return False
    column = catalogue[name]
    return bool(len(column) - column.null_count >= MIN_COVERAGE * len(column))
