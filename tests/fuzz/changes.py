"""Files with bytes changed, cut out, doubled or mixed, as damage and malice leave them."""

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import strategies as st

MOST_CHANGES = 8
# Numbers at which counts and lengths overflow, in either order of bytes.
EDGES = [
    number.to_bytes(size, order)
    for size in (1, 2, 4, 8)
    for number in (0, 1, 2 ** (8 * size - 1) - 1, 2 ** (8 * size - 1), 2 ** (8 * size) - 1)
    for order in ("big", "little")
]


class Change(NamedTuple):
    """One change of a file.

    Attributes:
        kind: write, insert, remove, double, cut, or take bytes of another file.
        place: Where, as a share of the file's length.
        length: How many bytes, for those kinds that have no bytes of their own.
        content: What is written or inserted.
    """

    kind: str
    place: float
    length: int
    content: bytes


def changed(files: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Return a strategy for the files with up to `MOST_CHANGES` changes each."""
    # Headers decide most: half of all changes fall into the first fiftieth of the file.
    place = st.one_of(st.floats(0, 0.02), st.floats(0, 1))
    content = st.one_of(st.binary(min_size=1, max_size=4), st.sampled_from(EDGES), pieces_of(files))
    change = st.builds(
        Change,
        st.sampled_from(["write", "write", "write", "insert", "remove", "double", "cut"]),
        place,
        st.integers(1, 4096),
        content,
    )
    changes = st.lists(change, min_size=1, max_size=MOST_CHANGES)
    return st.builds(apply, st.sampled_from(list(files)), changes)


def pieces_of(files: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Return a strategy for pieces of the files, most of them from their headers."""

    def piece(file: bytes, start: float, length: int) -> bytes:
        first = int(start**3 * len(file))
        return file[first : first + length]

    return st.builds(piece, st.sampled_from(list(files)), st.floats(0, 1), st.integers(4, 256))


def apply(file: bytes, changes: Sequence[Change]) -> bytes:
    """Return the file after some changes, one after another."""
    for kind, share, length, content in changes:
        place = int(share * len(file))
        head, tail = file[:place], file[place:]
        match kind:
            case "write":
                file = head + content + tail[len(content) :]
            case "insert":
                file = head + content + tail
            case "remove":
                file = head + tail[length:]
            case "double":
                file = head + tail[:length] + tail
            case "cut":
                file = head or file
    return file
