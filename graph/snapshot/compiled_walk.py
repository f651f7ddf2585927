"""The walk from liked tracks as machine code.

Needs numba, which the dependency group `fast` installs; without it `graph.snapshot.walk` does the
same with NumPy. Measured on 1.2 million tracks.
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def spread(likeness, neighbours, starts, strength, home, weights, restart, residue, held, shares):  # noqa: ANN001, ANN201, PLR0913, PLR0917 - numba reads the types from the arrays
    """Return the nodes with a share, in ascending order, and their shares: `Walker.near_shares`.

    Args:
        likeness: (e,), weight of each edge, row by row.
        neighbours: (e,) int32, the node at the end of each edge.
        starts: (n + 1,), where each row begins.
        strength: (n,), sum of each row's weights.
        home: (s,), distinct seed nodes.
        weights: (s,), probability of a start at each.
        restart: Restart probability, in (0, 1).
        residue: Probability a node may keep without passing it on, above 0.
        held: (n,) float64, working memory: all 0, and all 0 again afterwards.
        shares: (n,) float64, likewise.
    """
    touched, queue = home.astype(np.int32), home[weights > residue].astype(np.int32)
    passed_on = np.empty(1 << 12, np.int32)
    n_touched, n_passed_on, first, last = len(touched), 0, 0, len(queue)
    for at in range(len(home)):
        held[home[at]] = weights[at]
    while first < last:
        node, begin, stop = queue[first], starts[queue[first]], starts[queue[first] + 1]
        first += 1
        if n_passed_on == len(passed_on):
            passed_on = _longer(passed_on, n_passed_on)
        if n_touched + stop - begin > len(touched):
            touched = _longer(touched, len(touched) + stop - begin)
        if last + stop - begin > len(queue):
            queue = _longer(queue[first:last], len(queue) + stop - begin)
            first, last = 0, last - first
        if shares[node] == 0.0:
            passed_on[n_passed_on] = node
            n_passed_on += 1
        shares[node] += restart * held[node]
        onward = (1.0 - restart) * held[node] / strength[node] if strength[node] > 0 else 0.0
        held[node] = 0.0
        edges = (neighbours[begin:stop], likeness[begin:stop])
        n_touched, last = _pass_on(edges, onward, residue, held, touched, n_touched, queue, last)
    return _shares(passed_on[:n_passed_on], touched[:n_touched], restart, held, shares)


@njit(cache=True, nogil=True)
def _pass_on(edges, onward, residue, held, touched, n_touched, queue, last):  # noqa: ANN001, ANN202, PLR0913, PLR0917 - as above
    """Give a node's neighbours their parts; queue those that now hold more than the residue."""
    neighbours, likeness = edges
    for at in range(len(neighbours)):
        node = neighbours[at]
        before = held[node]
        after = before + onward * likeness[at]
        held[node] = after
        if before == 0.0:
            touched[n_touched] = node
            n_touched += 1
        if before <= residue < after:
            queue[last] = node
            last += 1
    return n_touched, last


@njit(cache=True, nogil=True)
def _longer(array, n):  # noqa: ANN001, ANN202 - as above
    """Return a copy with room for n more."""
    return np.concatenate((array, np.empty(n, array.dtype)))


@njit(cache=True, nogil=True)
def _shares(nodes, touched, restart, held, shares):  # noqa: ANN001, ANN202 - as above
    """Return the nodes in ascending order and their shares, and clear the working memory."""
    nodes = np.sort(nodes)
    found = shares[nodes] + restart * held[nodes]
    for node in touched:
        held[node] = 0.0
    for node in nodes:
        shares[node] = 0.0
    return nodes, found
