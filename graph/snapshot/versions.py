"""A graph on disk, and the graph in use: plain arrays, mapped into memory and never copied.

`DIR/<version>/` holds one version: NumPy files and a manifest with their sizes and sums.
`DIR/current` names the version in use. A version is written aside, made durable and renamed, then
the pointer is replaced: whoever looks sees the old graph or the new one, never half of one.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.errors import OldestGraphError, SnapshotError
from graph.snapshot.array_files import (
    FORMAT,
    MANIFEST,
    Arrays,
    map_array,
    verify,
    write_arrays,
)
from graph.snapshot.durable import ASIDE, publish_aside, replacing, sweep
from graph.snapshot.places import CATALOGUE, OF_VERSION, put

POINTER = "current"
# Up to this size, checksums are verified whenever a graph is opened. For a larger one that would
# take a second: its file sizes are checked then, its checksums by `python -m graph inspect`.
CHECKED_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """One version as it lies on disk.

    Attributes:
        version: Its folder's name; names sort by age.
        manifest: Settings, names of features, words of the codes, quality.
        arrays: Memory-mapped, read-only.
    """

    version: str
    manifest: Mapping[str, Any]  # JSON
    arrays: Arrays


def publish(
    directory: Path, arrays: Arrays, manifest: Mapping[str, Any], catalogue: Path | None = None
) -> str:
    """Write a new version and make it the current one; return its name.

    The version that was the current one is kept for `roll_back`, all others are removed.

    Args:
        directory: The folder of the graph.
        arrays: By name.
        manifest: What describes them.
        catalogue: The file it was built from, kept with the version as a hard link.
    """
    directory.mkdir(parents=True, exist_ok=True)
    sweep(directory)
    aside = directory / f"{ASIDE}{os.getpid()}"
    aside.mkdir()
    try:
        if catalogue is not None:
            put(catalogue, aside / OF_VERSION)
        write_arrays(aside, arrays, manifest)
        version = rename_in(aside, directory)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    before = _pointed_at(directory)
    point(directory, version)
    for old in versions(directory):
        if old < version and old != before:
            shutil.rmtree(directory / old, ignore_errors=True)
    return version


def roll_back(directory: Path) -> str:
    """Make the version before the current one current again; return its name.

    Its catalogue is restored, too: the next build is of its songs.

    Raises:
        OldestGraphError: There is none.
        SnapshotError: It cannot be used.
    """
    now, _ = read_manifest(directory)
    older = [version for version in versions(directory) if version < now]
    if not older:
        raise OldestGraphError(
            f"expected an older graph in {directory}, found no version before {now}"
        )
    verify(directory / older[-1], manifest_of(directory, older[-1]))
    point(directory, older[-1])
    if (own := directory / older[-1] / OF_VERSION).exists():
        put(own, directory / CATALOGUE)
    return older[-1]


def point(directory: Path, version: str) -> None:
    """Make a version in the folder the current one, atomically."""
    with replacing(directory / POINTER) as file:
        file.write(f"{version}\n".encode("ascii"))


def built_at(directory: Path, version: str) -> datetime:
    """Return when a version was built."""
    seconds = (directory / version / MANIFEST).stat().st_mtime
    return datetime.fromtimestamp(seconds, UTC)


def versions(directory: Path) -> list[str]:
    """Return the complete versions in the folder, the oldest first."""
    return sorted(path.parent.name for path in directory.glob(f"[0-9]*/{MANIFEST}"))


def read(directory: Path) -> Stored:
    """Return the current version, memory-mapped; all pages but those of texts are loaded.

    Raises:
        SnapshotError: There is no graph in the folder, or it is damaged.
    """
    version, manifest = read_manifest(directory)
    folder = directory / version
    if sum(entry["bytes"] for entry in manifest["files"].values()) <= CHECKED_BYTES:
        verify(folder, manifest)
    return Stored(
        version, manifest, {name: map_array(folder, name, manifest) for name in manifest["files"]}
    )


def read_manifest(directory: Path, *, any_format: bool = False) -> tuple[str, Mapping[str, Any]]:
    """Return the name and the manifest of the version in use.

    Raises:
        SnapshotError: There is no graph in the folder, or it is of another format.
    """
    version = _pointed_at(directory)
    if version is None:
        raise SnapshotError(f"expected a graph in {directory}: no {POINTER}")
    return version, manifest_of(directory, version, any_format=any_format)


def is_outdated(directory: Path) -> bool:
    """Return whether an older version of this program built the graph in a folder."""
    try:
        _, manifest = read_manifest(directory, any_format=True)
    except SnapshotError:
        return False
    made_as = manifest.get("format")
    return isinstance(made_as, int) and made_as < FORMAT


def _pointed_at(directory: Path) -> str | None:
    try:
        return (directory / POINTER).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None


def _is_manifest(found: object) -> bool:
    """Return whether JSON has the shape of a manifest: files with their sizes and sums."""
    if not isinstance(found, dict):
        return False
    files = found.get("files", {})
    return isinstance(files, dict) and all(
        isinstance(entry, dict) and isinstance(entry.get("bytes"), int) and "crc32" in entry
        for entry in files.values()
    )


def manifest_of(directory: Path, version: str, *, any_format: bool = False) -> Mapping[str, Any]:
    """Return the manifest of a version in the folder.

    Raises:
        SnapshotError: It is missing, unreadable, or of another format.
    """
    try:
        manifest: dict[str, Any] = json.loads((directory / version / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise SnapshotError(f"expected a graph in {directory}: {error}") from error
    if not _is_manifest(manifest):
        raise SnapshotError(f"expected a manifest in {directory / version}, found another text")
    if not any_format and manifest.get("format") != FORMAT:
        raise SnapshotError(
            f"expected format {FORMAT} in {directory / version}, found {manifest.get('format')}: "
            f"an older version built it; `python -m graph build {directory}` renews it"
        )
    return manifest


def rename_in(aside: Path, directory: Path) -> str:
    """Give a finished version the next free number; concurrent builds get different ones."""
    taken = [int(path.name) for path in directory.iterdir() if path.name.isdecimal()]
    number = max(taken, default=0) + 1
    while True:
        try:
            publish_aside(aside, directory / f"{number:06d}")
        except OSError:
            if not (directory / f"{number:06d}").exists():
                raise
            number += 1
        else:
            return f"{number:06d}"
