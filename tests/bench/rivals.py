"""The same work done by others, on as much as they can hold, with the growth stated."""

from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from math import log
from time import process_time

import numpy as np
from scipy.sparse import csr_array

from graph.snapshot.store import Snapshot
from graph.snapshot.walk import RESTART
from tests.bench.figures import Figure

Work = Callable[[], object]
# Of two sizes each, so that the growth can be seen; the larger takes some seconds.
WALKED, SEARCHED, LOOPED = (10_000, 40_000), (10_000, 30_000), (400, 800)
NEIGHBOURS = 16


def measure(snapshot: Snapshot) -> Iterator[Figure]:
    """Yield CPU seconds of others for one walk and for all neighbours."""
    n = snapshot.likeness.shape[0]
    yield _power_iteration(snapshot)
    walks = (("networkx", _networkx), ("rustworkx", _rustworkx), ("igraph", _igraph))
    for name, prepare in walks:
        if find_spec(name):
            yield _grown(f"{name}: one walk", WALKED, n, partial(prepare, snapshot))
    if find_spec("sklearn"):
        yield _grown("scikit-learn: neighbours", SEARCHED, n, partial(_sklearn, snapshot))
    yield _grown("double loop: similarities", LOOPED, n, partial(_double_loop, snapshot))


def _grown(name: str, sizes: tuple[int, int], whole: int, prepare: Callable[[int], Work]) -> Figure:
    """Return the time of the larger size, and what it grows to."""
    times = []
    for size in sizes:
        work = prepare(size)
        start = process_time()
        work()
        times.append(process_time() - start)
    power = log(times[1] / times[0]) / log(sizes[1] / sizes[0])
    hours = times[1] * (whole / sizes[1]) ** power / 3600
    detail = f"{sizes[1]:,} tracks; grows as n^{power:.2f}: {hours:.3g} h at {whole:,}"
    return Figure(f"scale, others: {name}", round(times[1], 3), "CPU s", sizes[1], detail)


def _power_iteration(snapshot: Snapshot) -> Figure:
    """Return the time of one walk over the whole graph, as textbooks do it."""
    backward = csr_array(snapshot.transition.T.tocsr())
    n = backward.shape[0]
    seeds = np.zeros(n)
    seeds[:20] = 1 / 20
    start = process_time()
    shares = seeds
    for _ in range(int(np.ceil(log(1e-7) / log(1 - RESTART)))):
        shares = RESTART * seeds + (1 - RESTART) * (backward @ shares)
    spent = process_time() - start
    return Figure("scale, others: SciPy power iteration", round(spent, 3), "CPU s", n, "one walk")


def _part(snapshot: Snapshot, size: int) -> csr_array[np.float64]:
    return csr_array(snapshot.likeness[:size][:, :size].astype(float))


def _networkx(snapshot: Snapshot, size: int) -> Work:
    import networkx as nx

    network = nx.from_scipy_sparse_array(_part(snapshot, size))
    likes = dict.fromkeys(range(0, size, size // 20), 1)
    return lambda: nx.pagerank(network, 1 - RESTART, likes)


def _rustworkx(snapshot: Snapshot, size: int) -> Work:
    import rustworkx as rx  # type: ignore[import-not-found,unused-ignore] # measured where installed

    edges = _part(snapshot, size).tocoo()
    network = rx.PyDiGraph()
    network.add_nodes_from(range(size))
    ends = zip(edges.row.tolist(), edges.col.tolist(), edges.data.tolist(), strict=True)
    network.add_edges_from(list(ends))
    likes = dict.fromkeys(range(0, size, size // 20), 1.0)
    return lambda: rx.pagerank(network, 1 - RESTART, float, personalization=likes)


def _igraph(snapshot: Snapshot, size: int) -> Work:
    import igraph  # type: ignore[import-not-found,unused-ignore] # GPL: measured where installed

    edges = _part(snapshot, size).tocoo()
    network = igraph.Graph(size, np.stack([edges.row, edges.col], axis=1), directed=True)
    weights = edges.data.tolist()
    likes = np.zeros(size)
    likes[:: size // 20] = 1
    return lambda: network.personalized_pagerank(
        damping=1 - RESTART, reset=likes.tolist(), weights=weights
    )


def _sklearn(snapshot: Snapshot, size: int) -> Work:
    from sklearn.neighbors import (  # type: ignore[import-not-found,unused-ignore] # as above
        NearestNeighbors,
    )

    chosen = np.random.default_rng(0).choice(len(snapshot.values), size, replace=False)
    points = snapshot.values[np.sort(chosen)].astype(np.float32)
    return lambda: NearestNeighbors(n_neighbors=NEIGHBOURS + 1).fit(points).kneighbors(points)


def _double_loop(snapshot: Snapshot, size: int) -> Work:
    """Compare each with each in Python, as the reference project does."""
    rows = snapshot.values[:size].astype(np.float64)

    def compare() -> int:
        edges = 0
        for one in range(size):
            for other in range(one + 1, size):
                a, b = rows[one], rows[other]
                edges += bool(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)) > 0.11)
        return edges

    return compare
