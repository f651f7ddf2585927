"""The files of one version: NumPy arrays, and a manifest with their sizes and checksums."""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.errors import SnapshotError

FORMAT = 4
MANIFEST = "manifest.json"
PAGE_BYTES = 4096
BLOCK_BYTES = 1 << 22
SELDOM = ("name_hashes", "name_rows")  # read where somebody asks for an artist by name

Arrays = Mapping[str, NDArray[Any]]  # of several kinds, each as its writer made it


def write_arrays(folder: Path, arrays: Arrays, manifest: Mapping[str, Any]) -> None:
    """Write arrays and a manifest with their sizes and checksums; publishing makes them durable."""
    files = {}
    for name, array in arrays.items():
        path = folder / f"{name}.npy"
        np.save(path, np.ascontiguousarray(array), allow_pickle=False)
        files[name] = {"bytes": path.stat().st_size, "crc32": _checksum(path)}
    with (folder / MANIFEST).open("w", encoding="utf-8") as text:
        json.dump({"format": FORMAT, **manifest, "files": files}, text, ensure_ascii=False)


def map_array(folder: Path, name: str, manifest: Mapping[str, Any]) -> NDArray[Any]:
    """Return an array of a version, memory-mapped; most are loaded, texts are not.

    Raises:
        SnapshotError: The file is missing, or its size is not the manifest's.
    """
    path = folder / f"{name}.npy"
    try:
        if path.stat().st_size != manifest["files"][name]["bytes"]:
            raise SnapshotError(f"expected {manifest['files'][name]['bytes']} bytes in {path}")
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise SnapshotError(f"expected an array in {path}: {error}") from error
    # Page faults would make the first suggestion take a tenth of a second, so pages are loaded
    # here. Texts stay on disk: a suggestion reads five of them.
    if name not in SELDOM and f"{name}_offsets" not in manifest["files"]:
        np.add.reduce(array.reshape(-1).view(np.uint8)[::PAGE_BYTES], dtype=np.int64)
    return np.asarray(array)


def verify(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Check every file of a version against its checksum.

    Raises:
        SnapshotError: A file is missing or damaged.
    """
    for name, entry in manifest["files"].items():
        path = folder / f"{name}.npy"
        try:
            found = _checksum(path)
        except OSError as error:
            raise SnapshotError(f"expected {path}: {error}") from error
        if found != entry["crc32"]:
            raise SnapshotError(f"expected sum {entry['crc32']} of {path}, found {found}")


def _checksum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            found = zlib.crc32(block, found)
    return found
