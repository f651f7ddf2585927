"""Song files of any usual format, read block by block as columns of text.

Delimited text, JSON, Parquet and Excel; text also compressed with gzip or zstd, or in a ZIP file.
The format is recognised by the first bytes, not by the name: a public "tracks.csv" was a gzip file.
"""

import csv
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from graph.errors import CatalogueError, EmptyFileError, MissingColumnsError
from graph.importing.columns import NEEDED, matched
from graph.importing.delimited import SAMPLE_ROWS, Batch, Delimited, layout_of
from graph.importing.records import Record, Records, as_text
from graph.importing.sheets import Sheet
from graph.importing.text import Text

COMPRESSIONS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
PARQUET, ZIP, OLE = b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BLOCK_ROWS = 1 << 15
# What Arrow and the decoders of text, ZIP files (RuntimeError: a password) and JSON raise.
ENDED = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
DAMAGE = (*ENDED, ValueError, LookupError, csv.Error, pa.ArrowException)


@dataclass(frozen=True, slots=True)
class Hints:
    """What a person states about a table that cannot be detected.

    Attributes:
        columns: The column of each field, such as `{"valence": "mood"}`.
        encoding: Of a text file.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None


NO_HINTS = Hints()


class SongFile:
    """One file of songs that is being read.

    Attributes:
        columns: The position of each field's column, such as `{"title": 3}`; known from the first
            batch on.
        names: The names of all columns, as the file writes them.
        encoding: Of a text file, else None; detected where the file does not state it.
        damaged: Characters that could not be decoded.
        cut_short: Whether the file is truncated; the rows before the end were read.
    """

    def __init__(
        self,
        path: Path,
        on_bytes: Callable[[int], None] = lambda _: None,
        hints: Hints = NO_HINTS,
    ) -> None:
        """Name the file.

        Args:
            path: Where it is.
            on_bytes: Receives the number of bytes read so far, batch by batch.
            hints: What a person states about it.
        """
        self.path = path
        self.columns: dict[str, int] = {}
        self.names: tuple[str, ...] = ()
        self._on_bytes, self._hints = on_bytes, hints
        self._text: Text | None = None
        self._rows: Delimited | Records | None = None

    @property
    def encoding(self) -> str | None:
        """Return the encoding of a text file, else None."""
        return None if self._text is None else self._text.encoding

    @property
    def damaged(self) -> int:
        """Return how many characters could not be decoded so far."""
        return 0 if self._text is None else self._text.damaged

    @property
    def cut_short(self) -> bool:
        """Return whether the file is truncated."""
        return self._text is not None and self._text.cut_short

    @property
    def broken_rows(self) -> int:
        """Return how many rows were left out for their number of cells so far."""
        return 0 if self._rows is None else self._rows.broken_rows

    @property
    def mended(self) -> int:
        """Return in how many rows an unclosed quote was read as a character so far."""
        return self._rows.mended if isinstance(self._rows, Delimited) else 0

    def batches(self) -> Iterator[Batch]:
        """Yield the file's known columns, some ten thousand rows at a time.

        Raises:
            CatalogueError: The file cannot be read or lacks a column that every track needs.
        """
        try:
            with pa.OSFile(str(self.path)) as raw:
                for batch in self._open(raw):
                    self._on_bytes(raw.tell())
                    yield batch
        except CatalogueError:
            raise
        except DAMAGE as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise CatalogueError(f"expected a table of songs in {self.path}: {reason}") from error

    def _open(self, raw: pa.NativeFile) -> Iterator[Batch]:
        magic = raw.read(4)
        raw.seek(0)
        if not magic:
            raise EmptyFileError(self.path)
        if magic == PARQUET:
            return self._parquet(raw)
        if magic == OLE or (magic == ZIP and _is_workbook(self.path)):
            return self._sheet()
        if magic == ZIP:
            return self._zipped()
        compression = next(
            (COMPRESSIONS[start] for start in COMPRESSIONS if magic.startswith(start)), None
        )
        if compression is None:
            return self._of_text(raw.read, None)
        return self._of_text(pa.CompressedInputStream(raw, compression).read, raw.tell)

    def _of_text(
        self, read: Callable[[int], bytes], packed: Callable[[], int] | None
    ) -> Iterator[Batch]:
        self._text = text = Text(read, packed, self._hints.encoding)
        start = text.head.lstrip("\ufeff \t\r\n")[:1]
        if not start:
            raise EmptyFileError(self.path)
        if start in "{[":
            self._rows = records = Records(text)
            return self._records(records.all())
        layout = layout_of(text.head, self._hints.columns)
        self._match(layout.names, layout.sample)
        self._rows = Delimited(text, layout, self.columns)
        return self._rows.batches()

    def _match(self, names: Sequence[str], sample: Sequence[Sequence[str]]) -> None:
        self.names = tuple(names)
        self.columns = matched(names, sample, self._hints.columns)
        missing = [field for field in NEEDED if field not in self.columns]
        if missing:
            raise MissingColumnsError(missing, self.path, found=self.names)

    def _zipped(self) -> Iterator[Batch]:
        """Read the largest file of a ZIP file."""
        with zipfile.ZipFile(self.path) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            if not entries:
                raise EmptyFileError(self.path)
            largest = max(entries, key=lambda entry: entry.file_size)
            with packed.open(largest) as file:
                yield from self._of_text(file.read, lambda: largest.compress_size)

    def _records(self, records: Iterator[Record]) -> Iterator[Batch]:
        while block := list(islice(records, BLOCK_ROWS)):
            names = list(dict.fromkeys([*self.names, *(name for each in block for name in each)]))
            if not self.columns:
                sample = [[as_text(each.get(name)) for name in names] for each in block[:300]]
                self._match(names, sample)
            else:
                self.names = tuple(names)
                self.columns = matched(names, (), self._hints.columns) | self.columns
            yield {
                field: pa.array([as_text(each.get(names[at])) for each in block], pa.string())
                for field, at in self.columns.items()
            }

    def _sheet(self) -> Iterator[Batch]:
        sheet = Sheet(self.path, self._hints.columns)
        rows = sheet.rows()
        sample = list(islice(rows, SAMPLE_ROWS))
        self._match(sheet.names, sample)
        for block in _blocks(sample, rows):
            yield {
                field: pa.array([row[at] if at < len(row) else "" for row in block], pa.string())
                for field, at in self.columns.items()
            }

    def _parquet(self, raw: pa.NativeFile) -> Iterator[Batch]:
        import pyarrow.parquet as pq

        with pq.ParquetFile(raw) as file:
            names = file.schema_arrow.names
            first = next(file.iter_batches(SAMPLE_ROWS), None)
            sample = [] if first is None else _sample(first)
            self._match(names, sample)
            wanted = list(dict.fromkeys(names[at] for at in self.columns.values()))
            for block in file.iter_batches(BLOCK_ROWS, columns=wanted):
                places = block.schema.names  # of equal names the first counts
                yield {
                    field: _as_text(block.column(places.index(names[at])))
                    for field, at in self.columns.items()
                }


def _blocks(
    first: Sequence[Sequence[str]], rest: Iterator[Sequence[str]]
) -> Iterator[Sequence[Sequence[str]]]:
    if first:
        yield first
    while block := list(islice(rest, BLOCK_ROWS)):
        yield block


def _sample(batch: pa.RecordBatch) -> list[list[str]]:
    columns = [_as_text(column).fill_null("").to_pylist() for column in batch.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _is_workbook(path: Path) -> bool:
    if not zipfile.is_zipfile(path):  # a damaged one: most are workbooks
        return True
    with zipfile.ZipFile(path) as file:
        names = set(file.namelist())
    return "content.xml" in names or any(name.startswith("xl/") for name in names)


def _as_text(column: pa.Array) -> pa.StringArray:
    if pa.types.is_nested(column.type):
        return pa.array([as_text(value) for value in column.to_pylist()], pa.string())
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([_said(value) for value in column.to_pylist()], pa.string())


def _said(value: Any) -> str:  # whatever a Parquet file holds
    return value.decode(errors="replace") if isinstance(value, bytes) else as_text(value)
