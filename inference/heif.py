"""The main picture of a HEIC or AVIF file: its coded parts, and how they make one picture.

Read are one coded picture or a grid of them, turned and mirrored, with another one for what is
transparent; that is what phones and encoders write. Nothing is decoded here.
Source: ISO/IEC 23008-12, sections 6.5 and 6.6.
"""

import struct
from dataclasses import dataclass, field

from inference.boxes import Box, Items, items_of
from inference.errors import UnsupportedError

MAX_PLAIN_PIXELS = 50_000_000  # of a phone's finest mode
# How each codec's settings are called, and FFmpeg's decoder.
CODECS = {b"hvc1": (b"hvcC", "hevc"), b"av01": (b"av1C", "libdav1d")}
UNHEEDED = {b"iscl", b"a1op", b"lsel", b"tols"}  # enlarged, or one of several layers
ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", b"urn:mpeg:hevc:2015:auxid:1\0")


@dataclass(frozen=True, slots=True)
class Coded:
    """A picture as its coded parts, row by row.

    Attributes:
        codec: FFmpeg's name for the decoder.
        config: What the decoder has to know before the first part.
        parts: The data of each.
        columns: How many parts lie in a row.
        size: Width and height of the whole.
        colour: The numbers of the matrix and of the range (1: full) in the container; empty where
            it leaves that to the parts. ISO/IEC 23091-2.
    """

    codec: str
    config: bytes = field(repr=False)
    parts: tuple[bytes, ...] = field(repr=False)
    columns: int
    size: tuple[int, int]
    colour: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HeifPicture:
    """The main picture of a file.

    Attributes:
        coded: Its colours.
        alpha: What of it is opaque, as a gray picture; None where all of it is.
        shown: Left, top, right and bottom of what a viewer shows, before it is turned.
        turns: The steps that turn it upright: `irot` by so many quarters counterclockwise, `imir`
            upside down (0) or left and right (1).
    """

    coded: Coded
    alpha: Coded | None
    shown: tuple[int, int, int, int]
    turns: tuple[tuple[bytes, int], ...]


def heif_picture(content: bytes) -> HeifPicture:
    """Return the main picture of a file.

    Raises:
        UnsupportedError: It is made in another way, or the file is damaged.
        UnreadableError: The file breaks off.
    """
    try:
        items = items_of(content)
        boxes = items.properties[items.main]
        turns = tuple((b.kind, b.content[0] & 3) for b in boxes if b.kind in {b"irot", b"imir"})
        main = coded(items, items.main)
        return HeifPicture(main, alpha_of(items), shown_of(boxes, *main.size), turns)
    except (struct.error, ArithmeticError, ValueError, LookupError, StopIteration) as error:
        raise UnsupportedError(f"expected a picture of the plain kind, found {error!r}") from None


def shown_of(boxes: list[Box], width: int, height: int) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of what is shown of a picture.

    Source: ISO/IEC 14496-12, section 12.1.4 (clean aperture): a size, and how far its middle lies
        from the picture's.

    Raises:
        ValueError: The part is empty, or reaches beyond the picture.
    """
    left, top, right, bottom = 0, 0, width, height
    for box in boxes:
        if box.kind == b"clap":
            numbers = struct.unpack_from(">IIIIiIiI", box.content)
            across, down, x, y = (numbers[k] / numbers[k + 1] for k in range(0, 8, 2))
            left, top = round(x + (width - across) / 2), round(y + (height - down) / 2)
            right, bottom = left + round(across), top + round(down)
    if not (0 <= left < right <= width and 0 <= top < bottom <= height):
        raise ValueError(f"a part {left, top, right, bottom} of {width} x {height} pixels")
    return left, top, right, bottom


def alpha_of(items: Items) -> Coded | None:
    """Return the picture of what is opaque in the main one."""
    if any(link.kind == b"prem" for link in items.links):
        raise ValueError("colours that are multiplied by their opacity")
    parts = {part for kind, item, parts in items.links if kind == b"dimg" for part in parts}
    for link in items.links:
        boxes = items.properties.get(link.item, []) if link.kind == b"auxl" else []
        if any(box.kind == b"auxC" and box.content[4:].startswith(ALPHA) for box in boxes):
            if items.main in link.others:
                return coded(items, link.item)
            if parts & {*link.others}:
                raise ValueError("the opacity of each part by itself")
    return None


def coded(items: Items, item: int) -> Coded:
    """Return a picture or a grid of pictures as its coded parts.

    Raises:
        ValueError, LookupError: It is something else, or its parts do not make a grid.
    """
    if items.kinds[item] != b"grid":
        (said,) = (box.content for box in items.properties[item] if box.kind == b"ispe")
        return coded_as(items, (item,), item, columns=1, size=struct.unpack_from(">II", said, 4))
    (parts,) = (link.others for link in items.links if link[:2] == (b"dimg", item))
    grid = items.data(item)
    rows, columns = grid[2] + 1, grid[3] + 1
    if rows * columns != len(parts):
        raise ValueError(f"{len(parts)} parts in a grid of {rows} x {columns}")
    size = struct.unpack_from(">II" if grid[1] & 1 else ">HH", grid, 4)
    return coded_as(items, parts, item, columns=columns, size=size)


def coded_as(
    items: Items, parts: tuple[int, ...], whole: int, *, columns: int, size: tuple[int, ...]
) -> Coded:
    """Return parts of one codec with the same settings, whose whole has this size."""
    boxes = [box for item in (whole, *parts) for box in items.properties[item]]
    if found := UNHEEDED & {box.kind for box in boxes}:
        raise ValueError(f"enlarged, or in layers: {found}")
    (kind,) = {items.kinds[part] for part in parts}
    setting, codec = CODECS[kind]
    (config,) = {box.content for box in boxes if box.kind == setting}
    colours = (b.content for b in boxes if b.kind == b"colr" and b.content.startswith(b"nclx"))
    colour: tuple[int, ...] = ()
    for content in colours:
        matrix, is_full = struct.unpack_from(">HB", content, 8)
        colour = matrix, is_full >> 7
        break
    data = tuple(items.data(part) for part in parts)
    return Coded(codec, config, data, columns, (size[0], size[1]), colour)
