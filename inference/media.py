"""What a person sends: its kind, told from the first bytes."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from inference.decoding import opened
from inference.errors import UnreadableError, UnsupportedError
from inference.heic import EITHER_BRANDS, HEIC_BRANDS
from inference.images import Image, check_bytes

MAX_SECONDS = 60.0
AVIF_BRANDS = {b"avif", b"avis"}
AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P ", b"F4A "}
RAW_BRANDS = {b"crx "}
WEBP_ANIMATED = 2  # in byte 20, the flags of the extended header: RFC 9649, section 2.7.1
# Files that people do send, and that are not read here: how each begins.
UNSUPPORTED = {
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"BM": "BMP",
    b"%PDF": "PDF",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"8BPS": "Photoshop",
    b"ID3": "audio",
    b"\xff\xfb": "audio",
    b"\xff\xf3": "audio",
    b"OggS": "audio",
    b"fLaC": "audio",
    b"#!AMR": "audio",
    b"PK\x03\x04": "ZIP",
    b"\x1f\x8b": "gzip",
    b"FLV": "Flash video",
    b"\0\0\1\xba": "MPEG video",
    b"0&\xb2u": "Windows Media",
}


class MediaKind(StrEnum):
    """How the bytes are decoded."""

    PHOTO = "photo"
    VIDEO = "video"


class Frame(NamedTuple):
    """One picture of a clip and its time in seconds from the start."""

    second: float
    image: Image


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or a clip as it was sent."""

    kind: MediaKind
    content: bytes = field(repr=False)

    @classmethod
    def of(cls, content: bytes) -> "Media":
        """Return the bytes with the kind that their beginning tells.

        Raises:
            UnreadableError: The bytes begin like nothing known, or a GIF is damaged.
            UnsupportedError: They begin like a known format that is not read here.
            TooLargeError: More bytes than are read.
        """
        check_bytes(content)
        if is_photo(content):
            return cls(MediaKind.PHOTO, content)
        if not is_animation(content):
            demuxer_of(content)
        return cls(MediaKind.VIDEO, content)


def is_photo(content: bytes) -> bool:
    """Return whether the bytes begin like a still picture that is read here."""
    if content[4:8] == b"ftyp":
        return content[8:12] in HEIC_BRANDS | EITHER_BRANDS | AVIF_BRANDS
    if content.startswith((b"\x89PNG", b"RIFF", b"GIF8")):
        return is_picture_file(content) and not is_animation(content)
    return content.startswith(b"\xff\xd8\xff")


def is_picture_file(content: bytes) -> bool:
    """Return whether the bytes begin like a PNG, a GIF or a WebP."""
    return not content.startswith(b"RIFF") or content[8:12] == b"WEBP"


def is_animation(content: bytes) -> bool:
    """Return whether a GIF, a PNG or a WebP has several pictures.

    Raises:
        UnreadableError: A GIF is damaged.
    """
    match content[:4]:
        case b"GIF8":
            with opened(content, ("GIF",)) as picture:
                return bool(getattr(picture, "is_animated", False))
        case b"\x89PNG":  # acTL with the number of pictures, before the first one's data
            place = content.find(b"acTL", 0, max(content.find(b"IDAT"), 0))
            return place > 0 and int.from_bytes(content[place + 4 : place + 8]) > 1
        case b"RIFF":
            extended = content[8:16] == b"WEBPVP8X"
            animated = extended and len(content) > 20 and content[20] & WEBP_ANIMATED
            return bool(animated) and content.count(b"ANMF") > 1
    return False


def demuxer_of(content: bytes) -> str:
    """Return FFmpeg's name for the container of a clip.

    Raises:
        UnreadableError: The bytes begin like nothing known.
        UnsupportedError: They begin like a known format that is not read here.
    """
    brand = content[8:12]
    match content[4:8], content[:4]:
        case b"ftyp", _ if brand in AUDIO_BRANDS | RAW_BRANDS:
            raise UnsupportedError(f"expected a video, found the brand {brand!r}")
        case ((b"ftyp" | b"moov" | b"mdat" | b"wide" | b"free" | b"skip"), _):
            return "mov"
        case _, b"\x1a\x45\xdf\xa3":
            return "matroska"
        case _, b"RIFF" if brand in {b"AVI ", b"WAVE"}:
            raise UnsupportedError(f"expected a picture or a video, found {brand!r}")
    for start, name in UNSUPPORTED.items():
        if content.startswith(start):
            raise UnsupportedError(f"expected a picture or a video, found {name}")
    raise UnreadableError(f"expected a picture or a video, found {len(content)} other bytes")
