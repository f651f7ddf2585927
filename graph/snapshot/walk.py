"""Personalised PageRank: how often a random walk with restart visits each node."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec

import numpy as np
from scipy.sparse import csr_array

from graph.arrays import Edges, Ids, Matrix, Transition, Vector, ranges

# Restart probability: a walk leads two or three songs away on average.
RESTART = 0.4
# Rows that are multiplied at once: their likenesses as float32 take some 6 MB.
ROWS = 65_536
# Probability that power iteration may leave out, of 1.
TOLERANCE = 1e-7
# With fewer nodes NumPy is fast enough, and numba would only slow the start.
MIN_COMPILED_NODES = 50_000
# Step probabilities, or likenesses that division by `strength` turns into such.
Graph = Edges | Transition
Found = tuple[Ids, Vector]


@dataclass(frozen=True, slots=True)
class Workspace:
    """Working memory of a walk, all 0 between two walks: a walk clears what it touched.

    Attributes:
        residual: (n,), probability that is still to be passed on.
        shares: (n,), the result.
        place: (n,), any values; for removing duplicates.
    """

    residual: Vector
    shares: Vector
    place: Ids


@dataclass(frozen=True, slots=True)
class Walker:
    """Walks over one graph, from any thread.

    Fresh memory for a million tracks costs several milliseconds of page faults, so workspaces are
    kept and used again: as many as threads walked at the same time.

    Attributes:
        graph: (n, n), non-negative. From node i to node j a step leads with the probability
            `graph[i, j] / strength[i]`; a row without edges ends the walk.
        strength: (n,), what the rows sum to.
        compiled: Whether numba walks.
    """

    graph: Graph
    strength: Vector
    compiled: bool = False
    _workspaces: list[Workspace] = field(default_factory=list)

    def near_shares(self, home: Ids, weights: Vector, *, restart: float, residue: float) -> Found:
        """Return `visit_shares` as the nodes that have one and their shares, in ascending order.

        Args:
            home: (s,), different nodes where the walker starts.
            weights: (s,), how often it starts at each; non-negative.
            restart: As for `visit_shares`.
            residue: As for `visit_shares`.
        """
        try:
            space = self._workspaces.pop()
        except IndexError:
            n = len(self.strength)  # zeroed lazily: untouched pages cost nothing
            space = Workspace(np.zeros(n), np.zeros(n), np.empty(n, np.int32))
        walk = _compiled if self.compiled else _passed_on
        found = walk(self, space, home, weights, (restart, residue))
        self._workspaces.append(space)  # not after an error, when it may not be zero
        return found


def walker(graph: Graph, strength: Vector) -> Walker:
    """Return a walker over a graph, compiled where numba is installed and the graph is large."""
    compiled = len(strength) >= MIN_COMPILED_NODES and find_spec("numba") is not None
    found = Walker(graph, strength, compiled)
    found.near_shares(np.zeros(1, np.int64), np.ones(1), restart=RESTART, residue=0.1)
    return found


def visit_shares(
    transition: Transition, seeds: Vector, *, restart: float, residue: float
) -> Vector:
    """Return the share of a walker's time at each track: approximate personalised PageRank.

    Local push: every track whose residual probability exceeds `residue` passes it on, until none
    does. Only tracks near the seeds are touched, so the time does not grow with the graph.

    Args:
        transition: (n, n), step probabilities; a row sums to 1, or to 0 without edges.
        seeds: (n,), where the walker starts; non-negative, sums to 1.
        restart: Restart probability of each step, in (0, 1). Larger stays nearer the seeds.
        residue: Probability a track may keep without passing it on, above 0.

    Returns:
        (n,), never above the exact shares, and below them by `n * residue` in all at most. A walk
        that reaches a track without edges ends there.

    Source: P. Berkhin, "Bookmark-Coloring Algorithm for Personalized PageRank Computing",
        Internet Mathematics 3(1), 2006.
    """
    home = np.flatnonzero(seeds)
    steps = Walker(transition, np.ones(len(seeds)))
    nodes, found = steps.near_shares(home, seeds[home], restart=restart, residue=residue)
    shares = np.zeros(len(seeds))
    shares[nodes] = found
    return shares


def exact_shares(
    graph: Graph,
    strength: Vector,
    seeds: Matrix,
    *,
    restart: float,
    told: Callable[[float], None] = lambda _: None,
) -> Matrix:
    """Return the shares for several seeds at once, by power iteration over the whole graph.

    Args:
        graph: (n, n), symmetric, as for `Walker`.
        strength: (n,), what its rows sum to, above 0.
        seeds: (n, m), a column sums to 1.
        restart: As for `visit_shares`.
        told: Receives the progress, 0 to 1.

    Returns:
        (n, m) float32.
    """
    walked = seeds.astype(np.float32)
    shares = walked * np.float32(restart)
    steps = int(np.ceil(np.log(TOLERANCE) / np.log(1 - restart)))
    onward = (np.float32(1 - restart) / strength).astype(np.float32)[:, None]
    for step in range(steps):
        walked = _times(graph, walked * onward)
        shares += np.float32(restart) * walked
        told((step + 1) / steps)
    return shares


def _times(graph: Graph, columns: Matrix) -> Matrix:
    """Return a symmetric graph times columns, (n, m) float32, a piece at a time."""
    product = np.empty_like(columns)
    n = graph.shape[0]
    for start in range(0, n, ROWS):
        stop = min(start + ROWS, n)
        starts = graph.indptr[start : stop + 1]
        edges = slice(int(starts[0]), int(starts[-1]))
        weights = np.asarray(graph.data[edges], dtype=np.float32)
        piece = csr_array(
            (weights, graph.indices[edges], starts - starts[0]), shape=(stop - start, n)
        )
        product[start:stop] = piece @ columns
    return product


def _passed_on(
    steps: Walker, space: Workspace, home: Ids, weights: Vector, how: tuple[float, float]
) -> Found:
    graph, (restart, residue) = steps.graph, how
    residual, shares = space.residual, space.shares
    residual[home] = weights
    active = home[weights > residue]
    touched, passed_on = [home], [active]
    while active.size:
        passed = residual[active]
        residual[active] = 0
        shares[active] += restart * passed
        starts, stops = graph.indptr[active], graph.indptr[active + 1]
        edges = ranges(starts, stops)
        # NumPy indexes with this type; a narrower one would be converted three times.
        reached = graph.indices.take(edges).astype(np.intp)
        # A node without edges has strength 0; this keeps the division finite.
        strength = np.maximum(steps.strength[active], np.finfo(np.float32).tiny)
        onward = np.repeat((1 - restart) * passed / strength, stops - starts)
        np.add.at(residual, reached, onward * graph.data.take(edges))
        active = _once(reached[residual.take(reached) > residue], space.place)
        touched.append(reached)
        passed_on.append(active)
    nodes = np.sort(_once(np.concatenate(passed_on), space.place))
    # Each node would keep this part of its residual: halves the error at no cost.
    found = shares[nodes] + restart * residual[nodes]
    for each in touched:
        residual[each] = 0
    shares[nodes] = 0
    return nodes, found


def _compiled(
    steps: Walker, space: Workspace, home: Ids, weights: Vector, how: tuple[float, float]
) -> Found:
    from graph.snapshot.compiled_walk import spread  # numba, which is not installed everywhere

    graph = steps.graph
    nodes, found = spread(
        graph.data,
        graph.indices,
        graph.indptr,
        steps.strength,
        home,
        weights,
        *how,
        space.residual,
        space.shares,
    )
    return nodes, found


def _once(nodes: Ids, place: Ids) -> Ids:
    """Return the distinct nodes; `place`, (n,), is working memory: half the time of `np.unique`."""
    at = np.arange(len(nodes), dtype=place.dtype)
    place[nodes] = at
    return np.asarray(nodes[place[nodes] == at])
