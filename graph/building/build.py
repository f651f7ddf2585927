"""Catalogue -> graph: edges between songs of similar sound, and each emotion's place among them."""

import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa

from graph.arrays import Edges, Ids, Matrix
from graph.building.edges import edges, likeness
from graph.building.features import Features, features
from graph.building.gate import Check, WorseGraphError, compared
from graph.building.neighbours import Metric, compiled_search, leaf_order, neighbours
from graph.building.nodes import graph_arrays, popularity_of
from graph.building.quality import quality
from graph.building.track_arrays import track_arrays
from graph.errors import CatalogueError, SnapshotError
from graph.feelings import anchors
from graph.importing.catalogue import Columns, Progress, held, open_catalogue
from graph.importing.columns import FEATURES
from graph.importing.importer import import_files
from graph.snapshot.places import CATALOGUE, put
from graph.snapshot.versions import publish, read_manifest


@dataclass(frozen=True, slots=True)
class Settings:
    """How a graph is built.

    Attributes:
        metric: `euclidean` compares the values of the features, `cosine` only their direction.
        neighbours: k of the k-nearest-neighbour graph. An edge needs one of its two ends to be
            among the other's k nearest, so the mean degree is about 1.5 k.
        threshold: Similarity, 0 to 1, below which an edge is dropped.
        floor: How many nearest neighbours keep their edge below the threshold, too: without them
            84 % of a million tracks have no edge at a cosine threshold of .99.
    """

    metric: Metric = Metric.EUCLIDEAN
    neighbours: int = 16
    threshold: float = 0.5
    floor: int = 4

    def __post_init__(self) -> None:
        """Check the bounds."""
        if not (1 <= self.floor <= self.neighbours <= 1000 and 0 <= self.threshold <= 1):
            raise ValueError(f"expected 1 <= floor <= neighbours <= 1000, found {self}")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was built: version, counts, seconds, peak memory in MB, quality.

    Attributes:
        comparison: The checks against the graph that it replaced; none for a first graph.
    """

    version: str
    tracks: int
    nodes: int
    edges: int
    seconds: float
    peak_megabytes: float
    features: tuple[str, ...]
    quality: Mapping[str, Any]  # JSON
    comparison: list[Check]

    def as_dict(self) -> dict[str, Any]:
        """Return the report for programs."""
        return asdict(self)


def build(
    directory: Path,
    settings: Settings,
    progress: Progress,
    *,
    songs: Path | None = None,
    force: bool = False,
) -> BuildReport:
    """Build the graph of the catalogue under `directory` and make it the current one.

    Args:
        directory: The folder of the graph and of its catalogue.
        settings: How to build.
        progress: Receives each step's name and its progress, 0 to 1.
        songs: Another folder, whose catalogue is built instead, and replaces the one under
            `directory` once the graph is published.
        force: Whether a graph that is worse than the running one is published, too.

    Raises:
        CatalogueError: There is no catalogue, or it is too small for a graph.
        WorseGraphError: The new graph is worse than the running one, which stays.
    """
    with held(songs or directory) as file:
        report = _build(file, directory, settings, progress, force=force)
        if songs is not None:
            put(file, directory / CATALOGUE)
    return report


def _build(
    file: Path, directory: Path, settings: Settings, progress: Progress, *, force: bool
) -> BuildReport:
    began = perf_counter()
    progress("features", 0)
    with open_catalogue(file) as columns:
        found = features(columns((*FEATURES, "language")))
        if (n := len(found.values)) <= settings.floor:
            raise CatalogueError(f"expected more than {settings.floor} sounds, found {n}")
        found = _reordered(found, leaf_order(found.values, settings.metric))
        likeness = likenesses(found.values, settings, progress)
        progress("emotions", 0)
        arrays = graph_arrays(found, likeness, popularity_of(columns))
        progress("quality", 0)
        tracks = partial(_column, columns, pa.array(np.argsort(found.node, kind="stable")))
        figures = {"tracks": len(found.node), "edges": int(likeness.nnz)} | quality(
            likeness, anchors.zones(arrays["sides"]), _genres(tracks("genre"), arrays["starts"])
        )
        checks = _checked(directory, figures, force=force)
        progress("write", 0)
        texts, words = track_arrays(tracks)
    manifest = {
        "features": found.names,
        "words": words,
        "settings": asdict(settings),
        "quality": figures,
    }
    version = publish(directory, {**arrays, **texts}, manifest, file)
    progress("write", 1)
    return BuildReport(
        version,
        len(found.node),
        n,
        int(likeness.nnz),
        round(perf_counter() - began, 3),
        peak_megabytes(),
        found.names,
        figures,
        checks,
    )


def _checked(directory: Path, figures: Mapping[str, Any], *, force: bool) -> list[Check]:
    try:
        _, running = read_manifest(directory)
    except SnapshotError:  # the first graph, or the first that this version can read
        return []
    checks = compared(running["quality"], figures)
    if not force and any(check.worse for check in checks):
        raise WorseGraphError(checks)
    return checks


def last_settings(directory: Path) -> Settings:
    """Return the settings of the folder's current graph; the defaults where there is none."""
    try:
        _, manifest = read_manifest(directory, any_format=True)
        known = manifest["settings"]
        return Settings(**{**known, "metric": Metric(known["metric"])})
    except (SnapshotError, KeyError, TypeError, ValueError):  # a new build replaces it
        return Settings()


def ensure_graph(directory: Path, files: list[Path], progress: Progress) -> None:
    """Import and build unless the folder has a graph: the first start of a fresh installation."""
    if not (directory / "current").exists():
        import_files(files, directory, progress)
        build(directory, Settings(), progress)


def likenesses(values: Matrix, settings: Settings, progress: Progress) -> Edges:
    """Return the weighted edges of the k-nearest-neighbour graph, (n, n): see `edges`.

    Args:
        values: (n, d) float32, all rows different.
        settings: Metric, k and threshold.
        progress: Receives "neighbours" and its progress, 0 to 1.
    """
    n, d = values.shape
    k = min(settings.neighbours, n - 1)
    ids, distances = neighbours(
        values,
        k,
        settings.metric,
        partial(progress, "neighbours"),
        compiled=compiled_search(n),
    )
    alike = likeness(distances, d, settings.metric)
    return edges(ids, alike, (alike >= settings.threshold) | (np.arange(k) < settings.floor))


def _reordered(found: Features, order: Ids) -> Features:
    new = np.empty(len(order), np.int64)
    new[order] = np.arange(len(order))
    return Features(found.names, found.values[order], new[found.node])


def _column(columns: Columns, rows: pa.Array, name: str) -> pa.ChunkedArray:
    table = columns([name])
    if name not in table.column_names:  # a catalogue from before the column
        return pa.chunked_array([pa.nulls(len(rows), pa.string())])
    return table[name].take(rows)


def _genres(genre: pa.ChunkedArray, starts: Ids) -> Ids:
    """Return the genre of each node's first track as a number, -1 where unknown."""
    codes = genre.take(pa.array(starts[:-1])).combine_chunks().dictionary_encode()
    words = codes.dictionary.to_pylist()
    found = codes.indices.fill_null(-1).to_numpy().copy()
    found[found == (words.index("") if "" in words else -1)] = -1
    return np.asarray(found)


def peak_megabytes() -> float:
    """Return the peak resident memory of this process."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)
