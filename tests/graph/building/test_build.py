from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.building.build import Settings, build, likenesses
from graph.building.edges import FULL, likeness
from graph.building.neighbours import Metric, neighbours, normalised
from graph.errors import CatalogueError
from graph.importing.importer import import_files
from graph.snapshot.store import open_snapshot
from tests.graph.conftest import WriteRows, silent, song, songs


def unheard(_done: float) -> None:
    """Progress that nobody hears."""


def points(n: int = 300, d: int = 6) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.random.default_rng(0).normal(size=(n, d)).astype(np.float32)


@pytest.mark.parametrize("metric", Metric)
def test_neighbours_are_those_of_brute_force(metric: Metric) -> None:
    values = points()
    compared = values if metric is Metric.EUCLIDEAN else normalised(values)
    apart = np.linalg.norm(compared[:, None] - compared[None], axis=2)
    np.fill_diagonal(apart, np.inf)

    ids, distances = neighbours(values, 7, metric, unheard, compiled=False)

    assert ids.tolist() == np.argsort(apart, axis=1)[:, :7].tolist()
    assert distances == pytest.approx(np.sort(apart, axis=1)[:, :7], abs=1e-5)


def test_rows_of_equal_direction_are_not_their_own_neighbours() -> None:
    values = np.array([[1, 0], [2, 0], [3, 0], [0, 1]], np.float32)

    ids, _ = neighbours(values, 2, Metric.COSINE, unheard, compiled=False)

    assert all(node not in row for node, row in enumerate(ids.tolist()))


def test_likeness_by_hand() -> None:
    right_angle = np.array([np.sqrt(2)])

    assert likeness(right_angle, 2, Metric.COSINE) == pytest.approx([0], abs=1e-6)
    assert likeness(np.zeros(1), 2, Metric.EUCLIDEAN).tolist() == [1]
    assert likeness(right_angle, 2, Metric.EUCLIDEAN) == pytest.approx([np.exp(-0.5)])


def test_edges_count_in_both_directions() -> None:
    alike = likenesses(points(), Settings(), silent)

    assert abs(alike.astype(int) - alike.T.astype(int)).max() == 0
    assert 1 <= alike.data.min() <= alike.data.max() <= FULL


def test_threshold_leaves_the_floor() -> None:
    settings = Settings(threshold=1, neighbours=10, floor=3)

    alike = likenesses(points(), settings, silent)

    degrees = np.diff(alike.indptr)
    assert degrees.min() == 3
    assert alike.nnz <= 2 * 3 * len(degrees)


def test_threshold_drops_edges() -> None:
    loose = likenesses(points(), Settings(threshold=0, neighbours=10, floor=1), silent)
    strict = likenesses(points(), Settings(threshold=0.8, neighbours=10, floor=1), silent)

    assert strict.nnz < loose.nnz


@pytest.mark.parametrize("wrong", [{"neighbours": 0}, {"threshold": 2}, {"floor": 99}])
def test_senseless_settings_are_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="expected"):
        Settings(**wrong)


@pytest.mark.parametrize("metric", Metric)
def test_small_catalogue_becomes_a_whole_graph(
    write_rows: WriteRows, tmp_path: Path, metric: Metric
) -> None:
    import_files([write_rows(songs(60))], tmp_path, silent)

    report = build(tmp_path, Settings(metric=metric), silent)

    graph = open_snapshot(tmp_path)
    assert (report.tracks, report.nodes, len(graph)) == (60, 60, 60)
    assert graph.transition.sum(axis=1) == pytest.approx(np.ones(60), abs=1e-5)
    assert report.quality["components"] == 1


def test_same_catalogue_gives_the_same_graph(write_rows: WriteRows, tmp_path: Path) -> None:
    import_files([write_rows(songs(60))], tmp_path, silent)

    build(tmp_path, Settings(), silent)
    once = open_snapshot(tmp_path)
    build(tmp_path, Settings(), silent)
    again = open_snapshot(tmp_path)

    assert once.version != again.version
    assert once.manifest["files"] == again.manifest["files"]


def test_tracks_of_equal_sound_stay_apart(write_rows: WriteRows, tmp_path: Path) -> None:
    twins = [song("One", "A", valence=0.9), song("Two", "B", valence=0.9)]
    others = [song(f"Other {at}", "C", energy=at / 10) for at in range(10)]
    import_files([write_rows(twins + others)], tmp_path, silent)

    report = build(tmp_path, Settings(neighbours=4), silent)

    assert report.tracks == report.nodes + 1
    assert {open_snapshot(tmp_path).track_at(row).title for row in range(12)} >= {"One", "Two"}


def test_too_few_songs_are_refused(write_rows: WriteRows, tmp_path: Path) -> None:
    import_files([write_rows([song()])], tmp_path, silent)

    with pytest.raises(CatalogueError, match="expected more than 4 sounds, found 1"):
        build(tmp_path, Settings(), silent)


def test_missing_catalogue_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"catalogue.tracks\.parquet"):
        build(tmp_path, Settings(), silent)
