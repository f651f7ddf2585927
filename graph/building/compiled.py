"""The two hot loops as machine code: the search for neighbours, and the walk from liked tracks.

Needs numba, which the dependency group `fast` installs; without it `graph.building.neighbours` and
`graph.snapshot.walk` do the same with SciPy and NumPy. Measured on 1.2 million tracks.
"""

import numpy as np
from numba import njit, prange

from graph.arrays import Ids

# Queries that one thread answers in a row: like ones, so that what it reads stays in its cache.
RUN = 256
# A path down a tree of two to the hundredth leaves.
DEPTH = 128


@njit(parallel=True, cache=True, nogil=True)
def nearest(columns, begin, stop, lesser, greater, low, high, first, last, k):  # noqa: ANN001, ANN201, PLR0913, PLR0917, C901, PLR0912 - numba reads the types from the arrays; one loop is one function
    """Return for the points from `first` to `last` the k nearest points, themselves among them.

    A depth-first search, nearer box first; boxes are compared in float32, so the caller asks for a
    few more than it needs and settles their order in float64.

    Args:
        columns: (d, n) float32, the points, in an order in which each leaf is one piece.
        begin: (m,) int32, where each tree node's points begin; the root is node 0.
        stop: (m,) int32, where they end.
        lesser: (m,) int32, one child, -1 for a leaf.
        greater: (m,) int32, the other.
        low: (m, d) float32, the lower corner of the box around a node's points.
        high: (m, d) float32, the upper corner.
        first: The first point that asks.
        last: The one behind the last.
        k: How many.

    Returns:
        (last - first, k) int32, the nearest first.
    """
    d = columns.shape[0]
    widest = np.max(stop - begin)
    found = np.empty((last - first, k), np.int32)
    for run in prange((last - first + RUN - 1) // RUN):
        apart = np.empty(widest, np.float32)
        point = np.empty(d, np.float32)
        best = np.empty(k, np.float32)
        who = np.empty(k, np.int32)
        nodes = np.empty(DEPTH, np.int32)
        bounds = np.empty(DEPTH, np.float32)
        for asked in range(first + run * RUN, min(first + (run + 1) * RUN, last)):
            for axis in range(d):
                point[axis] = columns[axis, asked]
            best[:] = np.float32(3e38)
            nodes[0], bounds[0], waiting = 0, np.float32(0), 1
            while waiting:
                waiting -= 1
                node = nodes[waiting]
                if bounds[waiting] > best[k - 1]:
                    continue
                while lesser[node] >= 0:
                    near, far = lesser[node], greater[node]
                    to_near, to_far = np.float32(0), np.float32(0)
                    for axis in range(d):
                        at = point[axis]
                        gap = max(low[near, axis] - at, at - high[near, axis], np.float32(0))
                        to_near += gap * gap
                        gap = max(low[far, axis] - at, at - high[far, axis], np.float32(0))
                        to_far += gap * gap
                    if to_far < to_near:
                        near, far, to_near, to_far = far, near, to_far, to_near
                    if to_far <= best[k - 1]:
                        nodes[waiting], bounds[waiting] = far, to_far
                        waiting += 1
                    if to_near > best[k - 1]:
                        node = -1
                        break
                    node = near
                if node < 0:
                    continue
                start, many = begin[node], stop[node] - begin[node]
                apart[:many] = np.float32(0)
                for axis in range(d):
                    at = point[axis]
                    piece = columns[axis, start : start + many]  # a slice, so that LLVM
                    for place in range(len(piece)):  # can compute eight distances at once
                        gap = piece[place] - at
                        apart[place] += gap * gap
                for place in range(many):
                    if apart[place] < best[k - 1]:
                        rank = k - 1
                        while rank > 0 and best[rank - 1] > apart[place]:
                            best[rank], who[rank] = best[rank - 1], who[rank - 1]
                            rank -= 1
                        best[rank], who[rank] = apart[place], start + place
            found[asked - first] = who
    return found


@njit(cache=True, nogil=True)
def boxes(columns, begin, stop, lesser, greater):  # noqa: ANN001, ANN201 - as above
    """Return the corners of the box around each tree node's points, (m, d) float32 each.

    A child must have a larger number than its parent.
    """
    d, m = columns.shape[0], len(begin)
    low, high = np.empty((m, d), np.float32), np.empty((m, d), np.float32)
    for node in range(m - 1, -1, -1):
        for axis in range(d):
            if lesser[node] < 0:
                piece = columns[axis, begin[node] : stop[node]]
                low[node, axis], high[node, axis] = piece.min(), piece.max()
            else:
                one, two = lesser[node], greater[node]
                low[node, axis] = min(low[one, axis], low[two, axis])
                high[node, axis] = max(high[one, axis], high[two, axis])
    return low, high


def tree(root: object, n: int) -> tuple[Ids, Ids, Ids, Ids]:
    """Return a SciPy tree as arrays: begin, stop, lesser and greater of each node, root first.

    Args:
        root: `scipy.spatial.cKDTree.tree`.
        n: How many points it holds.
    """
    rows: list[list[int]] = []
    waiting: list[tuple[object, int, int]] = [(root, -1, 0)]
    while waiting:
        node, parent, side = waiting.pop()
        at = len(rows)
        # SciPy types neither the class nor what it holds.
        split, lesser, greater = node.split_dim, node.lesser, node.greater  # type: ignore[attr-defined]
        rows.append([node.start_idx, node.end_idx, -1, -1])  # type: ignore[attr-defined]
        if parent >= 0:
            rows[parent][side] = at
        if split >= 0:
            waiting += [(greater, at, 3), (lesser, at, 2)]
    found = np.array(rows, np.int32)
    assert found[0, 1] == n  # a root holds all
    begin, stop, one, two = (np.ascontiguousarray(column) for column in found.T)
    return begin, stop, one, two
