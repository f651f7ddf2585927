"""Which cells of a column of text need work at all, from their bytes.

A regular expression looks at a cell in some hundred nanoseconds, and most cells have nothing for it
to find. Which bytes a cell has is known in a tenth of that time.
"""

from collections.abc import Callable
from string import ascii_letters, digits

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.arrays import Ids, Mask

SPACE = ord(" ")
# Every byte as a letter of a word: in lower case, all but ASCII letters and digits as a space.
WORD = bytes(
    ord(chr(byte).lower()) if chr(byte) in ascii_letters + digits else SPACE for byte in range(256)
)
BEYOND_ASCII = np.arange(256) >= 128


def these(signs: str) -> Mask:
    """Return ASCII characters as a table of bytes, (256,)."""
    found = np.zeros(256, bool)
    found[list(signs.encode("ascii"))] = True
    return found


def having(column: pa.StringArray, wanted: Mask) -> Mask:
    """Return which cells have one of some bytes, (n,).

    Args:
        column: (n,) without nulls.
        wanted: (256,), as `these` returns it.
    """
    letters, ends = _letters(column)
    hits = letters.tobytes().translate(wanted.tobytes())  # in half the time of `wanted[letters]`
    return _within(np.frombuffer(hits, bool), ends)


def made_of(column: pa.StringArray, signs: Mask, least: int, most: int) -> Mask:
    """Return which cells have `least` to `most` characters, all of them among some; (n,).

    Args:
        column: (n,) without nulls.
        signs: (256,), ASCII characters, as `these` returns them.
        least: Characters.
        most: Characters.
    """
    lengths = np.diff(_letters(column)[1])
    return np.asarray((lengths >= least) & (lengths <= most) & ~having(column, ~signs))


def crowded(column: pa.StringArray) -> Mask:
    """Return which cells begin or end with a space, or have two spaces in a row, (n,)."""
    letters, ends = _letters(column)
    spaces = letters == SPACE
    if not spaces.any():
        return np.zeros(len(column), bool)
    twice = np.zeros(len(letters), bool)
    np.logical_and(spaces[1:], spaces[:-1], out=twice[1:])
    filled = np.flatnonzero(ends[1:] > ends[:-1])
    found = _within(twice, ends)
    found[filled] |= spaces[ends[filled]] | spaces[ends[filled + 1] - 1]
    return found


def words(column: pa.StringArray) -> pa.StringArray:
    """Return the words of cells, in lower case, with single spaces between them; (n,).

    A word is of ASCII letters and digits: all else is taken for a space.

    Args:
        column: (n,) without nulls.
    """
    letters, ends = _letters(column)
    plain = np.frombuffer(letters.tobytes().translate(WORD), np.uint8)
    spaces = plain == SPACE
    kept = ~spaces
    kept[1:] |= kept[:-1] & spaces[1:]  # the first space behind a word
    first = ends[:-1][ends[1:] > ends[:-1]]
    kept[first] = ~spaces[first]  # what is before it belongs to another cell
    before = np.zeros(len(kept) + 1, np.int32)
    before[1:] = kept  # a sum that converts on its way takes five times as long
    np.cumsum(before, out=before)
    offsets, left = pa.py_buffer(before[ends]), pa.py_buffer(plain[kept])
    return pc.ascii_rtrim(pa.StringArray.from_buffers(len(column), offsets, left), " ")


def changed(
    column: pa.StringArray, where: Mask, change: Callable[[pa.StringArray], pa.StringArray]
) -> pa.StringArray:
    """Return a column in which some cells are what a function makes of them."""
    if not where.any():
        return column
    if where.all():
        return change(column)
    mask = pa.array(where)
    return pc.replace_with_mask(column, mask, change(column.filter(mask)))


def once(
    column: pa.StringArray, change: Callable[[pa.StringArray], pa.StringArray]
) -> pa.StringArray:
    """Return what a function makes of a column in which cells are repeated, as artists are.

    Args:
        column: (n,).
        change: Works cell by cell; it receives each different cell once.
    """
    coded = column.dictionary_encode()
    return change(coded.dictionary).take(coded.indices)


def _letters(column: pa.StringArray) -> tuple[Ids, Ids]:
    """Return the bytes of all cells, and where each cell begins, and the last ends, (n + 1,)."""
    _, offsets, letters = column.buffers()
    if letters is None or not len(column):
        return np.zeros(0, np.uint8), np.zeros(len(column) + 1, np.int32)
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    return np.frombuffer(letters, np.uint8)[ends[0] : ends[-1]], ends - ends[0]


def _within(hits: Mask, ends: Ids) -> Mask:
    found = np.zeros(len(ends) - 1, bool)
    found[ends.searchsorted(np.flatnonzero(hits), side="right") - 1] = True
    return found
