"""The edges of the graph: the similarity of neighbours, one byte each."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graph.arrays import Edges, Ids, Mask, Vector
from graph.building.neighbours import Metric

# The code of similarity 1. Rounding to 255 steps hardly changes the ten largest shares of a walk,
# and a million tracks take 75 MB less than with four bytes an edge.
FULL = 255
# Rows that are made symmetric at once, to bound the memory.
BLOCK_ROWS = 65_536


def likeness(distances: Vector, d: int, metric: Metric) -> Vector:
    """Return the similarity, 0 to 1, that belongs to each distance.

    Cosine: the cosine itself, 0 where it is negative. Euclidean: a Gaussian kernel whose variance
    is the number of features, so that one threshold suits few features and many.

    Args:
        distances: Euclidean; for cosine, between rows of length 1.
        d: Number of features.
        metric: Of the search that gave the distances.
    """
    if metric is Metric.COSINE:
        return np.asarray(np.clip(1 - distances**2 / 2, 0, 1), dtype=np.float32)
    return np.asarray(np.exp(-(distances**2) / (2 * d)), dtype=np.float32)


def edges(ids: Ids, alike: Vector, kept: Mask) -> Edges:
    """Return the similarity of neighbours as a symmetric sparse matrix.

    Args:
        ids: (n, k), the neighbours of each node.
        alike: (n, k), 0 to 1, their similarity.
        kept: (n, k), which of them become an edge.

    Returns:
        (n, n) uint8, symmetric, similarity in steps of 1 / `FULL`, no entry where there is no
        edge. The least entry is 1: a stored 0 would be no edge.
    """
    n = len(ids)
    starts = np.concatenate(([0], np.cumsum(kept.sum(axis=1)))).astype(np.int32)
    codes = np.maximum(np.rint(alike[kept] * np.float32(FULL)), 1).astype(np.uint8)
    one_way = csr_array((codes, ids[kept], starts), shape=(n, n))
    one_way.sort_indices()
    return _both_ways(one_way)


def strengths(graph: Edges) -> NDArray[np.float32]:
    """Return each node's strength, (n,): the sum of its edge weights, in steps of 1 / `FULL`."""
    return np.asarray(graph.sum(axis=1, dtype=np.int64), dtype=np.float32)


def _both_ways(one_way: Edges) -> Edges:
    """Return the larger of both directions for each pair, some rows at a time."""
    back = one_way.T.tocsr()
    pieces = [
        one_way[start : start + BLOCK_ROWS].maximum(back[start : start + BLOCK_ROWS])
        for start in range(0, one_way.shape[0], BLOCK_ROWS)
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
