"""Tables from spreadsheets: the sheet whose header fits songs best."""

import datetime as dt
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from graph.errors import CatalogueError, WorkbookError
from graph.importing.columns import NEEDED, matched
from graph.importing.text import MOST_UNPACKED, UNPACKED_BYTES

MOST_NOTES = 30


class Sheet:
    """The sheet of a workbook that holds songs.

    Attributes:
        names: Of its columns.
    """

    def __init__(self, path: Path, by_hand: Mapping[str, str]) -> None:
        """Find the sheet and its header: the line that names the most needed columns.

        Raises:
            CatalogueError: It is no workbook, has no rows, or unpacks to too many bytes.
        """
        import python_calamine as calamine  # only workbooks need it

        _check_size(path)
        try:
            book = calamine.CalamineWorkbook.from_path(str(path))
            sheets = [book.get_sheet_by_index(at) for at in range(len(book.sheet_names))]
        except (calamine.CalamineError, OSError) as error:
            raise WorkbookError(str(error)) from error
        candidates = [found for sheet in sheets for found in _headers(sheet, by_hand)]
        if not candidates:
            raise CatalogueError("expected a table of songs, found an empty workbook")
        _, self._sheet, self._header, self.names = max(candidates, key=lambda each: each[0])

    def rows(self) -> Iterator[Sequence[str]]:
        """Yield the rows below the header as text; empty ones are left out."""
        for at, row in enumerate(self._sheet.iter_rows()):
            if at > self._header and any(cell != "" for cell in row):
                yield [_text(cell) for cell in row]


def _headers(sheet: Any, by_hand: Mapping[str, str]) -> Iterator[tuple[int, Any, int, list[str]]]:
    for at, row in zip(range(MOST_NOTES), sheet.iter_rows(), strict=False):
        names = [_text(cell) for cell in row]
        found = matched(names, (), by_hand)
        score = sum(field in found for field in NEEDED) * 100 + len(found)
        yield score, sheet, at, names


def _text(cell: Any) -> str:  # a number, a text, a date or a truth value
    match cell:
        case bool():
            return str(cell)
        case float() if cell.is_integer():
            return str(int(cell))
        case dt.timedelta():
            return f"{int(cell.total_seconds()) // 60}:{int(cell.total_seconds()) % 60:02d}"
        case dt.time():  # Excel keeps "3:45" as a time of day
            return f"{cell.hour}:{cell.minute:02d}" if cell.hour else f"{cell.minute}:{cell.second}"
        case _:
            return str(cell)


def _check_size(path: Path) -> None:
    if not zipfile.is_zipfile(path):  # the older format is not compressed
        return
    with zipfile.ZipFile(path) as file:
        unpacked = sum(entry.file_size for entry in file.infolist())
    if unpacked > max(UNPACKED_BYTES, MOST_UNPACKED * path.stat().st_size):
        raise CatalogueError(f"expected a workbook, found one that unpacks to {unpacked:,} bytes")
