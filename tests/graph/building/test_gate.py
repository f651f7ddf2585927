import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from graph.__main__ import main
from graph.building.build import Settings, build
from graph.building.gate import MEANINGS, WorseGraphError, compared
from graph.importing.catalogue import read_catalogue
from graph.importing.importer import import_files
from graph.snapshot.store import open_snapshot
from graph.snapshot.versions import roll_back
from tests.graph.conftest import WriteRows, silent, songs

RUNNING: dict[str, Any] = {
    "components": 2,
    "coverage": 0.99,
    "hubs": 0.02,
    "same_zone": 0.7,
    "same_zone_by_chance": 0.25,
    "same_genre": 0.3,
    "same_genre_by_chance": 0.02,
    "zones": {"happy": 1000, "angry": 500, "sad": 800, "calm": 400},
}


def worse(**changes: Any) -> list[str]:
    """In what a graph is worse that differs from the running one in these figures."""
    return [check.figure for check in compared(RUNNING, RUNNING | changes) if check.worse]


def test_equal_graph_is_not_worse() -> None:
    assert worse() == []


@pytest.mark.parametrize(
    ("changes", "figure"),
    [
        ({"zones": {"happy": 9000, "angry": 9000, "sad": 399}}, "zone_sad"),
        ({"coverage": 0.96}, "coverage"),
        ({"components": 5}, "components"),
        ({"hubs": 0.08}, "hubs"),
        ({"same_zone": 0.5}, "same_zone_beyond_chance"),
        ({"same_genre": 0.1}, "same_genre_beyond_chance"),
    ],
)
def test_each_figure_can_refuse(changes: dict[str, Any], figure: str) -> None:
    assert figure in worse(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"zones": {"happy": 600, "angry": 9000, "sad": 800, "calm": 400}},
        {"coverage": 0.975},
        {"components": 1},
        {"same_genre": 0.2, "same_genre_by_chance": 0.01},
        {"same_genre": None, "same_genre_by_chance": None},
    ],
)
def test_what_another_table_changes_is_let_through(changes: dict[str, Any]) -> None:
    assert worse(**changes) == []


def test_tiny_graph_is_no_measure() -> None:
    tiny = RUNNING | {"zones": {"happy": 40, "angry": 1, "sad": 2, "calm": 3}}

    assert compared(tiny, RUNNING | {"coverage": 0.1}) == []


@pytest.fixture
def shrunk(write_rows: WriteRows, tmp_path: Path) -> Path:
    """A graph of 300 songs at work, above a new catalogue of 60."""
    directory = tmp_path / "graph"
    import_files([write_rows(songs(300))], directory, silent)
    build(directory, Settings(), silent)
    import_files([write_rows(songs(60))], directory, silent)
    return directory


def test_worse_graph_is_not_published(shrunk: Path) -> None:
    with pytest.raises(WorseGraphError, match="sounds in the zone") as refused:
        build(shrunk, Settings(), silent)

    assert len(open_snapshot(shrunk)) == 300
    assert sorted(path.name for path in shrunk.iterdir()) == ["000001", "catalogue", "current"]
    assert any(check["worse"] for check in refused.value.comparison)


def test_refusal_is_1_with_words_and_json(shrunk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["build", str(shrunk), "--json"])

    told = capsys.readouterr()
    comparison = json.loads(told.out)["comparison"]
    assert code == 1
    assert "--force" in told.err
    assert {"figure", "running", "built", "limit", "worse"} == set(comparison[0])


def test_force_publishes_and_rollback_returns(
    shrunk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forced = main(["build", str(shrunk), "--force"])
    n_forced = len(open_snapshot(shrunk))
    rolled = main(["rollback", "--graph", str(shrunk)])
    n_rolled = len(open_snapshot(shrunk))
    again = main(["rollback", "--graph", str(shrunk)])

    assert (forced, rolled, again) == (0, 0, 1)
    assert (n_forced, n_rolled) == (60, 300)
    assert "no version before 000001" in capsys.readouterr().err


def titles(directory: Path) -> list[str]:
    return sorted(read_catalogue(directory)["title"].to_pylist())


def test_songs_of_another_folder_are_taken_over_with_their_graph(
    write_rows: WriteRows, tmp_path: Path
) -> None:
    directory, aside = tmp_path / "graph", tmp_path / "aside"
    import_files([write_rows(songs(300))], directory, silent)
    build(directory, Settings(), silent)
    import_files([write_rows(songs(60))], aside, silent)

    with pytest.raises(WorseGraphError):
        build(directory, Settings(), silent, songs=aside)
    refused = titles(directory)
    build(directory, Settings(), silent, songs=aside, force=True)

    assert len(refused) == 300
    assert titles(directory) == titles(aside)
    assert len(open_snapshot(directory)) == 60
    assert [path.name for path in (directory / "catalogue").iterdir()] == ["tracks.parquet"]


def test_rollback_brings_the_songs_back_too(shrunk: Path) -> None:
    build(shrunk, Settings(), silent, force=True)

    roll_back(shrunk)
    build(shrunk, Settings(), silent)

    assert len(titles(shrunk)) == len(open_snapshot(shrunk)) == 300


def test_a_version_keeps_the_songs_that_it_was_built_of(
    write_rows: WriteRows, tmp_path: Path
) -> None:
    import_files([write_rows(songs(300))], tmp_path, silent)
    more = write_rows(songs(400), "more.csv")
    command = [sys.executable, "-m", "graph", "import"]

    def replaced(step: str, _: float) -> None:
        if step == "quality":
            subprocess.run([*command, str(more), "--to", str(tmp_path)], check=True)

    version = build(tmp_path, Settings(), replaced).version

    own = pq.read_table(tmp_path / version / "catalogue.parquet")
    assert (len(own), len(open_snapshot(tmp_path))) == (300, 300)
    assert len(titles(tmp_path)) == 400


def test_songs_and_edges_are_told_without_a_limit(shrunk: Path) -> None:
    told = build(shrunk, Settings(), silent, force=True).comparison

    by_figure = {check.figure: check for check in told}
    assert set(by_figure) == set(MEANINGS)
    assert (by_figure["tracks"].running, by_figure["tracks"].built) == (300, 60)
    assert by_figure["tracks"].limit is None
    assert by_figure["edges"].words().startswith("edges: ")
