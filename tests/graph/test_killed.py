"""What `kill -9` leaves behind: real processes of the program, killed in the middle."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graph.catalogue import import_files, read_catalogue
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
