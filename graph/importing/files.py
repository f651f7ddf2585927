"""Song files as they are found in the world, read block by block as columns of text.

CSV with any of four separators, JSON lines and Parquet; the first two also compressed with gzip
or zstd. What a file is, its first bytes say: names lie (a public "tracks.csv" was a gzip file).
"""

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from graph.errors import CatalogueError, MissingColumnsError
from graph.importing.columns import NEEDED, matched

Batch = Mapping[str, pa.StringArray]

COMPRESSIONS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
PARQUET = b"PAR1"
ENCODINGS = {codecs.BOM_UTF8: "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SEPARATORS = ",;\t|"
# Enough for the header and for telling UTF-8 from cp1252; a block is what is in memory at once.
HEAD_BYTES = 1 << 18
BLOCK_BYTES = 1 << 23
BLOCK_ROWS = 1 << 15
# Of a compressed stream that breaks off, the piece in which it does is lost.
PIECE_BYTES = 1 << 14


class SongFile:
    """One file of songs while it is read.

    Attributes:
        columns: What the file holds, such as `{"title": 3}`, known once the first batch is out.
        broken_rows: Rows with too many or too few cells, left out.
        cut_short: The file breaks off in the middle; what came before was read.
    """

    def __init__(self, path: Path, on_bytes: Callable[[int], None] = lambda _: None) -> None:
        """Name the file; `on_bytes` hears now and then how many bytes of it are done."""
        self.path = path
        self.columns: dict[str, int] = {}
        self.broken_rows = 0
        self.cut_short = False
        self._on_bytes = on_bytes

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
        except (OSError, ValueError, csv.Error) as error:  # pyarrow's errors are ValueErrors
            raise CatalogueError(f"expected a table of songs in {self.path}: {error}") from error

    def _open(self, raw: pa.NativeFile) -> Iterator[Batch]:
        magic = raw.read(4)
        raw.seek(0)
        if magic == PARQUET:
            return self._parquet(raw)
        compression = next(
            (COMPRESSIONS[start] for start in COMPRESSIONS if magic.startswith(start)), None
        )
        stream = Utf8Stream(
            raw if compression is None else pa.CompressedInputStream(raw, compression)
        )
        batches = self._json_lines if stream.head.lstrip()[:1] in "{[" else self._csv
        return self._to_the_end(batches(stream), stream)

    def _to_the_end(self, batches: Iterator[Batch], stream: "Utf8Stream") -> Iterator[Batch]:
        yield from batches
        self.cut_short = stream.cut_short

    def _match(self, names: Sequence[str]) -> None:
        self.columns = matched(names)
        missing = [field for field in NEEDED if field not in self.columns]
        if missing:
            raise MissingColumnsError(missing, self.path)

    def _csv(self, stream: "Utf8Stream") -> Iterator[Batch]:
        line = stream.head.splitlines()[0] if stream.head else ""
        separator = max(SEPARATORS, key=line.count)
        names = next(csv.reader(io.StringIO(stream.head), delimiter=separator), [])
        self._match(names)
        with closing(_csv_reader(stream, len(names), separator, self)) as reader:
            for block in reader:
                yield {field: block.column(str(at)) for field, at in self.columns.items()}

    def skip_row(self, _: object) -> str:
        """Count a row that has too many or too few cells."""
        self.broken_rows += 1
        return "skip"

    def _json_lines(self, stream: "Utf8Stream") -> Iterator[Batch]:
        lines = io.BufferedReader(stream, BLOCK_BYTES)
        while records := list(self._records(lines)):
            names = list(dict.fromkeys(name for record in records for name in record))
            if not self.columns:
                self._match(names)
            yield {
                field: pa.array([_text(record.get(names[at])) for record in records], pa.string())
                for field, at in matched(names).items()
            }

    def _records(self, lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:  # any JSON value
        for _, line in zip(range(BLOCK_ROWS), lines, strict=False):
            try:
                record = json.loads(line)
            except ValueError:
                record = None
            if isinstance(record, dict):
                yield record
            elif line.strip():
                self.broken_rows += 1

    def _parquet(self, raw: pa.NativeFile) -> Iterator[Batch]:
        with pa.parquet.ParquetFile(raw) as file:
            names = file.schema_arrow.names
            self._match(names)
            wanted = [names[at] for at in self.columns.values()]
            for block in file.iter_batches(BLOCK_ROWS, columns=wanted):
                yield {
                    field: _as_text(block.column(names[at])) for field, at in self.columns.items()
                }


def _csv_reader(
    stream: "Utf8Stream", width: int, separator: str, file: SongFile
) -> pa.csv.CSVStreamingReader:
    names = [str(at) for at in range(width)]  # positions: a file's own names may repeat
    wanted = [str(at) for at in file.columns.values()]
    return pa.csv.open_csv(
        pa.PythonFile(stream, mode="r"),
        read_options=pa.csv.ReadOptions(
            column_names=names, skip_rows_after_names=1, block_size=BLOCK_BYTES
        ),
        parse_options=pa.csv.ParseOptions(
            delimiter=separator, newlines_in_values=True, invalid_row_handler=file.skip_row
        ),
        convert_options=pa.csv.ConvertOptions(
            include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string())
        ),
    )


def _text(value: Any) -> str:  # any JSON value
    match value:
        case None:
            return ""
        case list():
            return ";".join(_text(item) for item in value)
        case dict():
            return _text(value.get("name"))
        case _:
            return str(value)


def _as_text(column: pa.Array) -> pa.StringArray:
    if pa.types.is_nested(column.type):
        return pa.array([_text(value) for value in column.to_pylist()], pa.string())
    return column.cast(pa.string())


class Utf8Stream(io.RawIOBase):
    """A text file's bytes as UTF-8, whatever it was written in; where it breaks off, it ends.

    Attributes:
        head: The text's beginning, for finding out what it is.
    """

    def __init__(self, raw: pa.NativeFile) -> None:
        """Read the beginning and settle the encoding."""
        super().__init__()
        self._raw = raw
        self.cut_short = False
        first = self._bytes(HEAD_BYTES)
        self._decoder = codecs.getincrementaldecoder(_encoding(first))(errors="replace")
        self.head = self._decoder.decode(first)
        self._ready = self.head.encode()

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # typeshed's WriteableBuffer exists in stubs alone
        """Fill the buffer with the next bytes and return how many there were; 0 at the end."""
        while not self._ready and (block := self._bytes(BLOCK_BYTES)):
            self._ready = self._decoder.decode(block).encode()
        taken = self._ready[: len(buffer)]
        self._ready = self._ready[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def _bytes(self, size: int) -> bytes:
        pieces: list[bytes] = []
        try:
            while size > 0 and (piece := bytes(self._raw.read(min(size, PIECE_BYTES)))):
                pieces.append(piece)
                size -= len(piece)
        except OSError:  # a compressed stream that ends in the middle
            self.cut_short = True
        return b"".join(pieces)


def _encoding(first: bytes) -> str:
    for mark, encoding in ENCODINGS.items():
        if first.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(first)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
