"""The items of a HEIC or AVIF file, as its boxes list them.

Source: ISO/IEC 14496-12, section 8.11; ISO/IEC 23008-12, section 9.3.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from inference.errors import UnreadableError


class Box(NamedTuple):
    """A box of the file: its kind and what is in it."""

    kind: bytes
    content: bytes


class Link(NamedTuple):
    """What one item has to do with others."""

    kind: bytes
    item: int
    others: tuple[int, ...]


class Place(NamedTuple):
    """Where an item's data lie: of what the offsets count, and each piece's offset and length."""

    method: int
    pieces: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """All items of a file, by number; `properties` in the order in which they apply."""

    content: bytes = field(repr=False)
    own: bytes = field(repr=False)  # data that lie among the boxes
    main: int
    kinds: dict[int, bytes]
    links: tuple[Link, ...]
    places: dict[int, Place] = field(repr=False)
    properties: dict[int, list[Box]] = field(repr=False)

    def data(self, item: int) -> bytes:
        """Return the bytes of an item.

        Raises:
            ValueError: They lie elsewhere.
            UnreadableError: Not all of them are there.
        """
        method, pieces = self.places[item]
        if method > 1:
            raise ValueError(f"item {item} lies in another item")
        source = self.own if method else self.content
        ends = [start + length if length else len(source) for start, length in pieces]
        if max(ends) > len(source):
            raise UnreadableError(f"expected a whole picture, found {len(source)} bytes of it")
        return b"".join(source[start:end] for (start, _), end in zip(pieces, ends, strict=True))


class Cursor:
    """A way through the numbers of a full box, which begins with its version and flags."""

    def __init__(self, content: bytes) -> None:
        """Begin at the start."""
        self._content, self._position = content, 0
        self.version, self.flags = self.number(1), self.number(3)

    def number(self, n_bytes: int) -> int:
        """Return the next number."""
        return int.from_bytes(self.take(n_bytes))

    def take(self, n_bytes: int) -> bytes:
        """Return the next bytes.

        Raises:
            ValueError: There are fewer.
        """
        start, self._position = self._position, self._position + n_bytes
        if self._position > len(self._content):
            raise ValueError(f"{len(self._content)} bytes where {self._position} were expected")
        return self._content[start : self._position]

    def rest(self) -> bytes:
        """Return all that was not read yet."""
        return self._content[self._position :]


def items_of(content: bytes) -> Items:
    """Return the items of a file.

    Raises:
        ValueError, LookupError, struct.error: The boxes are damaged, or there is none.
    """
    meta = next(box.content for box in boxes(content) if box.kind == b"meta")  # others may follow
    named = {box.kind: box.content for box in boxes(meta[4:])}
    main = Cursor(named[b"pitm"])
    return Items(
        content=content,
        own=named.get(b"idat", b""),
        main=main.number(4 if main.version else 2),
        kinds=kinds_of(Cursor(named[b"iinf"])),
        links=links_of(Cursor(named[b"iref"])) if b"iref" in named else (),
        places=places_of(Cursor(named[b"iloc"])),
        properties=properties_of(named[b"iprp"]),
    )


def boxes(content: bytes) -> Iterator[Box]:
    """Yield the boxes that follow each other.

    Raises:
        ValueError: One ends after all of them, or before it begins.
        struct.error: The last one breaks off.
    """
    place = 0
    while place < len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        start = place + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", content, start)
            start += 8
        end = place + length if length else len(content)
        if not start <= end <= len(content):
            raise ValueError(f"a box {kind!r} of {length} bytes at {place}")
        if kind != b"mdat":  # all of the pictures, which are taken from the file itself
            yield Box(kind, content[start:end])
        place = end


def kinds_of(cursor: Cursor) -> dict[int, bytes]:
    """Return the kind of each item, from `iinf`."""
    cursor.number(4 if cursor.version else 2)
    kinds = {}
    for box in boxes(cursor.rest()):
        entry = Cursor(box.content)
        item = entry.number(4 if entry.version > 2 else 2)
        entry.number(2)
        kinds[item] = entry.take(4)
    return kinds


def links_of(cursor: Cursor) -> tuple[Link, ...]:
    """Return what items have to do with each other, from `iref`."""
    n_bytes = 4 if cursor.version else 2
    links = []
    for kind, content in boxes(cursor.rest()):
        starts = range(n_bytes + 2, len(content), n_bytes)
        others = tuple(int.from_bytes(content[start : start + n_bytes]) for start in starts)
        links.append(Link(kind, int.from_bytes(content[:n_bytes]), others))
    return tuple(links)


def places_of(cursor: Cursor) -> dict[int, Place]:
    """Return where the data of each item lie, from `iloc`."""
    (n_start, n_length), (n_base, n_index) = (divmod(cursor.number(1), 16) for _ in range(2))
    n_item, later = 4 if cursor.version > 1 else 2, cursor.version > 0
    places = {}
    for _ in range(cursor.number(n_item)):
        item = cursor.number(n_item)
        method = cursor.number(2) & 15 if later else 0
        cursor.number(2)  # in which file: this one
        base, pieces = cursor.number(n_base), []
        for _ in range(cursor.number(2)):
            cursor.number(n_index if later else 0)
            pieces.append((base + cursor.number(n_start), cursor.number(n_length)))
        places[item] = Place(method, tuple(pieces))
    return places


def properties_of(content: bytes) -> dict[int, list[Box]]:
    """Return what is said of each item, from `iprp`."""
    within = {box.kind: box.content for box in boxes(content)}
    known, cursor = [*boxes(within[b"ipco"])], Cursor(within[b"ipma"])
    n_item, n_bytes = 4 if cursor.version else 2, 2 if cursor.flags & 1 else 1
    properties = {}
    for _ in range(cursor.number(4)):
        item, n = cursor.number(n_item), cursor.number(1)
        numbers = [cursor.number(n_bytes) & (1 << 8 * n_bytes - 1) - 1 for _ in range(n)]
        properties[item] = [known[number - 1] for number in numbers if number]
    return properties
