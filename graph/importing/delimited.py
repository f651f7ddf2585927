"""Delimited text: its header, its separator, and its rows as columns."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import product

import pyarrow as pa
import pyarrow.csv

from graph.importing.columns import NEEDED, matched
from graph.importing.quotes import Mender, cells_of
from graph.importing.text import BLOCK_BYTES, ByteStream, Text, lines_of

Batch = Mapping[str, pa.StringArray]

SEPARATORS = ",;\t|"
# Excel's `sep=;` line, which names the separator.
SEPARATOR_LINE = re.compile(r'\s*"?sep=(.)"?[;,\s]*', re.IGNORECASE)
# Notes, credits and empty lines stand above some headers.
MOST_NOTES = 30
SAMPLE_ROWS = 300


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a delimited text.

    Attributes:
        names: The header, as the text writes it.
        separator: Between two cells.
        skipped: Lines up to and including the header.
        sample: The first rows, as cells.
    """

    names: tuple[str, ...]
    separator: str
    skipped: int
    sample: tuple[tuple[str, ...], ...]


def layout_of(head: str, by_hand: Mapping[str, str]) -> Layout:
    """Return the layout of a text, found from its beginning.

    The header is the first line that names all columns that a song needs; if there is none, the
    line that names the most of them.
    """
    lines = [line.rstrip("\r") for line in head.split("\n")]
    told = SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    separators = told.group(1) if told else SEPARATORS
    best, place, separator = -1, 0, separators[0]
    for (at, line), sign in product(enumerate(lines[: MOST_NOTES + 1]), separators):
        found = matched(cells_of(line, sign), (), by_hand)
        score = sum(2 if field in NEEDED else 1 for field in found)
        whole = all(field in found for field in NEEDED)
        if whole or (score > best and (score or line.strip())):
            best, place, separator = score, at, sign
        if whole:
            break
    names = cells_of(lines[place], separator)
    rows = [
        cells_of(line, separator) for line in lines[place + 1 : place + 1 + SAMPLE_ROWS] if line
    ]
    if len(lines) <= place + 1 + SAMPLE_ROWS:
        rows = rows[:-1] if len(rows) > 1 and not head.endswith("\n") else rows
    names = _with_row_names(names, rows)
    return Layout(tuple(names), separator, place + 1, tuple(map(tuple, rows)))


def _with_row_names(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the header with one more name where rows have one cell more.

    R writes row names into a first column without a heading; some programs end each row with a
    separator.
    """
    longer = [row for row in rows if len(row) == len(names) + 1]
    if not rows or 2 * len(longer) <= len(rows):
        return list(names)
    return [*names, ""] if all(not row[-1] for row in longer) else ["", *names]


class Delimited:
    """The rows of a delimited text.

    Attributes:
        broken_rows: Rows with too many or too few cells, left out.
        mended: Rows in which a quote that was never closed became a letter.
    """

    def __init__(self, text: Text, layout: Layout, columns: Mapping[str, int]) -> None:
        """Read a text from its beginning; `columns` are the positions of the wanted fields."""
        self._text, self._layout, self._columns = text, layout, columns
        self._mender = Mender(len(layout.names), layout.separator)
        self._refused = 0

    @property
    def broken_rows(self) -> int:
        """Return how many rows were left out so far."""
        return self._refused + self._mender.broken

    @property
    def mended(self) -> int:
        """Return how many rows were mended so far."""
        return self._mender.mended

    def batches(self) -> Iterator[Batch]:
        """Yield the wanted columns, some ten thousand rows at a time."""
        pieces = self._mended()
        first = next(pieces, b"")
        if not first:
            return
        with closing(self._reader(ByteStream(_chained(first, pieces)))) as reader:
            for block in reader:
                yield {field: block.column(str(at)) for field, at in self._columns.items()}

    def _mended(self) -> Iterator[bytes]:
        skip = self._layout.skipped
        escaped = self._escapes()
        for lines in lines_of(self._text.pieces()):
            rows, skip = lines[skip:], max(skip - len(lines), 0)
            settled = rows if escaped else self._mender.lines(rows)
            if any(map(str.strip, settled)):
                yield ("\n".join(settled) + "\n").encode()
        left = self._mender.lines([], final=True)
        if left:
            yield ("\n".join(left) + "\n").encode()

    def _escapes(self) -> bool:
        """Return whether quotes inside cells are written as backslash and quote."""
        return self._text.head.count('\\"') > self._text.head.count('""')

    def _skip_row(self, _: object) -> str:
        self._refused += 1
        return "skip"

    def _reader(self, stream: ByteStream) -> pa.csv.CSVStreamingReader:
        # Positions: a table's own names may repeat.
        names = [str(at) for at in range(len(self._layout.names))]
        wanted = [str(at) for at in self._columns.values()]
        return pa.csv.open_csv(
            pa.PythonFile(stream, mode="r"),
            read_options=pa.csv.ReadOptions(column_names=names, block_size=2 * BLOCK_BYTES),
            parse_options=pa.csv.ParseOptions(
                delimiter=self._layout.separator,
                newlines_in_values=True,
                invalid_row_handler=self._skip_row,
                escape_char="\\" if self._escapes() else False,
            ),
            convert_options=pa.csv.ConvertOptions(
                include_columns=list(dict.fromkeys(wanted)),
                column_types=dict.fromkeys(wanted, pa.string()),
            ),
        )


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
