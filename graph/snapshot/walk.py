"""Personalised PageRank: how often a random walk with restart visits each node."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TypeAlias

import numpy as np
from scipy.sparse import csc_array, csr_array

from graph.arrays import Edges, Ids, Matrix, Transition, Vector

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


How = tuple[float, float, int]  # restart, residue, fetches
# Passes over the edges that are known after the first fetch of edges, the second, each later one.
PASSES = (1, 2, 4)
UNLIMITED = 1 << 30
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Near:
    """The part of a graph that a walk has come to.

    Attributes:
        nodes: (m,), the nodes, those where it starts first.
        known: (k,), places in `nodes` of those whose edges are known.
        strength: (k,), their strength, above 0.
        ends: (e,), places in `nodes` of the ends of these edges, node by node.
        weights: (e,), their weights.
        starts: (k + 1,), where the edges of each of `known` begin.
    """

    nodes: Ids
    known: Ids
    strength: Vector
    ends: Ids
    weights: Vector
    starts: Ids


@dataclass(frozen=True, slots=True)
class Walker:
    """Random walks with restart over one graph, from any thread.

    The edges of all nodes that hold enough are fetched at once, and a walk then goes over what is
    known several times: looking edges up among a million tracks takes longer than going over them.
    Memory that takes a number per node is kept for the next walk: one for each thread at a time.

    Attributes:
        graph: (n, n), non-negative. A step leads from node i to node j with the probability
            `graph[i, j] / strength[i]`; a walk that reaches a row without edges ends there.
        strength: (n,), the sum of each row.
        compiled: Whether numba's machine code walks.
    """

    graph: Graph
    strength: Vector
    compiled: bool = False
    _places: list[Ids] = field(default_factory=list)  # (n,) each, `NOWHERE` between two walks

    def near_shares(
        self,
        home: Ids,
        weights: Vector,
        *,
        restart: float,
        residue: float,
        fetches: int = UNLIMITED,
    ) -> Found:
        """Return `visit_shares` in sparse form.

        Args:
            home: (s,), distinct seed nodes.
            weights: (s,), probability of a start at each; non-negative.
            restart: As for `visit_shares`.
            residue: As for `visit_shares`.
            fetches: How often edges are fetched. Where this ends a walk, nodes may keep more than
                the residue; shares are never above the exact ones.

        Returns:
            (m,) the nodes whose share is not 0, in ascending order, and (m,) their shares.
        """
        try:
            place = self._places.pop()
        except IndexError:
            place = np.full(len(self.strength), NOWHERE, np.int32)
        walk = _compiled if self.compiled else _spread
        nodes, visits = walk(self, place, home, weights, (restart, residue, fetches))
        self._places.append(place)  # not after an error, when it may lack some
        order = nodes.argsort()
        return nodes[order], restart * visits[order]


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

    Every node whose residual probability exceeds `residue` passes it on to its neighbours, until
    none does. Only nodes near the seeds are touched, so the time does not grow with the graph.

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


def _spread(steps: Walker, place: Ids, home: Ids, weights: Vector, how: How) -> Found:
    """Return the nodes with more visits than the residue, in any order, and their visits."""
    restart, residue, fetches = how
    place[home] = np.arange(len(home), dtype=np.int32)
    none = np.zeros(0, np.int32)
    near = Near(home, none, np.zeros(0), none, np.zeros(0), np.zeros(1, np.int32))
    visits: Vector = weights.astype(np.float64)
    new = np.flatnonzero(visits > residue)
    for fetch in range(fetches):
        if new.size:
            near = _fetched(steps, place, near, new)
            visits = np.concatenate([visits, np.zeros(len(near.nodes) - len(visits))])
        shape = (len(near.nodes), len(near.known))
        step = csc_array((near.weights, near.ends, near.starts), shape=shape)
        onward = (1 - restart) / near.strength
        for _ in range(PASSES[min(fetch, len(PASSES) - 1)]):
            before = visits[near.known]
            visits = np.asarray(step @ (before * onward))
            visits[: len(home)] += weights
        unknown = visits > residue
        unknown[near.known] = False
        new = np.flatnonzero(unknown)
        if not new.size and (visits[near.known] - before <= residue).all():
            break
    place[near.nodes] = NOWHERE
    found = np.flatnonzero(visits > residue)
    return near.nodes[found], visits[found]


def _fetched(steps: Walker, place: Ids, near: Near, new: Ids) -> Near:
    """Return what is near with the edges of some more of its nodes, and the nodes at their ends."""
    at = near.nodes[new]
    edges = steps.graph[at]
    # NumPy indexes with this type; a narrower one would be converted at each use.
    ends = edges.indices.astype(np.intp)
    strange = ends[place.take(ends) == NOWHERE]
    n = len(near.nodes)
    # Where a node comes several times its last place counts; the others are never visited.
    place[strange] = np.arange(n, n + len(strange), dtype=np.int32)
    # A node without edges has strength 0; this keeps a division by it finite.
    strength = np.maximum(steps.strength[at], np.finfo(np.float32).tiny)
    return Near(
        np.concatenate([near.nodes, strange]),
        np.concatenate([near.known, new]),
        np.concatenate([near.strength, strength]),
        np.concatenate([near.ends, place.take(ends)]),
        np.concatenate([near.weights, edges.data]),
        np.concatenate([near.starts, near.starts[-1] + edges.indptr[1:]]),
    )


def _compiled(steps: Walker, place: Ids, home: Ids, weights: Vector, how: How) -> Found:
    from graph.snapshot.compiled_walk import spread  # numba, which is not installed everywhere

    graph = steps.graph
    edges = (graph.data, graph.indices, graph.indptr, steps.strength)
    nodes, visits = spread(*edges, home, weights, how, PASSES, place)
    return nodes.astype(np.int64), visits
