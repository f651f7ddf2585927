"""Files and folders that are whole under their name, or not there: for whoever reads, and on disk.

What is new is written aside, in the folder of its target; `publish_aside` makes it durable and
gives it its name. Whoever looks sees the old one or the new one, also after a loss of power.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

ASIDE = ".tmp-"  # then the number of the process, by which `sweep` knows what is left behind


def aside_of(target: Path) -> Path:
    """Return where this process writes what will have the target's name."""
    return target.with_name(f"{ASIDE}{os.getpid()}.{target.name}")


@contextmanager
def replacing(target: Path, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Give a file to write that takes the target's name at the end of the block.

    An exception in the block leaves the old file as it was, and nothing aside.

    Args:
        target: In a folder that exists.
        mode: Permissions of the new file, less the process's umask.

    Raises:
        OSError: It cannot be written.
    """
    aside = aside_of(target)
    aside.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
            yield file
        publish_aside(aside, target)
    finally:
        aside.unlink(missing_ok=True)


def publish_aside(aside: Path, target: Path) -> None:
    """Make a file or a folder durable with all that is in it, and give it the target's name.

    A file replaces what has the name; a folder, only an empty one.

    Raises:
        OSError: It cannot be renamed, or a folder with content has the name.
    """
    for path in (aside, *aside.rglob("*")):
        sync(path)
    aside.replace(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Make the content of a file, or the entries of a folder, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(directory: Path) -> None:
    """Remove what processes that no longer run have left aside in a folder."""
    for path in directory.glob(f"{ASIDE}*"):
        pid = path.name.removeprefix(ASIDE).partition(".")[0]
        if not pid.isdecimal() or int(pid) == os.getpid() or not _is_running(int(pid)):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
