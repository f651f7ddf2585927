"""Exact k-nearest-neighbour search among distinct sounds, with a k-d tree.

With numba the search runs as machine code, without it in SciPy: the same neighbours, in three
times the time on a million tracks.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from importlib.util import find_spec

import numpy as np
from scipy.spatial import cKDTree

from graph.arrays import Ids, Matrix, Vector

# Query points at once: their candidates take some 50 MB.
QUERY_ROWS = 16_384
LEAF_SIZE = 32  # points
# The compiled search computes all distances of a leaf with vector instructions: larger leaves pay.
COMPILED_LEAF_SIZE = 64
# With fewer points, loading numba takes longer than the compiled search saves.
MIN_COMPILED_POINTS = 50_000
# Candidates beyond k: distances that differ in the last digit of float32 are compared in float64,
# so that both searches find the same k.
EXTRA_CANDIDATES = 3
OnProgress = Callable[[float], None]


class Metric(StrEnum):
    """How the distance of two sounds is measured."""

    COSINE = "cosine"
    EUCLIDEAN = "euclidean"


def compiled_search(n: int) -> bool:
    """Return whether a search among n points runs as machine code."""
    return n >= MIN_COMPILED_POINTS and find_spec("numba") is not None


def normalised(values: Matrix) -> Matrix:
    """Return rows of Euclidean length 1; a row of zeros stays."""
    length = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(values / np.where(length > 0, length, 1), dtype=np.float32)


def leaf_order(values: Matrix, metric: Metric) -> Ids:
    """Return an order of the rows in which similar ones are adjacent: the leaves of a k-d tree.

    Searches and walks over rows in this order touch few memory pages.
    """
    return np.asarray(
        cKDTree(_compared(values, metric), leafsize=LEAF_SIZE).indices, dtype=np.int64
    )


def neighbours(
    values: Matrix, k: int, metric: Metric, on_progress: OnProgress, *, compiled: bool
) -> tuple[Ids, Vector]:
    """Return the exact k nearest other rows of each row.

    Args:
        values: (n, d), all rows different; fastest in `leaf_order`.
        k: Neighbours per row, below n.
        metric: For cosine, distances are those of the rows at length 1.
        on_progress: Receives the progress, 0 to 1.
        compiled: Whether numba searches.

    Returns:
        (n, k) int32 rows and (n, k) float32 Euclidean distances, the nearest first; ties in order
        of the rows. Of more than `EXTRA_CANDIDATES` ties at the k-th place, any may be returned.
    """
    points = _compared(values, metric)
    n = len(points)
    ids = np.empty((n, k), np.int32)
    distances = np.empty((n, k), np.float32)
    done = 0
    search = _compiled_search if compiled else _search
    for asked, near in search(points, min(k + 1 + EXTRA_CANDIDATES, n)):
        ids[asked], distances[asked] = _settled(points, asked, near, k)
        done += len(asked)
        on_progress(done / n)
    return ids, distances


def _compared(values: Matrix, metric: Metric) -> Matrix:
    return values if metric is Metric.EUCLIDEAN else normalised(values)


def _search(points: Matrix, wanted: int) -> Iterator[tuple[Ids, Ids]]:
    tree = cKDTree(points, leafsize=LEAF_SIZE)
    for start in range(0, len(points), QUERY_ROWS):
        # In leaf order a query visits the nodes that the last one left in the cache: four times
        # faster.
        asked = tree.indices[start : start + QUERY_ROWS]
        yield asked, np.asarray(tree.query(points[asked], wanted, workers=-1)[1])


def _compiled_search(points: Matrix, wanted: int) -> Iterator[tuple[Ids, Ids]]:
    from graph.building import compiled  # numba, which is not installed everywhere

    tree = cKDTree(points, leafsize=COMPILED_LEAF_SIZE)
    order = np.asarray(tree.indices, dtype=np.int64)
    nodes = compiled.tree_arrays(tree.tree, len(points))
    del tree
    columns = np.ascontiguousarray(points[order].T, dtype=np.float32)
    boxes = compiled.bounding_boxes(columns, *nodes)
    for start in range(0, len(points), QUERY_ROWS):
        stop = min(start + QUERY_ROWS, len(points))
        near = compiled.nearest(columns, nodes, boxes, start, stop, wanted)
        yield order[start:stop], order[near]


def _settled(points: Matrix, asked: Ids, near: Ids, k: int) -> tuple[Ids, Vector]:
    """Return the k nearest of the candidates and their distances, without the query row itself."""
    near = np.sort(near, axis=1)
    gaps = points[near].astype(np.float64) - points[asked].astype(np.float64)[:, None]
    apart = np.einsum("ijk,ijk->ij", gaps, gaps)
    apart[near == asked[:, None]] = np.inf
    best = np.argsort(apart, axis=1, kind="stable")[:, :k]
    far = np.sqrt(np.take_along_axis(apart, best, axis=1))
    return np.take_along_axis(near, best, axis=1), far.astype(np.float32)
