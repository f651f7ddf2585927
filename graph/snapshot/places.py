"""Where a catalogue lies, and how a file is put in another's place."""

import shutil
from pathlib import Path

from graph.snapshot.durable import aside_of, publish_aside

CATALOGUE = Path("catalogue") / "tracks.parquet"
# In the folder of a version: the catalogue it was built from, which `roll_back` restores.
OF_VERSION = "catalogue.parquet"


def put(file: Path, target: Path) -> None:
    """Replace a file by another atomically; the other keeps its own name, too.

    A hard link; a copy where the file system has none.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = aside_of(target)
    aside.unlink(missing_ok=True)
    try:
        try:
            aside.hardlink_to(file)
        except OSError:
            shutil.copyfile(file, aside)
        publish_aside(aside, target)
    finally:
        aside.unlink(missing_ok=True)  # two names of one file: replacing did nothing
