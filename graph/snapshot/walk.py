"""Personalised PageRank: how often a random walk with restart visits each node."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_array

from graph.arrays import Edges, Ids, Matrix, Transition, Vector, ranges

# Restart probability. The mean length of a walk between two restarts is (1 - r) / r = 1.5 steps.
RESTART = 0.4
# Rows that are multiplied at once: their edge weights as float32 take some 6 MB.
BLOCK_ROWS = 65_536
# Power iteration stops when the remaining terms sum to less than this, of 1.
TOLERANCE = 1e-7
# With fewer nodes, loading numba takes longer than it saves.
MIN_COMPILED_NODES = 50_000
# Step probabilities, or edge weights that become such by division by `strength`.
Graph: TypeAlias = "Edges | Transition"
Found = tuple[Ids, Vector]


@dataclass(frozen=True, slots=True)
class Workspace:
    """Working memory of a walk; each walk sets the entries that it touched back to 0.

    Attributes:
        residual: (n,), probability that is not passed on yet; 0 between two walks.
        shares: (n,), the result; 0 between two walks.
        place: (n,), for removing duplicates; any values.
    """

    residual: Vector
    shares: Vector
    place: Ids


@dataclass(frozen=True, slots=True)
class Walker:
    """Random walks with restart over one graph, from any thread.

    Fresh memory for a million tracks costs several milliseconds of page faults, so workspaces are
    pooled: there are as many as threads have walked at the same time.

    Attributes:
        graph: (n, n), non-negative. A step leads from node i to node j with the probability
            `graph[i, j] / strength[i]`; a walk that reaches a row without edges ends there.
        strength: (n,), the sum of each row.
        compiled: Whether numba's machine code walks.
    """

    graph: Graph
    strength: Vector
    compiled: bool = False
    _workspaces: list[Workspace] = field(default_factory=list)

    def near_shares(self, home: Ids, weights: Vector, *, restart: float, residue: float) -> Found:
        """Return `visit_shares` in sparse form.

        Args:
            home: (s,), distinct seed nodes.
            weights: (s,), probability of a start at each; non-negative.
            restart: As for `visit_shares`.
            residue: As for `visit_shares`.

        Returns:
            (m,) the nodes whose share is not 0, in ascending order, and (m,) their shares.
        """
        try:
            space = self._workspaces.pop()
        except IndexError:
            n = len(self.strength)  # zeroed lazily: untouched pages cost nothing
            space = Workspace(np.zeros(n), np.zeros(n), np.empty(n, np.int32))
        walk = _compiled if self.compiled else _push
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
    """Return approximate personalised PageRank: the share of a walker's time at each node.

    Local push: every node whose residual probability exceeds `residue` passes it on to its
    neighbours, until none does. Only nodes near the seeds are touched, so the time does not grow
    with the graph.

    Args:
        transition: (n, n), step probabilities; a row sums to 1, or to 0 without edges.
        seeds: (n,), probability of a start at each node; sums to 1.
        restart: Restart probability of each step, in (0, 1). Larger stays nearer the seeds.
        residue: Residual probability that a node may keep, above 0.

    Returns:
        (n,), never above the exact shares; the differences sum to `n * residue` at most. A walk
        that reaches a node without edges ends there.

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
    on_progress: Callable[[float], None] = lambda _: None,
) -> Matrix:
    """Return the shares for several seed vectors at once, by power iteration over the whole graph.

    Args:
        graph: (n, n), symmetric, as for `Walker`.
        strength: (n,), the sum of each row, above 0.
        seeds: (n, m), each column sums to 1.
        restart: As for `visit_shares`.
        on_progress: Receives the progress, 0 to 1.

    Returns:
        (n, m) float32.
    """
    walked = seeds.astype(np.float32)
    shares = walked * np.float32(restart)
    steps = int(np.ceil(np.log(TOLERANCE) / np.log(1 - restart)))
    onward = (np.float32(1 - restart) / strength).astype(np.float32)[:, None]
    for step in range(steps):
        walked = _product(graph, walked * onward)
        shares += np.float32(restart) * walked
        on_progress((step + 1) / steps)
    return shares


def _product(graph: Graph, columns: Matrix) -> Matrix:
    """Return a symmetric graph times columns, (n, m) float32, some rows at a time."""
    product = np.empty_like(columns)
    n = graph.shape[0]
    for start in range(0, n, BLOCK_ROWS):
        stop = min(start + BLOCK_ROWS, n)
        starts = graph.indptr[start : stop + 1]
        edges = slice(int(starts[0]), int(starts[-1]))
        weights = np.asarray(graph.data[edges], dtype=np.float32)
        piece = csr_array(
            (weights, graph.indices[edges], starts - starts[0]), shape=(stop - start, n)
        )
        product[start:stop] = piece @ columns
    return product


def _push(
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
        active = _distinct(reached[residual.take(reached) > residue], space.place)
        touched.append(reached)
        passed_on.append(active)
    nodes = np.sort(_distinct(np.concatenate(passed_on), space.place))
    # A node would keep this part of its residual in any case: adding it halves the error.
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


def _distinct(nodes: Ids, place: Ids) -> Ids:
    """Return the distinct nodes in half the time of `np.unique`; `place`, (n,), is overwritten."""
    at = np.arange(len(nodes), dtype=place.dtype)
    place[nodes] = at
    return np.asarray(nodes[place[nodes] == at])
