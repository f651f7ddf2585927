"""Installing a version that was built elsewhere: from a backup, or on another host."""

import os
import shutil
from pathlib import Path

from graph.snapshot.array_files import verify
from graph.snapshot.durable import ASIDE, publish_aside
from graph.snapshot.places import CATALOGUE, OF_VERSION, put
from graph.snapshot.versions import manifest_of, point, rename_in


def adopt(directory: Path, folder: Path) -> str:
    """Copy a complete version into a graph's folder and make it current; return its new name.

    Its catalogue is restored, too, as by `roll_back`.

    Args:
        directory: The folder of the graph.
        folder: The version, anywhere.

    Raises:
        SnapshotError: It is not complete, or damaged.
    """
    verify(folder, manifest_of(folder.parent, folder.name))
    directory.mkdir(parents=True, exist_ok=True)
    aside = directory / f"{ASIDE}{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(folder, aside)
    version = rename_in(aside, directory)
    if (directory / version / OF_VERSION).exists():
        put(directory / version / OF_VERSION, directory / CATALOGUE)
    point(directory, version)
    return version


def take_in(directory: Path, aside: Path, version: str) -> None:
    """Move a complete version into a graph's folder under its own name, and make it current.

    A version of that name is replaced; who has it open still reads the old one.

    Args:
        directory: The folder of the graph.
        aside: The version, in that folder.
        version: Its name.

    Raises:
        SnapshotError: It is not complete, or damaged.
    """
    verify(aside, manifest_of(aside.parent, aside.name))
    place = directory / version
    if place.exists():
        old = directory / f"{ASIDE}{os.getpid()}.replaced"
        shutil.rmtree(old, ignore_errors=True)
        place.rename(old)
        shutil.rmtree(old, ignore_errors=True)
    publish_aside(aside, place)
    if (place / OF_VERSION).exists():
        put(place / OF_VERSION, directory / CATALOGUE)
    point(directory, version)
