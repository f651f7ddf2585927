"""The catalogue on disk: a Parquet file whose pages carry checksums, read column by column."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from graph.errors import CatalogueError
from graph.snapshot.durable import ASIDE, sweep
from graph.snapshot.places import CATALOGUE, put

Progress = Callable[[str, float], None]
Columns = Callable[[Sequence[str] | None], pa.Table]


def read_catalogue(directory: Path) -> pa.Table:
    """Return the catalogue under `directory`, every page checked against its checksum.

    Raises:
        CatalogueError: There is none, or it is damaged.
    """
    with open_catalogue(directory / CATALOGUE) as columns:
        return columns(None)


@contextmanager
def held(directory: Path) -> Iterator[Path]:
    """Yield the catalogue of a folder as a file that an import at the same time does not replace.

    Raises:
        CatalogueError: There is none.
    """
    path = directory / CATALOGUE
    own = path.with_name(f"{ASIDE}{os.getpid()}.held{path.suffix}")
    if not path.is_file():  # else `put` would create the folder
        raise CatalogueError(f"expected a catalogue at {path}, found none")
    sweep(path.parent)
    try:
        put(path, own)
    except OSError as error:
        raise CatalogueError(f"expected a catalogue at {path}: {error}") from error
    try:
        yield own
    finally:
        own.unlink(missing_ok=True)


@contextmanager
def open_catalogue(path: Path) -> Iterator[Columns]:
    """Yield a function that reads columns of a catalogue's file: some by name, or all.

    Raises:
        CatalogueError: There is none, or it is damaged.
    """
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            yield file.read
    except (OSError, ValueError) as error:
        raise CatalogueError(f"expected a catalogue at {path}: {error}") from error
