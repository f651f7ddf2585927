import io
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from graph.__main__ import main
from graph.snapshot.store import Snapshot
from tests.graph.conftest import WriteRows, songs

EMOTIONS = "happy=0.7,sad=0.3"


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:  # JSON
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_import_and_build_report(
    write_rows: WriteRows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_rows(songs(40))

    codes = [
        main(["import", str(path), "--to", str(tmp_path), "--json"]),
        main(["build", str(tmp_path), "--metric", "cosine", "--neighbours", "5", "--json"]),
    ]

    read, built = lines(capsys)
    assert codes == [0, 0]
    assert (read["read"], read["kept"]) == (40, 40)
    assert {"tracks", "edges", "seconds", "peak_megabytes", "quality"} <= set(built)


def test_a_second_build_keeps_the_settings(
    write_rows: WriteRows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", str(write_rows(songs(40))), "--to", str(tmp_path)])
    main(["build", str(tmp_path), "--metric", "cosine", "--neighbours", "3", "--threshold", "0.2"])

    main(["build", str(tmp_path)])
    main(["build", str(tmp_path), "--neighbours", "9"])

    capsys.readouterr()
    main(["inspect", "--graph", str(tmp_path), "--json"])
    [found] = lines(capsys)
    assert found["version"] == "000003"
    assert found["settings"] == {
        "metric": "cosine",
        "neighbours": 9,
        "threshold": 0.2,
        "floor": 4,
    }


def test_a_damaged_graph_can_be_built_again(
    write_rows: WriteRows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", str(write_rows(songs(40))), "--to", str(tmp_path)])
    main(["build", str(tmp_path)])
    (tmp_path / "000001" / "manifest.json").write_text("{}")

    assert main(["build", str(tmp_path)]) == 0
    assert "version: 000002" in capsys.readouterr().out


def test_progress_goes_to_stderr_as_json(
    write_rows: WriteRows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", str(write_rows(songs(40))), "--to", str(tmp_path), "--progress"])
    main(["build", str(tmp_path), "--progress"])

    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [step["step"] for step in told][-1] == "write"
    assert {"read", "neighbours", "emotions"} <= {step["step"] for step in told}
    assert all(0 <= step["done"] <= 1 for step in told)


def test_rank_is_by_score(built_graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["rank", "--graph", str(built_graph), "--emotion", "sad", "-n", "30", "--json"])

    found = lines(capsys)
    scores = [line["score"] for line in found]
    assert len(found) == 30
    assert scores == sorted(scores, reverse=True)
    assert set(found[0]) == {"track_id", "title", "artist", "score"}


def test_rank_can_list_everything(
    built_graph: Path, starter: Snapshot, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["rank", "--graph", str(built_graph), "--emotion", "fear", "-n", "999999", "--json"])

    assert len({line["track_id"] for line in lines(capsys)}) == np.count_nonzero(starter.kinds == 0)


def test_suggest_gives_reason_and_links(
    built_graph: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["suggest", "--graph", str(built_graph), "--emotions", EMOTIONS, "-n", "4", "--json"])

    found = lines(capsys)
    assert len(found) == 4
    assert all(line["reason"] and line["title"] for line in found)
    assert all(link.startswith("https://") for line in found for link in line["links"].values())


def test_excluded_tracks_are_left_out(
    built_graph: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ["suggest", "--graph", str(built_graph), "--emotions", EMOTIONS, "--json"]
    main(ask)
    first = [line["track_id"] for line in lines(capsys)]

    main([*ask, "--exclude", ",".join(first), "--aim", "lift", "--liked", first[0]])

    assert not {line["track_id"] for line in lines(capsys)} & set(first)


def test_filters_and_freshness_can_be_asked_for(
    built_graph: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ["suggest", "--graph", str(built_graph), "--emotions", EMOTIONS, "--json"]
    wish = ["--language", "en, FR", "--genre", "rock,pop", "--decade", "1970,1985", "--clean"]
    main([*ask, *wish])
    first = lines(capsys)

    disliked = first[0]["track_id"]
    main([*ask, *wish, "--freshness", "1", "--disliked", disliked])

    found = lines(capsys)
    assert len(found) == len(first) == 10
    assert disliked not in {line["track_id"] for line in found}
    assert all(
        line["language"] in {"en", "fr"}
        and line["genre"] in {"rock", "pop"}
        and line["year"] // 10 in {197, 198}
        for line in first + found
    )


def test_filters_that_nothing_passes_are_refused(
    built_graph: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(
        ["suggest", "--graph", str(built_graph), "--emotions", EMOTIONS, "--genre", "polka"]
    )

    assert code == 1
    assert "expected a song that passes all filters" in capsys.readouterr().err


def test_words_are_for_people(built_graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["suggest", "--graph", str(built_graph), "--emotions", "sad=1", "-n", "1"])
    main(["inspect", "--graph", str(built_graph)])

    out = capsys.readouterr().out
    assert ": suits sad: " in out
    assert "quality.components: 1\n" in out


def test_export_is_graphml(built_graph: Path, starter: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "graph.graphml"

    main(["export", "--graph", str(built_graph), "--out", str(path)])

    network = nx.read_graphml(io.BytesIO(path.read_bytes()))
    assert network.number_of_nodes() == len(starter.sides)
    assert network.number_of_edges() == starter.likeness.nnz // 2
    assert {"title", "artist", "zone"} <= set(network.nodes["n0" if "n0" in network else "0"])


def test_draw_writes_a_picture(built_graph: Path, starter: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "why.png"
    track_id = starter.track_at(0).id

    main(["draw", "--graph", str(built_graph), "--track", track_id, "--out", str(path)])

    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "command",
    [
        ["inspect", "--graph", "{}/nowhere"],
        ["build", "{}/nowhere"],
        ["import", "{}/none.csv", "--to", "{}"],
    ],
)
def test_refusal_is_1_with_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    code = main([part.format(tmp_path) for part in command])

    assert code == 1
    assert str(tmp_path) in capsys.readouterr().err


def test_building_where_there_is_nothing_leaves_nothing(tmp_path: Path) -> None:
    assert main(["build", str(tmp_path / "nowhere")]) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["sing"],
        ["rank", "--graph", "x", "--emotion", "bored"],
        ["rank", "--graph", "x", "--emotion", "sad", "-n", "0"],
        ["suggest", "--graph", "x", "--emotions", "happy"],
        ["suggest", "--graph", "x", "--emotions", "happy=-1"],
        ["suggest", "--graph", "x", "--emotions", "sad=1", "--freshness", "2"],
        ["suggest", "--graph", "x", "--emotions", "sad=1", "--decade", "seventies"],
        ["build", "x", "--threshold", "7"],
    ],
)
def test_wrong_usage_is_2(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(command)

    assert stopped.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name",
    ["import", "build", "evaluate", "rollback", "rank", "suggest", "inspect", "draw", "export"],
)
def test_help_everywhere(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([name, "--help"])

    assert stopped.value.code == 0
    assert "usage: python -m graph" in capsys.readouterr().out


@pytest.mark.parametrize("n", [20, 300])  # less, and more, than is written at once
def test_a_reader_that_has_enough_ends_it_quietly(
    write_rows: WriteRows, tmp_path: Path, n: int
) -> None:
    graph = tmp_path / "graph"
    main(["import", str(write_rows(songs(300))), "--to", str(graph)])
    main(["build", str(graph)])
    command = [sys.executable, "-m", "graph", "rank", "--graph", str(graph)]

    with subprocess.Popen(
        [*command, "--emotion", "sad", "-n", str(n), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()

    assert said == b""
    assert process.returncode == 128 + 13


@pytest.mark.parametrize(
    "manifest",
    ["[]", '"x"', "{}", '{"files": []}', '{"files": {"id": {"bytes": "x"}}}', "[" * 9999],
)
def test_an_odd_manifest_is_refused_with_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], manifest: str
) -> None:
    (tmp_path / "000001").mkdir()
    (tmp_path / "000001" / "manifest.json").write_text(manifest)
    (tmp_path / "current").write_text("000001\n")

    assert main(["inspect", "--graph", str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err


def test_a_folder_that_is_none_is_refused_with_a_reason(
    write_rows: WriteRows, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write_rows(songs(5))

    assert main(["import", str(table), "--to", str(table / "graph")]) == 1
    assert "Not a directory" in capsys.readouterr().err


def test_a_full_disk_is_told_and_nothing_stays(write_rows: WriteRows, tmp_path: Path) -> None:
    table, graph = write_rows(songs(5000)), tmp_path / "graph"
    # No file may grow beyond this: the same error at the same call as on a full disk.
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096));"
        "from graph.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", limited, "import", str(table), "--to", str(graph)]

    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert "expected a disk to write on" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(graph.rglob("*")) == []


def test_a_column_named_by_hand_is_used(
    write_rows: WriteRows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{**row, "mood": row["valence"], "valence": 0.5} for row in songs(5)]
    table = write_rows(rows)

    code = main(["import", str(table), "--to", str(tmp_path), "--column", "valence=mood"])

    assert code == 0
    assert "valence = 'mood'" in capsys.readouterr().out


def test_ctrl_c_ends_it_quietly(write_rows: WriteRows, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "graph", "import", str(write_rows(songs(200_000)))]
    with subprocess.Popen(
        [*command, "--to", str(tmp_path / "graph"), "--progress"], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()

    assert process.returncode == 128 + signal.SIGINT
    assert "stopped" in said
    assert "Traceback" not in said
    assert not list((tmp_path / "graph").rglob("*.*"))
