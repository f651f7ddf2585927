"""The walk from liked tracks as machine code.

Needs numba, which the dependency group `fast` installs; without it `graph.snapshot.walk` does the
same with NumPy, in the same steps.
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def spread(likeness, neighbours, starts, strength, home, weights, how, passes, place):  # noqa: ANN001, ANN201, PLR0913, PLR0917 - numba reads the types from the arrays
    """Return the nodes with more visits than the residue, in any order, and their visits.

    Args:
        likeness: (e,), weight of each edge, row by row.
        neighbours: (e,) int32, the node at the end of each edge.
        starts: (n + 1,), where each row begins.
        strength: (n,), sum of each row's weights.
        home: (s,), distinct seed nodes.
        weights: (s,), probability of a start at each.
        how: Restart probability, residue and fetches as for `Walker.near_shares`.
        passes: Over the edges that are known, after each fetch; the last for all later ones.
        place: (n,) int32, working memory: all -1, and all -1 again afterwards.
    """
    restart, residue, fetches = how
    nodes, visits = home.astype(np.int32), weights.astype(np.float64)
    unknown = np.ones(len(home), np.bool_)
    known, ends = np.empty(0, np.int32), np.empty(0, np.int32)
    now = visits[:0]
    for at in range(len(home)):
        place[home[at]] = at
    for fetch in range(fetches):
        new = np.flatnonzero(unknown & (visits > residue)).astype(np.int32)
        if fetch and not len(new) and not (visits[known] - now > residue).any():
            break
        unknown[new] = False
        known = np.concatenate((known, new))
        nodes, ends = _fetched(neighbours, starts, nodes[new], nodes, ends, place)
        blank = np.zeros(len(nodes) - len(visits))
        visits = np.concatenate((visits, blank))
        unknown = np.concatenate((unknown, blank == 0.0))
        for _ in range(passes[min(fetch, len(passes) - 1)]):
            now = visits[known]
            visits[:] = 0.0
            visits[: len(home)] = weights
            _pass_on(likeness, starts, strength, nodes[known], now * (1.0 - restart), ends, visits)
    for node in nodes:
        place[node] = -1
    found = visits > residue
    return nodes[found], visits[found]


@njit(cache=True, nogil=True)
def _fetched(neighbours, starts, new, nodes, ends, place):  # noqa: ANN001, ANN202, PLR0913, PLR0917 - as above
    """Return the nodes with those next to new ones, and the places at the ends of all edges."""
    n, n_ends = len(nodes), len(ends)
    more = (starts[new + 1] - starts[new]).sum()
    nodes = np.concatenate((nodes, np.empty(more, np.int32)))
    ends = np.concatenate((ends, np.empty(more, np.int32)))
    for node in new:
        for edge in range(starts[node], starts[node + 1]):
            other = neighbours[edge]
            if place[other] < 0:
                place[other] = n
                nodes[n] = other
                n += 1
            ends[n_ends] = place[other]
            n_ends += 1
    return nodes[:n], ends


@njit(cache=True, nogil=True)
def _pass_on(likeness, starts, strength, nodes, passed, ends, visits):  # noqa: ANN001, ANN202, PLR0913, PLR0917 - as above
    """Add what each node passes on to its neighbours, by the weights of their edges."""
    at = 0
    for place, node in enumerate(nodes):
        onward = passed[place] / strength[node] if strength[node] > 0 else 0.0
        for edge in range(starts[node], starts[node + 1]):
            visits[ends[at]] += onward * likeness[edge]
            at += 1
