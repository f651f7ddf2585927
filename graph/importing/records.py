"""JSON of songs in the usual shapes: a record per line, an array, or a document that holds one."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graph.errors import CatalogueError
from graph.importing.columns import matched
from graph.importing.text import MAX_LINE, Text, lines_of

Record = Mapping[str, Any]  # any JSON values
# Characters of a document that is no array, which is read as a whole.
MAX_DOCUMENT = 1 << 26
BETWEEN = re.compile(r"[,\s]*")


class Records:
    """The records of a JSON text.

    Attributes:
        broken_rows: Lines and elements that are no record, left out.
    """

    def __init__(self, text: Text) -> None:
        """Read a text from its beginning."""
        self._text = text
        self.broken_rows = 0

    def all(self) -> Iterator[Record]:
        """Yield the records; nested values have joined names such as `track.name`.

        Raises:
            CatalogueError: It is no JSON, or nested too deeply.
        """
        try:
            for record in self._found():
                if isinstance(record, dict):
                    yield flat(record)
                else:
                    self.broken_rows += 1
        except RecursionError as error:
            raise CatalogueError("expected records, found JSON nested too deeply") from error

    def _found(self) -> Iterator[Any]:  # any JSON value
        head = self._text.head.lstrip()
        if head.startswith("["):
            return self._array()
        return self._lines() if _is_record(head.partition("\n")[0]) else self._document()

    def _lines(self) -> Iterator[Any]:
        for lines in lines_of(self._text.pieces()):
            for line in filter(str.strip, lines):
                try:
                    yield json.loads(line)
                except (ValueError, RecursionError):
                    yield None

    def _array(self) -> Iterator[Any]:
        """Yield the records of an array; in an array of arrays, the first one is the header."""
        names: list[str] | None = None
        for element in self._elements():
            if not isinstance(element, list):
                yield element
            elif names is None:
                names = [str(name) for name in element]
            else:
                yield dict(zip(names, element, strict=False))

    def _elements(self) -> Iterator[Any]:
        """Yield the elements of an array one by one: it may be larger than memory."""
        decoder = json.JSONDecoder()
        pieces = self._text.pieces()
        waiting, at = next(pieces).lstrip("\ufeff \t\r\n"), 1
        while True:
            start = BETWEEN.match(waiting, at)
            at = start.end() if start else at
            if waiting.startswith("]", at):
                return
            try:
                element, at = decoder.raw_decode(waiting, at)
            except ValueError as error:  # it goes on in the next piece
                if len(waiting) - at > MAX_LINE:
                    raise CatalogueError("expected a JSON array of records") from error
                piece = next(pieces, None)
                if piece is None:
                    self._text.cut_short = True
                    return
                waiting, at = waiting[at:] + piece, 0
            else:
                yield element

    def _document(self) -> Iterator[Any]:
        content = ""
        for piece in self._text.pieces():
            content += piece
            if len(content) > MAX_DOCUMENT:
                raise CatalogueError("expected one record a line, found one JSON object, too large")
        try:
            found = json.loads(content)
        except ValueError as error:
            raise CatalogueError(f"expected JSON, found something else: {error}") from error
        yield from _unwrapped(found)


def _is_record(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict) and not _holds_records(json.loads(line))
    except (ValueError, RecursionError):
        return False


def _holds_records(found: Record) -> bool:
    """Return whether an object is a document: its values are lists of records or columns."""
    values = list(found.values())
    lists = [each for each in values if isinstance(each, list) and each]
    records = any(isinstance(each[0], dict) and len(each[0]) > 3 for each in lists)
    columns = len(values) > 3 and all(isinstance(each, dict | list) for each in values)
    return records or columns or {"columns", "data"} <= found.keys()


def _unwrapped(found: Any) -> list[Any]:
    """Return the records of a document in any of the usual shapes."""
    if not isinstance(found, dict):
        return [found]
    if {"columns", "data"} <= found.keys():  # pandas, orient="split"
        return [dict(zip(found["columns"], row, strict=False)) for row in found["data"]]
    return _records_in(found) or [found]


def _records_in(found: Record) -> list[Any]:
    values = list(found.values())
    lists = [each for each in values if isinstance(each, list) and each]
    tables = [each for each in lists if isinstance(each[0], dict)]
    if tables:  # {"items": [...]}
        return max(tables, key=len)
    if values and all(isinstance(each, dict) for each in values):
        inner = {name for each in values for name in each}
        if _fields(inner) > _fields(found):  # {"0": {...}, "1": {...}}, or a record for each title
            return values
        rows = list(values[0])  # pandas, orient="columns"
        return [{name: found[name].get(row) for name in found} for row in rows]
    if lists and len(lists) == len(values):  # {"title": [...], "artist": [...]}
        return [dict(zip(found, row, strict=False)) for row in zip(*lists, strict=False)]
    return []


def _fields(names: Iterable[str]) -> int:
    """Return how many fields of a song some names stand for."""
    return len(matched(list(names)))


def flat(record: Record) -> Record:
    """Return a record with the values of nested records beside its own."""
    inner = {
        f"{name}.{key}": value
        for name, values in record.items()
        if isinstance(values, dict)
        for key, value in values.items()
    }
    return {**record, **inner} if inner else record


def as_text(value: Any) -> str:  # any JSON value
    """Return a value as the text of a cell; of objects, such as artists, their names."""
    match value:
        case None:
            return ""
        case list():
            return ";".join(map(as_text, value))
        case dict():
            return as_text(value.get("name"))
        case _:
            return str(value)
