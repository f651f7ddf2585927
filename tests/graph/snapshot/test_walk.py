import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from graph.arrays import Matrix, Transition, Vector
from graph.snapshot.walk import Walker, exact_shares, visit_shares

RESTART = 0.4


def random_walk(n: int, seed: int, *, dangling: bool = False) -> Transition:
    rng = np.random.default_rng(seed)
    weights = rng.random((n, n)) * (rng.random((n, n)) < 0.3)
    np.fill_diagonal(weights, 0)
    if not dangling:
        weights[np.arange(n), (np.arange(n) + 1) % n] += 0.1
    sums = weights.sum(axis=1, keepdims=True)
    rows = np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)
    return csr_array(rows.astype(np.float32))


def solved(transition: Transition, seeds: Vector, restart: float) -> Vector:
    """The exact shares: the solution of s = restart * seeds + (1 - restart) * s P."""
    n = len(seeds)
    system = np.eye(n) - (1 - restart) * transition.toarray().T.astype(float)
    return np.asarray(np.linalg.solve(system, restart * seeds))


def one_seed(n: int, at: int = 0) -> Vector:
    seeds = np.zeros(n)
    seeds[at] = 1
    return seeds


def test_two_tracks_share_by_hand() -> None:
    # From a to b and back: s_a = .4 + .6 s_b, s_b = .6 s_a.
    walk = csr_array(np.array([[0, 1], [1, 0]], np.float32))

    shares = visit_shares(walk, one_seed(2), restart=RESTART, residue=1e-9)

    assert shares == pytest.approx([0.4 / 0.64, 0.24 / 0.64], abs=1e-7)


def test_agrees_with_networkx() -> None:
    walk = random_walk(40, seed=1)
    seeds = np.random.default_rng(2).dirichlet(np.ones(40))

    shares = visit_shares(walk, seeds, restart=RESTART, residue=1e-10)

    # Their alpha is the chance to walk on.
    network = nx.from_scipy_sparse_array(walk, create_using=nx.DiGraph)
    expected = nx.pagerank(network, 1 - RESTART, dict(enumerate(seeds)), tol=1e-12)
    assert shares == pytest.approx([expected[node] for node in range(40)], abs=1e-6)


@given(
    seed=st.integers(0, 1000),
    restart=st.floats(0.05, 0.95),
    residue=st.sampled_from([1e-2, 1e-3, 1e-5]),
    dangling=st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_is_below_the_exact_shares_by_the_promised_bound(
    seed: int, restart: float, residue: float, *, dangling: bool
) -> None:
    n = 25
    walk = random_walk(n, seed, dangling=dangling)
    seeds = np.random.default_rng(seed).dirichlet(np.full(n, 0.2))

    missing = solved(walk, seeds, restart) - visit_shares(
        walk, seeds, restart=restart, residue=residue
    )

    assert missing.min() >= -1e-6  # float32 rows sum to 1 only so far
    assert missing.sum() <= n * residue + 1e-6


def test_walk_without_edges_ends() -> None:
    walk = csr_array(np.zeros((3, 3), np.float32))

    shares = visit_shares(walk, one_seed(3), restart=RESTART, residue=1e-6)

    assert shares.tolist() == [RESTART, 0, 0]


def test_touches_only_what_is_near() -> None:
    n = 1000
    ring = np.zeros((n, n), np.float32)
    ring[np.arange(n), (np.arange(n) + 1) % n] = 1

    nodes, _ = Walker(csr_array(ring), np.ones(n)).near_shares(
        np.array([0]), np.ones(1), restart=RESTART, residue=1e-4
    )

    assert nodes.tolist() == list(range(len(nodes)))  # .6 ** 19 < 1e-4
    assert len(nodes) == 19


def test_all_seeds_at_once_agree_with_the_solver() -> None:
    one_way = random_walk(30, seed=5).toarray()
    likeness = one_way + one_way.T
    strength = likeness.sum(axis=1)
    seeds: Matrix = np.random.default_rng(1).dirichlet(np.ones(30), size=3).T

    shares = exact_shares(csr_array(likeness), strength, seeds, restart=RESTART)

    walk = csr_array(likeness / strength[:, None])
    expected = [solved(walk, column, RESTART) for column in seeds.T]
    assert pytest.approx(np.array(expected), abs=1e-6) == shares.T


def test_room_is_left_as_it_was() -> None:
    steps = Walker(random_walk(40, seed=1), np.ones(40))
    home, other = np.array([3]), np.array([17])

    first = steps.near_shares(home, np.ones(1), restart=RESTART, residue=1e-3)
    steps.near_shares(other, np.ones(1), restart=RESTART, residue=1e-3)
    again = steps.near_shares(home, np.ones(1), restart=RESTART, residue=1e-3)

    assert again[0].tolist() == first[0].tolist()
    assert again[1].tolist() == first[1].tolist()


def test_few_fetches_stay_near_and_below_the_exact_shares() -> None:
    n, seeds = 12, one_seed(12)
    ring = np.zeros((n, n), np.float32)
    at = np.arange(n)
    ring[at, (at + 1) % n] = ring[at, at - 1] = 0.5
    steps = Walker(csr_array(ring), np.ones(n))

    nodes, shares = steps.near_shares(
        np.array([0]), np.ones(1), restart=RESTART, residue=1e-9, fetches=3
    )

    assert nodes.tolist() == [0, 1, 2, 3, 9, 10, 11]  # three steps both ways
    missing = solved(csr_array(ring), seeds, RESTART)[nodes] - shares
    assert missing.min() > 0
    assert missing.max() < 0.05
