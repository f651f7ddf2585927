import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from graph.errors import SnapshotError
from graph.snapshot.array_files import verify
from graph.snapshot.versions import point, publish, read, versions

ARRAYS = {"numbers": np.arange(1000, dtype=np.int32), "empty": np.zeros(0, np.float32)}
NO_PROCESS = 2**22 + 1  # above the largest process id that Linux hands out


def test_read_back_as_written(tmp_path: Path) -> None:
    version = publish(tmp_path, ARRAYS, {"features": ["a"]})

    stored = read(tmp_path)

    assert stored.version == version
    assert stored.manifest["features"] == ["a"]
    assert stored.arrays["numbers"].tolist() == list(range(1000))
    assert not stored.arrays["numbers"].flags.writeable


def test_two_versions_are_kept(tmp_path: Path) -> None:
    names = [publish(tmp_path, ARRAYS, {}) for _ in range(4)]

    assert versions(tmp_path) == names[-2:]
    assert read(tmp_path).version == names[-1]


def test_older_version_can_be_pointed_at(tmp_path: Path) -> None:
    first = publish(tmp_path, ARRAYS, {})
    publish(tmp_path, ARRAYS, {})

    point(tmp_path, first)

    assert read(tmp_path).version == first


def test_open_version_survives_its_removal(tmp_path: Path) -> None:
    publish(tmp_path, ARRAYS, {})
    stored = read(tmp_path)

    shutil.rmtree(tmp_path / stored.version)

    assert stored.arrays["numbers"].sum() == 499_500


def test_half_written_version_is_not_seen(tmp_path: Path) -> None:
    version = publish(tmp_path, ARRAYS, {})
    (tmp_path / ".tmp-1").mkdir()
    (tmp_path / ".tmp-1" / "numbers.npy").write_bytes(b"half")

    assert versions(tmp_path) == [version]
    assert read(tmp_path).version == version


def test_leftovers_of_dead_builds_are_swept(tmp_path: Path) -> None:
    dead, alive = tmp_path / f".tmp-{NO_PROCESS}", tmp_path / f".tmp-{os.getppid()}"
    dead.mkdir()
    alive.mkdir()

    publish(tmp_path, ARRAYS, {})

    assert not dead.exists()
    assert alive.exists()


def test_version_written_but_not_pointed_at_does_no_harm(tmp_path: Path) -> None:
    first = publish(tmp_path, ARRAYS, {})
    shutil.copytree(tmp_path / first, tmp_path / "000002")  # the run died before the pointer

    assert read(tmp_path).version == first
    assert publish(tmp_path, ARRAYS, {}) == "000003"


def test_failed_write_leaves_the_old_one(tmp_path: Path) -> None:
    version = publish(tmp_path, ARRAYS, {})

    with pytest.raises(ValueError, match="Object arrays"):
        publish(tmp_path, {"bad": np.array([object()])}, {})

    assert read(tmp_path).version == version
    assert not list(tmp_path.glob(".tmp-*"))


def test_no_graph_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=str(tmp_path)):
        read(tmp_path)


@pytest.mark.parametrize("damage", ["cut", "flip", "remove", "manifest", "format"])
def test_damage_is_noticed(tmp_path: Path, damage: str) -> None:
    version = tmp_path / publish(tmp_path, ARRAYS, {})
    path = version / "numbers.npy"
    content = path.read_bytes()
    match damage:
        case "cut":
            path.write_bytes(content[:-1])
        case "flip":
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        case "remove":
            path.unlink()
        case "manifest":
            (version / "manifest.json").write_text("{")
        case _:
            (version / "manifest.json").write_text('{"format": 0}')

    with pytest.raises(SnapshotError, match=r"numbers\.npy|000001|graph in"):
        read(tmp_path)


def test_sound_version_passes_the_check(tmp_path: Path) -> None:
    version = publish(tmp_path, ARRAYS, {})

    verify(tmp_path / version, read(tmp_path).manifest)
