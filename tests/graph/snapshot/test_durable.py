"""What is written is whole under its name, or not there."""

import os
from pathlib import Path

import pytest

from graph.snapshot.durable import aside_of, publish_aside, replacing


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return what is made durable, in order; the system still does it."""
    found: list[Path] = []
    fsync = os.fsync

    def remember(handle: int) -> None:
        found.append(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    monkeypatch.setattr(os, "fsync", remember)
    return found


def test_reader_sees_old_content_until_the_end(tmp_path):
    target = tmp_path / "file"
    target.write_bytes(b"old")

    with replacing(target) as file:
        file.write(b"new")
        file.flush()
        meanwhile = target.read_bytes()

    assert (meanwhile, target.read_bytes()) == (b"old", b"new")


def test_error_leaves_old_file_and_nothing_aside(tmp_path):
    target = tmp_path / "file"
    target.write_bytes(b"old")

    with pytest.raises(OSError, match="Invalid"), replacing(target) as file:
        file.seek(-1)

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"old")]


def test_file_and_folder_are_made_durable(tmp_path, synced):
    with replacing(tmp_path / "file") as file:
        file.write(b"new")

    assert synced == [aside_of(tmp_path / "file"), tmp_path]


def test_folder_is_made_durable_with_all_in_it(tmp_path, synced):
    aside = tmp_path / "aside"
    (aside / "inner").mkdir(parents=True)
    (aside / "inner" / "file").write_bytes(b"content")

    publish_aside(aside, tmp_path / "place")

    assert (tmp_path / "place" / "inner" / "file").read_bytes() == b"content"
    assert synced == [aside, aside / "inner", aside / "inner" / "file", tmp_path]


def test_folder_with_content_is_not_replaced(tmp_path):
    for name in ("aside", "place"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name, encoding="ascii")

    with pytest.raises(OSError, match="not empty"):
        publish_aside(tmp_path / "aside", tmp_path / "place")

    assert (tmp_path / "place" / "file").read_text(encoding="ascii") == "place"


def test_permissions_are_those_asked_for(tmp_path):
    with replacing(tmp_path / "file", mode=0o600):
        pass

    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
