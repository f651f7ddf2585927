"""What a person sends: its kind, told from the first bytes, and the frames of a clip.

Clips are decoded from memory by PyAV: a video, a round video note, an animated GIF.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from io import BytesIO
from time import thread_time
from typing import NamedTuple

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from inference.errors import (
    InferenceError,
    TooLargeError,
    TooLongError,
    UnreadableError,
    UnsupportedError,
)
from inference.images import ENOUGH_PX, MAX_BYTES, Image, check_size, opened

MAX_SECONDS = 60.0
ROUNDING_S = 0.5  # a "60 second" video note may last a few frames longer
MAX_SIDE_PX = 1920
FRAMES = 16
# A minute at 60 frames per second.
MAX_DECODED = 3600
# CPU seconds. After the first only key frames are decoded, after the second none.
HURRY_AFTER_S, STOP_AFTER_S = 2.0, 4.0
CODECS = {"h264", "hevc", "mpeg4", "vp8", "vp9", "av1", "libdav1d", "gif"}
# Bytes 8 to 12 of an ISO base media file (ISO/IEC 14496-12, section 4.3): its major brand.
STILL_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"} | {
    b"avif",
    b"avis",
    b"crx ",
}
AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P ", b"F4A "}
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
        if len(content) > MAX_BYTES:
            raise TooLargeError(f"expected at most {MAX_BYTES} bytes, found {len(content)}")
        if is_photo(content):
            return cls(MediaKind.PHOTO, content)
        demuxer_of(content)
        return cls(MediaKind.VIDEO, content)


def is_photo(content: bytes) -> bool:
    """Return whether the bytes begin like a still picture that is read here."""
    match content[:4]:
        case b"GIF8":
            with opened(content, ("GIF",)) as picture:
                return not getattr(picture, "is_animated", False)
        case b"RIFF":
            return content[8:12] == b"WEBP"
        case start:
            return start.startswith((b"\xff\xd8\xff", b"\x89PNG"))


def demuxer_of(content: bytes) -> str:
    """Return FFmpeg's name for the container of a clip.

    Raises:
        UnreadableError: The bytes begin like nothing known.
        UnsupportedError: They begin like a known format that is not read here.
    """
    brand = content[8:12]
    match content[4:8], content[:4]:
        case b"ftyp", _ if brand in STILL_BRANDS | AUDIO_BRANDS:
            raise UnsupportedError(f"expected a video, found the brand {brand!r}")
        case ((b"ftyp" | b"moov" | b"mdat" | b"wide" | b"free"), _):
            return "mov"
        case _, b"\x1a\x45\xdf\xa3":
            return "matroska"
        case _, b"GIF8":
            return "gif"
        case _, b"RIFF" if brand in {b"AVI ", b"WAVE"}:
            raise UnsupportedError(f"expected a picture or a video, found {brand!r}")
    for start, name in UNSUPPORTED.items():
        if content.startswith(start):
            raise UnsupportedError(f"expected a picture or a video, found {name}")
    raise UnreadableError(f"expected a picture or a video, found {len(content)} other bytes")


def decode_clip(content: bytes) -> Iterator[Frame]:
    """Yield up to `FRAMES` upright pictures spread evenly over a clip, one at a time.

    Frames that other frames do not need are not decoded, which halves the time; where a clip
    turns out to be costly, the rest comes from key frames. A clip that is damaged further on
    gives what came before.

    Args:
        content: The file's bytes.

    Raises:
        UnreadableError: No frame can be decoded.
        UnsupportedError: There is no picture track, or its codec is not read here.
        TooLargeError: Too many bytes, or too many pixels in a frame.
        TooLongError: The clip lasts longer than `MAX_SECONDS`.
    """
    if len(content) > MAX_BYTES:
        raise TooLargeError(f"expected at most {MAX_BYTES} bytes, found {len(content)}")
    found = 0
    try:
        with av.open(BytesIO(content), "r", format=demuxer_of(content)) as container:
            stream = checked_stream(container)
            length_s = seconds_of(container, stream)
            check_length(length_s)
            for frame in spread(container, stream, length_s):
                yield frame
                found += 1
    except InferenceError:
        raise
    except (av.FFmpegError, ValueError, OverflowError, MemoryError) as error:
        if not found:
            raise UnreadableError(f"expected a clip, found {error!r}") from None
    if not found:
        raise UnreadableError("expected a clip, found no frame in it")


def checked_stream(container: InputContainer) -> VideoStream:
    """Return the picture track, made ready for cheap decoding on this thread.

    Raises:
        UnsupportedError: There is none, or its codec is not read here.
        TooLargeError: Too many pixels in a frame.
    """
    if not container.streams.video:
        raise UnsupportedError("expected pictures, found sound alone")
    stream = container.streams.video[0]
    context = stream.codec_context
    codec = getattr(context, "name", None)  # PyAV's types forget that FFmpeg may know no decoder
    if codec not in CODECS:
        raise UnsupportedError(f"expected one of {sorted(CODECS)}, found {codec}")
    if not context.width or not context.height:
        raise UnreadableError("expected a picture size, found none")
    check_size(context.width, context.height, max_side=MAX_SIDE_PX)
    context.thread_count = 1
    if not 0 < stream.frames <= 4 * FRAMES:  # a short clip has few frames to spare
        context.skip_frame = "BIDIR"
    return stream


def check_length(second: float) -> None:
    """Refuse a clip that has reached this second.

    Raises:
        TooLongError: It is over the limit.
    """
    if second > MAX_SECONDS + ROUNDING_S:
        raise TooLongError(f"expected at most {MAX_SECONDS} s, found {second:.0f}")


def seconds_of(container: InputContainer, stream: VideoStream) -> float:
    """Return how long the clip lasts: as the container says, else as its packets say.

    Browsers record WebM without a duration; reading the packets' times decodes nothing.
    """
    if stream.duration:
        return in_seconds(stream.duration, stream.time_base)
    if container.duration:
        return container.duration / av.time_base
    times = [packet.pts for packet in container.demux(stream) if packet.pts is not None]
    container.seek(0)
    return in_seconds(max(times) - min(times), stream.time_base) if times else 0.0


def in_seconds(ticks: int | None, time_base: Fraction | None) -> float:
    """Return a time of the container in seconds, 0 where it is not given."""
    return float(ticks * time_base) if ticks and time_base else 0.0


def spread(container: InputContainer, stream: VideoStream, length_s: float) -> Iterator[Frame]:
    """Yield the first decoded frame in each of `FRAMES` equal parts of the clip.

    Raises:
        TooLongError: A frame lies beyond `MAX_SECONDS`, whatever the container said.
    """
    start, part, begun = None, -1, thread_time()
    for decoded, frame in enumerate(container.decode(stream)):
        now = in_seconds(frame.pts, frame.time_base)
        start = now if start is None else start
        second = max(now - start, 0.0)
        check_length(second)
        spent = thread_time() - begun
        if spent > STOP_AFTER_S or decoded >= MAX_DECODED:
            return
        if spent > HURRY_AFTER_S:
            stream.codec_context.skip_frame = "NONKEY"
        reached = min(int(FRAMES * second / length_s), FRAMES - 1) if length_s else decoded
        if reached > part:
            part = reached
            yield Frame(second, to_image(frame))
        if part >= FRAMES - 1:
            return


def to_image(frame: VideoFrame) -> Image:
    """Return a frame as an upright image, reduced to what detection needs.

    Raises:
        TooLargeError: This frame is larger than the container said.
    """
    width, height = frame.width, frame.height
    check_size(width, height, max_side=MAX_SIDE_PX)
    factor = max(1.0, max(width, height) / ENOUGH_PX)
    small = frame.reformat(
        width=max(1, round(width / factor)),
        height=max(1, round(height / factor)),
        format="rgb24",
        interpolation="AREA",
    )
    turns = round(frame.rotation / 90) % 4
    pixels = np.ascontiguousarray(np.rot90(small.to_ndarray(), turns), dtype=np.uint8)
    return Image(pixels, (height, width) if turns % 2 else (width, height))
