"""How often a walker comes by each track who keeps returning to where it started."""

import numpy as np

from graph.arrays import Ids, Matrix, Transition, Vector, ranges

# At each step the walker goes home with this chance: two or three songs from home on average.
RESTART = 0.4


def visit_shares(
    transition: Transition, seeds: Vector, *, restart: float, residue: float
) -> Vector:
    """Return how large a share of a walker's time each track receives.

    Probability lies at the seeds and is passed on by every track that holds more than `residue`,
    until none does. Only tracks near the seeds are ever touched, so the work does not grow with
    the graph.

    Args:
        transition: (n, n), step probabilities; a row sums to 1, or to 0 without edges.
        seeds: (n,), where the walker starts; non-negative, sums to 1.
        restart: Chance of a jump at each step, in (0, 1). Larger stays nearer the seeds.
        residue: Probability a track may keep without passing it on, above 0.

    Returns:
        (n,), never above the exact shares, and below them by `n * residue` in all at most. A walk
        that reaches a track without edges ends there.

    Source: P. Berkhin, "Bookmark-Coloring Algorithm for Personalized PageRank Computing",
        Internet Mathematics 3(1), 2006.
    """
    home = np.flatnonzero(seeds)
    nodes, found = near_shares(transition, home, seeds[home], restart=restart, residue=residue)
    shares = np.zeros(len(seeds))
    shares[nodes] = found
    return shares


def near_shares(
    transition: Transition, home: Ids, weights: Vector, *, restart: float, residue: float
) -> tuple[Ids, Vector]:
    """Return `visit_shares` as the nodes that have one and their shares, in ascending order.

    Args:
        transition: As for `visit_shares`.
        home: (s,), different nodes where the walker starts.
        weights: (s,), how often it starts at each; non-negative.
        restart: As for `visit_shares`.
        residue: As for `visit_shares`.
    """
    held = np.zeros(transition.shape[0])  # lazily zeroed: untouched pages cost nothing
    shares = np.zeros(transition.shape[0])
    place = np.empty(transition.shape[0], np.int32)
    held[home] = weights
    active = home[weights > residue]
    touched = [active]
    while active.size:
        passed = held[active]
        held[active] = 0
        shares[active] += restart * passed
        starts, stops = transition.indptr[active], transition.indptr[active + 1]
        edges = ranges(starts, stops)
        reached = transition.indices[edges]
        onward = np.repeat((1 - restart) * passed, stops - starts)
        np.add.at(held, reached, onward * transition.data[edges])
        active = _once(reached[held[reached] > residue], place)
        touched.append(active)
    nodes = np.sort(_once(np.concatenate(touched), place))
    return nodes, shares[nodes]


def _once(nodes: Ids, place: Ids) -> Ids:
    """Return each node once; `place`, (n,), is room to write in: half the time of `np.unique`."""
    at = np.arange(len(nodes), dtype=place.dtype)
    place[nodes] = at
    return np.asarray(nodes[place[nodes] == at])


def exact_shares(
    transition: Transition, seeds: Matrix, *, restart: float, tolerance: float = 1e-7
) -> Matrix:
    """Return the shares for several seeds at once, by power iteration over the whole graph.

    Args:
        transition: (n, n), as for `visit_shares`.
        seeds: (n, m), a column sums to 1.
        restart: As for `visit_shares`.
        tolerance: How much of a column's sum may be missing in the end.

    Returns:
        (n, m) float32.
    """
    backward = transition.T.tocsr()
    home = seeds.astype(np.float32)
    shares = home * np.float32(restart)
    walked = shares
    remaining = 1 - restart
    while remaining > tolerance:
        walked = np.float32(1 - restart) * (backward @ walked)
        shares = shares + walked
        remaining *= 1 - restart
    return np.asarray(shares, dtype=np.float32)
