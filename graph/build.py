"""Catalogue -> graph: which tracks sound alike, and how far each emotion reaches among them."""

import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree

from graph import anchors, bridge
from graph.arrays import Ids, Matrix, Transition, Vector
from graph.catalogue import Progress, import_files, read_catalogue
from graph.errors import CatalogueError, SnapshotError
from graph.features import Features, features
from graph.quality import quality
from graph.store import track_arrays
from graph.versions import publish, read_manifest
from graph.walk import RESTART, exact_shares
from inference.emotions import EMOTIONS

QUERY_ROWS = 50_000
# The tracks of an emotion that a question looks at: many times what a person hears in a month.
BEST = 1000


class Metric(StrEnum):
    """What makes two sounds near."""

    COSINE = "cosine"
    EUCLIDEAN = "euclidean"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a graph is built.

    Attributes:
        metric: `euclidean` compares how strong each trait is, `cosine` only their proportions.
        neighbours: Edges that each node asks for; edges count in both directions, so nodes end up
            with about half as many again.
        threshold: Likeness, 0 to 1, below which an edge is dropped.
        floor: The nearest neighbours that stay even below the threshold: without it 84 % of a
            million tracks stand alone at a cosine of .99.
    """

    metric: Metric = Metric.EUCLIDEAN
    neighbours: int = 16
    threshold: float = 0.5
    floor: int = 4

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        if not (1 <= self.floor <= self.neighbours <= 1000 and 0 <= self.threshold <= 1):
            raise ValueError(f"expected 1 <= floor <= neighbours <= 1000, found {self}")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was built: version, counts, seconds, peak memory and quality."""

    version: str
    tracks: int
    nodes: int
    edges: int
    seconds: float
    peak_megabytes: float
    features: tuple[str, ...]
    quality: Mapping[str, Any]  # JSON

    def as_dict(self) -> dict[str, Any]:
        """Return the report for programs."""
        return asdict(self)


def build(directory: Path, settings: Settings, progress: Progress) -> BuildReport:
    """Build the graph of the catalogue under `directory` and make it the current one.

    Raises:
        CatalogueError: There is no catalogue, or it is too small for a graph.
    """
    began = perf_counter()
    progress("features", 0)
    catalogue = read_catalogue(directory)
    found = features(catalogue)
    if len(found.values) <= settings.floor:
        raise CatalogueError(
            f"expected more than {settings.floor} sounds, found {len(found.values)}"
        )
    likeness = likenesses(found.values, settings, progress)
    order = _leaf_order(found.values)
    found, likeness = _reordered(found, likeness, order)
    rows = np.argsort(found.node, kind="stable")
    progress("emotions", 0)
    graph = graph_arrays(found, likeness)
    progress("quality", 0)
    tracks = catalogue.take(pa.array(rows))
    figures = quality(likeness, anchors.zones(graph["sides"]), _genres(tracks, graph["starts"]))
    progress("write", 0)
    texts, words = track_arrays(tracks)
    manifest = {
        "features": found.names,
        "words": words,
        "settings": asdict(settings),
        "quality": figures,
    }
    version = publish(directory, {**graph, **texts}, manifest)
    progress("write", 1)
    return BuildReport(
        version,
        len(catalogue),
        len(found.values),
        int(likeness.nnz),
        round(perf_counter() - began, 3),
        peak_megabytes(),
        found.names,
        figures,
    )


def last_settings(directory: Path) -> Settings:
    """Return how the current graph of the folder was built; the defaults where there is none."""
    try:
        _, manifest = read_manifest(directory)
        known = manifest["settings"]
        return Settings(**{**known, "metric": Metric(known["metric"])})
    except (SnapshotError, KeyError, TypeError, ValueError):  # a build is what mends it
        return Settings()


def ensure_graph(directory: Path, files: list[Path], progress: Progress) -> None:
    """Import and build unless the folder has a graph: the first start of a fresh installation."""
    if not (directory / "current").exists():
        import_files(files, directory, progress)
        build(directory, Settings(), progress)


def neighbours(values: Matrix, k: int, metric: Metric, progress: Progress) -> tuple[Ids, Vector]:
    """Return the exact k nearest other nodes of each node.

    Args:
        values: (n, d), all rows different.
        k: How many, below n.
        metric: What near means; for cosine the rows are compared at length 1.
        progress: Hears how far it is.

    Returns:
        (n, k) int32 nodes and (n, k) float32 distances, the nearest first.
    """
    points = values if metric is Metric.EUCLIDEAN else normalised(values)
    n = len(points)
    tree = cKDTree(points, leafsize=32)
    ids = np.empty((n, k), np.int32)
    distances = np.empty((n, k), np.float32)
    for start in range(0, n, QUERY_ROWS):
        # In leaf order one query finds the tree where the last one left it: four times faster.
        asked = tree.indices[start : start + QUERY_ROWS]
        far, near = map(np.asarray, tree.query(points[asked], k + 1, workers=-1))
        ids[asked], distances[asked] = _without_self(asked, near, far)
        progress("neighbours", min(start + QUERY_ROWS, n) / n)
    return ids, distances


