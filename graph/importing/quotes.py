"""Unclosed quotes in delimited text, repaired line by line so that no row is lost.

A quote that opens a cell and is not closed swallows every row up to the next quote. A line with an
odd number of quotes starts a cell of several lines, or has a stray quote. It has a stray quote if
the line is a whole row once the quote is read as a character, and the next line is a whole row too.
"""

import csv
import io
from collections.abc import Sequence

# Lines of one cell at most: more are the effect of a missing quote.
MAX_CELL_LINES = 20


def cells_of(line: str, separator: str) -> list[str]:
    """Return the cells of one line; an unpaired quote is a character."""
    cells: list[str] = []
    at = 0
    while True:
        start = at
        if line.startswith('"', at) and (end := _closing(line, at + 1, separator)) is not None:
            cells.append(line[start + 1 : end].replace('""', '"'))
            at = end + 1
        else:
            stop = line.find(separator, at)
            at = len(line) if stop < 0 else stop
            cells.append(line[start:at])
        if at >= len(line):
            return cells
        at += len(separator)


def _closing(line: str, at: int, separator: str) -> int | None:
    """Return where the quote stands that ends a cell: before a separator or the end of the line."""
    while (end := line.find('"', at)) >= 0:
        behind = line[end + 1 : end + 2]
        if behind == '"':
            at = end + 2
        elif behind in {"", separator, "\r"}:
            return end
        else:
            return None
    return None


def is_open(line: str, separator: str) -> bool:
    """Return whether the line's last quoted cell continues in the next line."""
    at = 0
    while at < len(line):
        if line[at] == '"':
            closed = _end_of_quoted(line, at + 1)
            if closed is None:
                return True
            at = closed
        stop = line.find(separator, at)
        if stop < 0:
            return False
        at = stop + 1
    return False


def _end_of_quoted(line: str, at: int) -> int | None:
    while (end := line.find('"', at)) >= 0:
        if line[end + 1 : end + 2] != '"':
            return end + 1
        at = end + 2
    return None


def written(cells: Sequence[str], separator: str) -> str:
    """Return a row as a line in which every cell is quoted."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="").writerow(cells)
    return out.getvalue()


class Mender:
    """Repairs lines of delimited text, so that each quote that opens a cell is closed.

    Attributes:
        mended: Rows in which a stray quote was read as a character.
        broken: Lines left out: they open a cell that never ends, and are no row by themselves.
    """

    def __init__(self, width: int, separator: str) -> None:
        """Name how many cells a row has, and what stands between them."""
        self._width, self._separator = width, separator
        self._waiting: list[str] = []
        self.mended = 0
        self.broken = 0

    def lines(self, lines: Sequence[str], *, final: bool = False) -> list[str]:
        """Return repaired lines; the last few may be held back until more lines are given."""
        if not self._waiting and not any('"' in line for line in lines):
            return list(lines)
        lines, self._waiting = [*self._waiting, *lines], []
        settled: list[str] = []
        at = 0
        while at < len(lines):
            line = lines[at]
            if line.count('"') % 2 == 0 or not is_open(line, self._separator):
                settled.append(line)
                at += 1
                continue
            if len(lines) - at <= MAX_CELL_LINES and not final:
                self._waiting = list(lines[at:])
                break
            taken = self._settle(lines[at : at + MAX_CELL_LINES])
            settled += taken[1]
            at += taken[0]
        return settled

    def _settle(self, lines: Sequence[str]) -> tuple[int, list[str]]:
        """Return how many lines are repaired, and the lines that replace them."""
        alone = cells_of(lines[0].rstrip("\r"), self._separator)
        follows = len(lines) < 2 or not lines[1].strip() or self._is_row(lines[1])
        if len(alone) == self._width and follows:
            self.mended += 1
            return 1, [written(alone, self._separator)]
        for n in range(2, len(lines) + 1):
            whole = "\n".join(lines[:n])
            if lines[n - 1].count('"') % 2 and not is_open(whole, self._separator):
                if len(cells_of(whole, self._separator)) == self._width:
                    return n, [whole]
                break
        self.broken += 1
        return 1, []

    def _is_row(self, line: str) -> bool:
        return len(cells_of(line.rstrip("\r"), self._separator)) == self._width
