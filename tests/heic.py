"""HEIC files for the tests: HEVC pictures in the boxes of ISO/IEC 23008-12."""

import struct
from io import BytesIO
from typing import Any, NamedTuple

import av
from av.container import InputContainer
from PIL import Image

from tests.drawing import clip_of

MAIN, ALPHA, FIRST_TILE = 1, 2, 3


class Item(NamedTuple):
    """One item: its number, kind, data and properties."""

    number: int
    kind: bytes
    data: bytes
    properties: tuple[bytes, ...]


def heic(
    picture: Image.Image,
    *said: bytes,
    brand: bytes = b"heic",
    grid: tuple[int, int] = (1, 1),
    opaque: Image.Image | None = None,
    **options: object,
) -> bytes:
    """Return the bytes of a HEIC file.

    Args:
        picture: With even sides.
        said: Properties of it: how it is turned, or what its colours mean.
        brand: The major brand; `heic` is always among the compatible ones.
        grid: Of so many columns and rows of coded pictures.
        opaque: A gray picture, how opaque each pixel is.
        options: Of the encoder.
    """
    links: list[bytes] = []
    items: list[Item] = []
    if grid == (1, 1):
        items.append(coded(MAIN, picture, *said, **options))
    else:
        tiles = cut(picture, *grid)
        numbers = range(FIRST_TILE, FIRST_TILE + len(tiles))
        items += [coded(n, tile, **options) for n, tile in zip(numbers, tiles, strict=True)]
        layout = struct.pack(">BBBBHH", 0, 0, grid[1] - 1, grid[0] - 1, *picture.size)
        items.append(Item(MAIN, b"grid", layout, (size(picture), *said)))
        parts = struct.pack(f">HH{len(numbers)}H", MAIN, len(numbers), *numbers)
        links.append(box(b"dimg", parts))
    if opaque is not None:
        kind = full_box(b"auxC", b"urn:mpeg:hevc:2015:auxid:1\0")
        items.append(coded(ALPHA, opaque, kind, **options))
        links.append(box(b"auxl", struct.pack(">HHH", ALPHA, 1, MAIN)))
    return file_of(brand, items, links)


def turned(quarters: int) -> bytes:
    """Return the property of a picture that a viewer turns counterclockwise."""
    return box(b"irot", bytes([quarters]))


def mirrored(way: int) -> bytes:
    """Return the property of a picture that a viewer turns upside down (0) or mirrors (1)."""
    return box(b"imir", bytes([way]))


def cropped(width: int, height: int, right: int, down: int) -> bytes:
    """Return the property of a picture of which only a part is shown, away from the middle."""
    return box(b"clap", struct.pack(">IIIIiIiI", width, 1, height, 1, right, 1, down, 1))


def coloured(matrix: int, *, full: bool) -> bytes:
    """Return the property that tells how colours are stored."""
    return box(b"colr", struct.pack(">4sHHHB", b"nclx", 1, 13, matrix, full << 7))


def cut(picture: Image.Image, columns: int, rows: int) -> list[Image.Image]:
    """Return the parts of a grid, row by row; they are of one size, and may reach beyond it."""
    width, height = (-(-picture.size[k] // (2 * n)) * 2 for k, n in enumerate((columns, rows)))
    places = ((width * (n % columns), height * (n // columns)) for n in range(columns * rows))
    return [picture.crop((x, y, x + width, y + height)) for x, y in places]


def coded(number: int, picture: Image.Image, *properties: bytes, **options: object) -> Item:
    """Return an item with a picture in HEVC."""
    chosen: dict[str, Any] = {"crf": 12, "x265-params": "log-level=error:bframes=0"} | options
    clip = clip_of([picture.convert("RGB")], codec="libx265", **chosen)
    with av.open(BytesIO(clip)) as file:
        assert isinstance(file, InputContainer)
        stream = file.streams.video[0]
        config = bytes(stream.codec_context.extradata or b"")
        data = b"".join(bytes(packet) for packet in file.demux(stream))
    return Item(number, b"hvc1", data, (box(b"hvcC", config), size(picture), *properties))


def size(picture: Image.Image) -> bytes:
    """Return the property that tells the size of a picture."""
    return full_box(b"ispe", struct.pack(">II", *picture.size))


def file_of(brand: bytes, items: list[Item], links: list[bytes]) -> bytes:
    """Return the file of some items and what they have to do with each other."""
    kinds = box(b"ftyp", brand + struct.pack(">I", 0) + b"mif1heic")
    before = len(kinds) + len(meta(items, links, 0)) + 8
    data = b"".join(item.data for item in items)
    return kinds + meta(items, links, before) + box(b"mdat", data)


def meta(items: list[Item], links: list[bytes], offset: int) -> bytes:
    """Return what describes the items, whose data lie at this place in the file."""
    entries, places, said = b"", b"", b""
    known: list[bytes] = []
    for item in items:
        entry = struct.pack(">HH4sB", item.number, 0, item.kind, 0)
        entries += full_box(b"infe", entry, version=2)
        places += struct.pack(">HHHII", item.number, 0, 1, offset, len(item.data))
        offset += len(item.data)
        numbers = range(len(known) + 1, len(known) + len(item.properties) + 1)
        known += item.properties
        essential = bytes(number | 0x80 for number in numbers)
        said += struct.pack(">HB", item.number, len(essential)) + essential
    linked = full_box(b"ipma", struct.pack(">I", len(items)) + said)
    return full_box(
        b"meta",
        full_box(b"hdlr", struct.pack(">I4s12xB", 0, b"pict", 0))
        + full_box(b"pitm", struct.pack(">H", MAIN))
        + full_box(b"iinf", struct.pack(">H", len(items)) + entries)
        + full_box(b"iloc", struct.pack(">BBH", 0x44, 0, len(items)) + places)
        + full_box(b"iref", b"".join(links))
        + box(b"iprp", box(b"ipco", b"".join(known)) + linked),
    )


def box(kind: bytes, content: bytes) -> bytes:
    """Return a box of ISO/IEC 14496-12."""
    return struct.pack(">I4s", 8 + len(content), kind) + content


def full_box(kind: bytes, content: bytes, *, version: int = 0) -> bytes:
    """Return a box with version and flags."""
    return box(kind, struct.pack(">I", version << 24) + content)
