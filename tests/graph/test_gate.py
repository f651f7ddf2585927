import json
from pathlib import Path
from typing import Any

import pytest

from graph.__main__ import main
from graph.build import Settings, build
from graph.catalogue import import_files
from graph.gate import WorseGraphError, compared
from graph.store import open_snapshot
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
        ({"zones": {"happy": 9000, "angry": 9000, "sad": 399}}, "sounds in the zone sad"),
        ({"coverage": 0.96}, "share of sounds that hang together"),
        ({"components": 5}, "parts"),
        ({"hubs": 0.08}, "share of edges at hubs"),
        ({"same_zone": 0.5}, "neighbours of one zone beyond chance"),
        ({"same_genre": 0.1}, "neighbours of one genre beyond chance"),
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
