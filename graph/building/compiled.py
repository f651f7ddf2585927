"""The exact search for nearest neighbours as machine code.

Needs numba, which the dependency group `fast` installs; without it `graph.building.neighbours` does
the same with SciPy. Measured on 1.2 million tracks.
"""

import numpy as np
from numba import njit, prange

from graph.arrays import Ids

# Queries that one thread answers in a row: neighbouring ones, so that the part of the tree that
# they visit stays in the processor's cache.
BATCH = 256
# Nodes on the stack at once, one per level at most: enough for a tree of 2^128 leaves.
DEPTH = 128
NO_DISTANCE = np.float32(3e38)  # near the largest float32: farther than any point


@njit(parallel=True, cache=True, nogil=True)
def nearest(columns, tree, boxes, first, last, k):  # noqa: ANN001, ANN201, PLR0913, PLR0917 - numba reads the types from the arrays
    """Return the k nearest points of each query point, the query point itself among them.

    A depth-first search of the k-d tree, nearer child first. Boxes are compared in float32, so the
    caller asks for a few more than it needs and sorts them by their distance in float64.

    Args:
        columns: (d, n) float32, the points, ordered so that each leaf is one contiguous slice.
        tree: begin, stop, lesser and greater of `tree_arrays`, (m,) int32 each.
        boxes: low and high of `bounding_boxes`, (m, d) float32 each.
        first: The first query point, a column.
        last: The column behind the last query point.
        k: Neighbours per query point.

    Returns:
        (last - first, k) int32, columns, the nearest first.
    """
    d, widest = len(columns), np.max(tree[1] - tree[0])
    found = np.empty((last - first, k), np.int32)
    for batch in prange((last - first + BATCH - 1) // BATCH):
        point, best = np.empty(d, np.float32), np.empty(k, np.float32)
        nodes, bounds = np.empty(DEPTH, np.int32), np.empty(DEPTH, np.float32)
        distances = np.empty(widest, np.float32)
        for query in range(first + batch * BATCH, min(first + (batch + 1) * BATCH, last)):
            point[:] = columns[:, query]
            space = (nodes, bounds, distances)
            _search(columns, tree, boxes, point, space, best, found[query - first])
    return found


@njit(cache=True, nogil=True)
def _search(columns, tree, boxes, point, space, best, found):  # noqa: ANN001, ANN202, PLR0913, PLR0917 - as above
    """Write the nearest points of one point to `found`, (k,), their squared distances to `best`."""
    (begin, stop, lesser, greater), (low, high), (nodes, bounds, distances) = tree, boxes, space
    best[:] = NO_DISTANCE
    worst = len(best) - 1
    nodes[0], bounds[0], n_open = 0, np.float32(0), 1
    while n_open:
        n_open -= 1
        node, bound = nodes[n_open], bounds[n_open]
        while bound <= best[worst] and lesser[node] >= 0:
            near, far = lesser[node], greater[node]
            to_near, to_far = _box_distance(point, low, high, near, far)
            if to_far < to_near:
                near, far, to_near, to_far = far, near, to_far, to_near
            if to_far <= best[worst]:
                nodes[n_open], bounds[n_open] = far, to_far
                n_open += 1
            node, bound = near, to_near
        if bound <= best[worst]:
            _scan_leaf(
                columns, begin[node], stop[node] - begin[node], point, distances, best, found
            )


@njit(cache=True, nogil=True)
def _box_distance(point, low, high, one, two):  # noqa: ANN001, ANN202 - as above
    """Return the squared distances of a point from two nodes' boxes; 0 inside."""
    to_one, to_two, zero = np.float32(0), np.float32(0), np.float32(0)
    for axis in range(len(point)):
        at = point[axis]
        gap = max(low[one, axis] - at, at - high[one, axis], zero)
        to_one += gap * gap
        gap = max(low[two, axis] - at, at - high[two, axis], zero)
        to_two += gap * gap
    return to_one, to_two


@njit(cache=True, nogil=True)
def _scan_leaf(columns, start, n, point, distances, best, found):  # noqa: ANN001, ANN202, PLR0913, PLR0917 - as above
    """Insert the points of a leaf that are nearer than the k-th nearest so far."""
    distances[:n] = np.float32(0)
    for axis in range(len(point)):
        at = point[axis]
        leaf = columns[axis, start : start + n]  # a slice, so that LLVM
        for place in range(len(leaf)):  # can compute eight distances at once
            gap = leaf[place] - at
            distances[place] += gap * gap
    worst = len(best) - 1
    for place in range(n):
        distance = distances[place]
        if distance < best[worst]:
            rank = worst
            while rank > 0 and best[rank - 1] > distance:
                best[rank], found[rank] = best[rank - 1], found[rank - 1]
                rank -= 1
            best[rank], found[rank] = distance, start + place


@njit(cache=True, nogil=True)
def bounding_boxes(columns, begin, stop, lesser, greater):  # noqa: ANN001, ANN201 - as above
    """Return the lower and the upper corner of each tree node's bounding box, (m, d) float32 each.

    A child must have a larger number than its parent, as in `tree_arrays`.
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


def tree_arrays(root: object, n: int) -> tuple[Ids, Ids, Ids, Ids]:
    """Return a SciPy k-d tree as arrays, the root first.

    Args:
        root: `scipy.spatial.cKDTree.tree`.
        n: Points in it.

    Returns:
        begin, stop, lesser and greater of each node, (m,) int32 each: where its points begin and
        end in the tree's own order, and its two children, -1 in a leaf.
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
