"""Columns of a labelled table, read beside its import, and the graph that is built of it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.csv

from graph.building.build import Settings, build
from graph.errors import CatalogueError
from graph.importing.catalogue import Progress
from graph.importing.importer import import_files
from graph.snapshot.store import Snapshot, open_snapshot

Cell = str | float | int | None


def labels(table: Path, columns: Sequence[str]) -> Mapping[str, Sequence[Cell]]:
    """Return some columns of a CSV file, also compressed, in the order of its rows.

    Raises:
        CatalogueError: The file lacks one of them, or cannot be read.
    """
    try:
        read = pa.csv.read_csv(
            table,
            convert_options=pa.csv.ConvertOptions(include_columns=list(columns)),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        )
        return {name: read[name].to_pylist() for name in columns}
    except (OSError, ValueError, KeyError) as error:  # pyarrow's are ValueErrors
        raise CatalogueError(f"expected {', '.join(columns)} in {table}: {error}") from error


@contextmanager
def graph_of(table: Path, progress: Progress) -> Iterator[tuple[Snapshot, Path]]:
    """Give the graph of a table, built in a folder of its own, and that folder."""
    with TemporaryDirectory() as name:
        directory = Path(name)
        import_files([table], directory, progress)
        build(directory, Settings(), progress)
        yield open_snapshot(directory), directory
