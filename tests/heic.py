"""HEIC files for the tests: one HEVC picture in the boxes of ISO/IEC 23008-12."""

import struct
from io import BytesIO
from typing import Any

import av
from av.container import InputContainer
from PIL import Image

from tests.drawing import clip_of


def heic(picture: Image.Image, *, brand: bytes = b"heic", quarters: int = 0) -> bytes:
    """Return the bytes of a HEIC file.

    Args:
        picture: With even sides.
        brand: The major brand; `heic` is always among the compatible ones.
        quarters: By how many quarters counterclockwise a viewer turns the picture.
    """
    options: dict[str, Any] = {"crf": 12, "x265-params": "log-level=error:bframes=0"}
    clip = clip_of([picture], codec="libx265", **options)
    with av.open(BytesIO(clip)) as file:
        assert isinstance(file, InputContainer)
        stream = file.streams.video[0]
        config = bytes(stream.codec_context.extradata or b"")
        data = b"".join(bytes(packet) for packet in file.demux(stream))
    kinds = box(b"ftyp", brand + struct.pack(">I", 0) + b"mif1heic")
    properties = [
        box(b"hvcC", config),
        full_box(b"ispe", struct.pack(">II", *picture.size)),
        box(b"irot", bytes([quarters])),
    ]
    numbered = bytes(k | 0x80 for k in range(1, len(properties) + 1))  # all are essential

    def meta(offset: int) -> bytes:
        """Return what describes the picture, whose data lie at this place in the file."""
        entry = full_box(b"infe", struct.pack(">HH4sB", 1, 0, b"hvc1", 0), version=2)
        place = struct.pack(">BBHHHHII", 0x44, 0, 1, 1, 0, 1, offset, len(data))
        linked = struct.pack(">IHB", 1, 1, len(numbered)) + numbered
        return full_box(
            b"meta",
            full_box(b"hdlr", struct.pack(">I4s12xB", 0, b"pict", 0))
            + full_box(b"pitm", struct.pack(">H", 1))
            + full_box(b"iinf", struct.pack(">H", 1) + entry)
            + full_box(b"iloc", place)
            + box(b"iprp", box(b"ipco", b"".join(properties)) + full_box(b"ipma", linked)),
        )

    before = len(kinds) + len(meta(0)) + 8
    return kinds + meta(before) + box(b"mdat", data)


def box(kind: bytes, content: bytes) -> bytes:
    """Return a box of ISO/IEC 14496-12."""
    return struct.pack(">I4s", 8 + len(content), kind) + content


def full_box(kind: bytes, content: bytes, *, version: int = 0) -> bytes:
    """Return a box with version and flags."""
    return box(kind, struct.pack(">I", version << 24) + content)
