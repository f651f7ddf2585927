"""What `kill -9` leaves behind: real processes of the program, killed in the middle."""

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.building.build import Settings, build
from graph.importing.catalogue import read_catalogue
from graph.importing.importer import import_files
from graph.snapshot.array_files import verify
from graph.snapshot.store import open_snapshot
from graph.snapshot.versions import versions
from tests.graph.conftest import WriteRows, silent, song, songs

pytestmark = pytest.mark.slow


def killed_at(step: str, *command: str) -> None:
    """Run a command of the program and kill it without warning when it begins a step."""
    process = subprocess.Popen(
        [sys.executable, "-m", "graph", *command, "--progress"], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    with process, process.stderr:
        for line in process.stderr:
            if json.loads(line)["step"] == step:
                process.send_signal(signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL


def test_killed_import_leaves_the_catalogue_and_the_next_is_clean(
    write_rows: WriteRows, tmp_path: Path
) -> None:
    directory = tmp_path / "graph"
    import_files([write_rows([song("Before")])], directory, silent)
    many = write_rows(songs(40_000), "many.csv")

    for step in ("read", "merge", "write"):
        killed_at(step, "import", str(many), "--to", str(directory))
        assert read_catalogue(directory)["title"].to_pylist() == ["Before"]
    report = import_files([many], directory, silent)

    assert report.kept == len(read_catalogue(directory)) == 40_000
    assert [path.name for path in (directory / "catalogue").iterdir()] == ["tracks.parquet"]


@pytest.mark.parametrize("step", ["features", "neighbours", "emotions", "quality", "write"])
def test_killed_build_leaves_the_running_graph_and_the_next_is_clean(
    built_graph: Path, tmp_path: Path, step: str
) -> None:
    directory = Path(shutil.copytree(built_graph, tmp_path / "graph"))
    running = open_snapshot(directory)

    killed_at(step, "build", str(directory), "--metric", "cosine")
    left = open_snapshot(directory)
    verify(directory / left.version, left.manifest)
    report = build(directory, Settings(), silent)

    assert (left.version, len(left)) == (running.version, len(running))
    assert not list(directory.glob(".*"))
    assert versions(directory) == [running.version, report.version]
    assert open_snapshot(directory).version == report.version


def test_killed_while_writing_leaves_nothing_that_counts(built_graph: Path, tmp_path: Path) -> None:
    directory = Path(shutil.copytree(built_graph, tmp_path / "graph"))
    command = [sys.executable, "-m", "graph", "build", str(directory)]

    # On a busy machine the build may end between two looks; then another one is killed.
    while not _killed_while_writing(command, directory):
        pass
    before = versions(directory)
    build(directory, Settings(), silent)

    assert open_snapshot(directory).version not in before
    assert not list(directory.glob(".tmp-*"))


def _killed_while_writing(command: list[str], directory: Path) -> bool:
    """Kill a build once its first array is there; return whether that came in time."""
    with subprocess.Popen(command) as process:
        while not list(directory.glob(".tmp-*/*.npy")) and process.poll() is None:
            time.sleep(0.001)
        process.kill()
    return process.returncode == -signal.SIGKILL
