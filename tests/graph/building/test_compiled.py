"""The compiled loops give what NumPy and SciPy give; skipped where numba is not installed."""

from importlib.util import find_spec

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from graph.building.neighbours import Metric, leaf_order, neighbours
from graph.snapshot.store import Snapshot
from graph.snapshot.walk import RESTART, Walker

pytestmark = pytest.mark.skipif(find_spec("numba") is None, reason="needs the group `fast`")
Points = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def crowded(n: int = 3000, d: int = 12) -> Points:
    """Points in clouds of very different density, some columns nearly constant."""
    rng = np.random.default_rng(3)
    middles = rng.normal(size=(20, d))
    spread = rng.choice([0.01, 0.3, 1], size=(n, 1))
    points = middles[rng.integers(0, 20, n)] + spread * rng.normal(size=(n, d))
    points[:, 3] = points[:, 3] > 1
    return points.astype(np.float32)


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize("order", ["leaf", "random"])
def test_same_neighbours_as_scipy(metric: Metric, order: str) -> None:
    values = crowded()
    values = values[leaf_order(values, metric)] if order == "leaf" else values

    expected = neighbours(values, 16, metric, lambda _: None, compiled=False)
    found = neighbours(values, 16, metric, lambda _: None, compiled=True)

    assert np.array_equal(found[0], expected[0])
    assert np.array_equal(found[1], expected[1])


def test_same_distances_where_many_are_equally_near() -> None:
    grid = np.stack(np.meshgrid(*[np.arange(6.0)] * 4), axis=-1).reshape(-1, 4).astype(np.float32)

    _, expected = neighbours(grid, 20, Metric.EUCLIDEAN, lambda _: None, compiled=False)
    _, found = neighbours(grid, 20, Metric.EUCLIDEAN, lambda _: None, compiled=True)

    assert np.array_equal(found, expected)


def test_tree_holds_every_point_once() -> None:
    from graph.building.compiled import tree_arrays

    points = crowded(500)

    begin, stop, lesser, greater = tree_arrays(cKDTree(points, leafsize=8).tree, len(points))

    leaves = np.flatnonzero(lesser < 0)
    covered = np.concatenate([np.arange(begin[leaf], stop[leaf]) for leaf in leaves])
    assert sorted(covered.tolist()) == list(range(500))
    assert (greater[leaves] < 0).all()


def test_same_shares_as_numpy(starter: Snapshot) -> None:
    plain = Walker(starter.likeness, starter.strength)
    fast = Walker(starter.likeness, starter.strength, compiled=True)
    home = np.array([5, 700, 1400])
    weights = np.full(3, 1 / 3)

    nodes, shares = plain.near_shares(home, weights, restart=RESTART, residue=1e-7)
    found, compiled = fast.near_shares(home, weights, restart=RESTART, residue=1e-7)

    both = np.intersect1d(nodes, found)
    assert len(both) > 0.99 * len(nodes)
    assert compiled[np.isin(found, both)] == pytest.approx(shares[np.isin(nodes, both)], abs=1e-6)


def test_same_shares_as_numpy_after_few_fetches(starter: Snapshot) -> None:
    home, weights = np.array([5, 700, 1400]), np.array([0.5, 0.3, 0.2])
    plain = Walker(starter.likeness, starter.strength)
    fast = Walker(starter.likeness, starter.strength, compiled=True)

    nodes, shares = plain.near_shares(home, weights, restart=RESTART, residue=2e-4, fetches=3)
    found, compiled = fast.near_shares(home, weights, restart=RESTART, residue=2e-4, fetches=3)

    assert np.array_equal(found, nodes)
    assert compiled == pytest.approx(shares, abs=1e-12)


def test_compiled_room_is_left_as_it_was(starter: Snapshot) -> None:
    fast = Walker(starter.likeness, starter.strength, compiled=True)
    home = np.arange(0, 2000, 7)  # more than fits the first queue
    weights = np.full(len(home), 1 / len(home))

    first = fast.near_shares(home, weights, restart=RESTART, residue=1e-8)
    again = fast.near_shares(home, weights, restart=RESTART, residue=1e-8)

    assert len(first[0]) > 1900
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])


def test_walk_without_edges_ends() -> None:
    steps = Walker(csr_array(np.zeros((3, 3), np.float32)), np.zeros(3), compiled=True)

    nodes, shares = steps.near_shares(np.array([1]), np.ones(1), restart=RESTART, residue=1e-6)

    assert (nodes.tolist(), shares.tolist()) == ([1], [RESTART])
