"""Where a catalogue lies, and how one file takes another's place."""

import os
import shutil
from pathlib import Path

CATALOGUE = Path("catalogue") / "tracks.parquet"
# In the folder of a version: the catalogue that it was built of, to go back to with it.
OF_VERSION = "catalogue.parquet"


def put(file: Path, target: Path) -> None:
    """Put a file in another's place in one step; the file itself stays where it is.

    One file under two names; a copy where the file system knows no such thing.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".tmp-{os.getpid()}{target.suffix}")
    aside.unlink(missing_ok=True)
    try:
        try:
            aside.hardlink_to(file)
        except OSError:
            shutil.copyfile(file, aside)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)  # two names of one file: replacing did nothing
