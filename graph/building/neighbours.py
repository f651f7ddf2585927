"""The nearest other sounds of each sound, exactly.

With numba the search runs as machine code, without it in SciPy: the same neighbours, three times
the time on a million tracks.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from importlib.util import find_spec

import numpy as np
from scipy.spatial import cKDTree

from graph.arrays import Ids, Matrix, Vector

# Rows that are asked for and settled at once: what is in memory meanwhile, some 50 MB.
QUERY_ROWS = 16_384
LEAF = 32
# A leaf of the compiled search: as many distances as pay to compute side by side.
WIDE_LEAF = 64
# Below this the compiled search gains less than loading it takes.
WORTH_COMPILING = 50_000
# Neighbours beyond k that are asked for, so that rounding cannot part the two searches.
SPARE = 3
Told = Callable[[float], None]


class Metric(StrEnum):
    """What makes two sounds near."""

    COSINE = "cosine"
    EUCLIDEAN = "euclidean"


def compiled_search(n: int) -> bool:
    """Return whether the search among so many runs as machine code."""
    return n >= WORTH_COMPILING and find_spec("numba") is not None


def normalised(values: Matrix) -> Matrix:
    """Return rows of length 1; a row of zeros stays."""
    length = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(values / np.where(length > 0, length, 1), dtype=np.float32)


def leaf_order(values: Matrix, metric: Metric) -> Ids:
    """Return the rows so that like ones stand together: searches and walks then read few pages."""
    return np.asarray(cKDTree(_compared(values, metric), leafsize=LEAF).indices, dtype=np.int64)


def neighbours(
    values: Matrix, k: int, metric: Metric, told: Told, *, compiled: bool
) -> tuple[Ids, Vector]:
    """Return the exact k nearest other rows of each row.

    Args:
        values: (n, d), all rows different; fastest in `leaf_order`.
        k: How many, below n.
        metric: What near means; for cosine the rows are compared at length 1.
        told: Hears how far it is, 0 to 1.
        compiled: Whether numba searches.

    Returns:
        (n, k) int32 rows and (n, k) float32 distances, the nearest first, of equally near ones
        the first. Where more than `SPARE` are equally near at the end, which of them is chance.
    """
    points = _compared(values, metric)
    n = len(points)
    ids = np.empty((n, k), np.int32)
    distances = np.empty((n, k), np.float32)
    done = 0
    search = _compiled_search if compiled else _search
    for asked, near in search(points, min(k + 1 + SPARE, n)):
        ids[asked], distances[asked] = _settled(points, asked, near, k)
        done += len(asked)
        told(done / n)
    return ids, distances


def _compared(values: Matrix, metric: Metric) -> Matrix:
    return values if metric is Metric.EUCLIDEAN else normalised(values)


def _search(points: Matrix, wanted: int) -> Iterator[tuple[Ids, Ids]]:
    tree = cKDTree(points, leafsize=LEAF)
    for start in range(0, len(points), QUERY_ROWS):
        # In leaf order one query finds the tree where the last one left it: four times faster.
        asked = tree.indices[start : start + QUERY_ROWS]
        yield asked, np.asarray(tree.query(points[asked], wanted, workers=-1)[1])


def _compiled_search(points: Matrix, wanted: int) -> Iterator[tuple[Ids, Ids]]:
    from graph.building import compiled  # numba, which is not installed everywhere

    tree = cKDTree(points, leafsize=WIDE_LEAF)
    order = np.asarray(tree.indices, dtype=np.int64)
    nodes = compiled.tree(tree.tree, len(points))
    del tree
    columns = np.ascontiguousarray(points[order].T, dtype=np.float32)
    corners = compiled.boxes(columns, *nodes)
    for start in range(0, len(points), QUERY_ROWS):
        stop = min(start + QUERY_ROWS, len(points))
        near = compiled.nearest(columns, *nodes, *corners, start, stop, wanted)
        yield order[start:stop], order[near]


def _settled(points: Matrix, asked: Ids, near: Ids, k: int) -> tuple[Ids, Vector]:
    """Return the k nearest of some candidates and their distances, without the asking row."""
    near = np.sort(near, axis=1)
    gaps = points[near].astype(np.float64) - points[asked].astype(np.float64)[:, None]
    apart = np.einsum("ijk,ijk->ij", gaps, gaps)
    apart[near == asked[:, None]] = np.inf
    best = np.argsort(apart, axis=1, kind="stable")[:, :k]
    far = np.sqrt(np.take_along_axis(apart, best, axis=1))
    return np.take_along_axis(near, best, axis=1), far.astype(np.float32)