def _without_self(asked: Ids, near: Ids, far: Vector) -> tuple[Ids, Vector]:
    other = near != asked[:, None]
    other[other.all(axis=1), -1] = False  # rows of equal direction can hide oneself
    shape = (len(asked), near.shape[1] - 1)
    return near[other].reshape(shape), far[other].reshape(shape)


def normalised(values: Matrix) -> Matrix:
    """Return rows of length 1; a row of zeros stays."""
    length = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(values / np.where(length > 0, length, 1), dtype=np.float32)


def likenesses(values: Matrix, settings: Settings, progress: Progress) -> Transition:
    """Return how alike neighbours are: (n, n), symmetric, above 0 to 1; no edge, no entry."""
    n, d = values.shape
    k = min(settings.neighbours, n - 1)
    ids, distances = neighbours(values, k, settings.metric, progress)
    alike = likeness(distances, d, settings.metric)
    kept = (alike >= settings.threshold) | (np.arange(k) < settings.floor)
    starts = np.concatenate(([0], np.cumsum(kept.sum(axis=1)))).astype(np.int32)
    # A likeness of 0 (opposite directions, kept by the floor) would be no edge.
    weights = np.maximum(alike[kept], np.float32(0.01))
    one_way = csr_array((weights, ids[kept], starts), shape=(n, n))
    return csr_array(one_way.maximum(one_way.T))


def likeness(distances: Vector, d: int, metric: Metric) -> Vector:
    """Return likeness, 0 to 1, of nodes this far apart.

    Cosine: the cosine itself, of rows of length 1. Euclidean: a bell over the distance, as wide as
    the features are many, so that one threshold suits few features and many.
    """
    if metric is Metric.COSINE:
        return np.asarray(np.clip(1 - distances**2 / 2, 0, 1), dtype=np.float32)
    return np.asarray(np.exp(-(distances**2) / (2 * d)), dtype=np.float32)


def graph_arrays(found: Features, likeness: Transition) -> dict[str, NDArray[Any]]:
    """Return everything about the nodes that a version holds."""
    strength = np.asarray(likeness.sum(axis=1), dtype=np.float32)
    out = np.asarray(likeness.data / np.repeat(strength, np.diff(likeness.indptr)), np.float32)
    edges = (out, likeness.indices, likeness.indptr)
    transition = csr_array(edges, shape=likeness.shape, dtype=np.float32)
    sides = anchors.axes(found.values, found.names)
    places = anchors.ranks(sides)
    starts = np.stack([anchors.seeds(sides, emotion) for emotion in EMOTIONS], axis=1)
    shares = exact_shares(transition, starts, restart=RESTART)
    best = np.argsort(-shares, axis=0, kind="stable")[:BEST].T
    return {
        "edge_shares": transition.data,
        "edge_nodes": transition.indices,
        "edge_starts": transition.indptr,
        "strength": strength,
        "values": found.values,
        "sides": sides,
        "places": places,
        "shares": shares,
        "best": best.astype(np.int32),
        "starts": np.concatenate(([0], np.cumsum(np.bincount(found.node)))).astype(np.int32),
        **bridge.cell_arrays(places),
    }


def _leaf_order(values: Matrix) -> Ids:
    """Return the nodes so that like ones stand together: a walk then reads few pages."""
    return np.asarray(cKDTree(values, leafsize=32).indices, dtype=np.int64)


def _reordered(found: Features, likeness: Transition, order: Ids) -> tuple[Features, Transition]:
    new = np.empty(len(order), np.int32)
    new[order] = np.arange(len(order))
    edges = likeness.tocoo()
    moved = coo_array((edges.data, (new[edges.row], new[edges.col])), shape=likeness.shape)
    return Features(found.names, found.values[order], new[found.node]), csr_array(moved)


def _genres(tracks: pa.Table, starts: Ids) -> Ids:
    """Return the genre of each node's first track as a number, -1 where unknown."""
    genre = tracks["genre"].combine_chunks().dictionary_encode()
    words = genre.dictionary.to_pylist()
    codes = genre.indices.fill_null(-1).to_numpy().copy()
    codes[codes == (words.index("") if "" in words else -1)] = -1
    return np.asarray(codes[starts[:-1]])


def peak_megabytes() -> float:
    """Return the most memory that this process has held."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)
