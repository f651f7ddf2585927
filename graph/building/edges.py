"""The edges of the graph: who is how like whom, one byte each."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graph.arrays import Edges, Ids, Mask, Vector
from graph.building.neighbours import Metric

# Full likeness. In steps of a 255th the first ten of a walk hardly change, and a million tracks
# take 75 MB less than with four bytes.
FULL = 255
# Rows that are made symmetric at once.
ROWS = 65_536


def likeness(distances: Vector, d: int, metric: Metric) -> Vector:
    """Return likeness, 0 to 1, of nodes this far apart.

    Cosine: the cosine itself, of rows of length 1. Euclidean: a bell over the distance, as wide as
    the features are many, so that one threshold suits few features and many.
    """
    if metric is Metric.COSINE:
        return np.asarray(np.clip(1 - distances**2 / 2, 0, 1), dtype=np.float32)
    return np.asarray(np.exp(-(distances**2) / (2 * d)), dtype=np.float32)


def edges(ids: Ids, alike: Vector, kept: Mask) -> Edges:
    """Return how alike neighbours are, in both directions.

    Args:
        ids: (n, k), the neighbours of each node.
        alike: (n, k), 0 to 1, how alike they are.
        kept: (n, k), which become an edge.

    Returns:
        (n, n) uint8, symmetric, from 1 to `FULL`; no edge, no entry. A likeness of 0 (opposite
        directions) would be no edge and becomes 1.
    """
    n = len(ids)
    starts = np.concatenate(([0], np.cumsum(kept.sum(axis=1)))).astype(np.int32)
    codes = np.maximum(np.rint(alike[kept] * np.float32(FULL)), 1).astype(np.uint8)
    one_way = csr_array((codes, ids[kept], starts), shape=(n, n))
    one_way.sort_indices()
    return _both_ways(one_way)


def strengths(graph: Edges) -> NDArray[np.float32]:
    """Return what the likenesses of each node sum to, (n,), in steps of likeness."""
    return np.asarray(graph.sum(axis=1, dtype=np.int64), dtype=np.float32)


def _both_ways(one_way: Edges) -> Edges:
    """Return the edges of either direction in both, a piece at a time."""
    back = one_way.T.tocsr()
    pieces = [
        one_way[start : start + ROWS].maximum(back[start : start + ROWS])
        for start in range(0, one_way.shape[0], ROWS)
    ]
    counts = np.concatenate([np.diff(piece.indptr) for piece in pieces])
    return csr_array(
        (
            np.concatenate([piece.data for piece in pieces]),
            np.concatenate([piece.indices for piece in pieces]).astype(np.int32, copy=False),
            np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
        ),
        shape=one_way.shape,
    )
