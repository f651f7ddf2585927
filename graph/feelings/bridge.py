"""Nodes near a point of the plane of feelings, for the steps from one feeling to another."""

import numpy as np
from numpy.typing import NDArray

from graph.arrays import Ids, Matrix, Vector, ranges
from graph.feelings.anchors import mixture
from inference.emotions import EmotionScores

# Mean number of nodes per square of the grid over the plane.
CELL_NODES = 200
# Distance of a pure feeling from the middle of the plane, on each axis.
CORNER_DISTANCE = 0.38


def cell_arrays(places: Matrix) -> dict[str, NDArray[np.int32]]:
    """Return the nodes sorted by their square of the grid, and where each square starts.

    Args:
        places: (n, 2), above 0 to 1.
    """
    side = max(1, int(np.sqrt(len(places) / CELL_NODES)))
    cells = _cells(places, side)
    counts = np.bincount(cells, minlength=side * side)
    return {
        "cell_nodes": np.argsort(cells, kind="stable").astype(np.int32),
        "cell_starts": np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
    }


def start(scores: EmotionScores) -> Vector:
    """Return the place of a mixture of emotions, (2,): ranks of valence and arousal, 0 to 1."""
    return 0.5 + CORNER_DISTANCE * np.array(mixture(scores))


def around(cell_nodes: Ids, cell_starts: Ids, place: Vector) -> Ids:
    """Return the nodes in the square of a place and in the squares around it."""
    side = round(np.sqrt(len(cell_starts) - 1))
    row, column = divmod(int(_cells(place[None], side)[0]), side)
    rows = np.arange(max(row - 1, 0), min(row + 2, side))
    first = rows * side + max(column - 1, 0)
    last = rows * side + min(column + 2, side)
    return np.asarray(cell_nodes[ranges(cell_starts[first], cell_starts[last])], dtype=np.int64)


def _cells(places: Matrix, side: int) -> Ids:
    at = np.clip((places * side).astype(np.int64), 0, side - 1)
    return np.asarray(at[:, 0] * side + at[:, 1])
