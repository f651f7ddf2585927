"""The kind of a file, from its first bytes: a picture, a clip, or neither."""

import io
import warnings
from dataclasses import dataclass

import av
from PIL import Image

# Clips are recognised by their first bytes before any decoder sees them: FFmpeg would
# otherwise guess, and it reads plain text as a video of a terminal.
MP4_MARK, WEBM_MARK, GIF_MARK = b"ftyp", b"\x1a\x45\xdf\xa3", b"GIF8"
PICTURES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A still picture that chat clients show as a photo."""

    width: int
    height: int
    mime_type: str
    extension: str


@dataclass(frozen=True, slots=True)
class Clip:
    """Moving pictures."""

    width: int
    height: int
    duration_s: int
    mime_type: str
    extension: str


def probe(content: bytes) -> Picture | Clip | None:
    """Return what `content` claims to be, without decoding a pixel; None for anything else."""
    if content[4:8] == MP4_MARK:
        return _clip(content, "video/mp4", ".mp4")
    if content.startswith(WEBM_MARK):
        return _clip(content, "video/webm", ".webm")
    if content.startswith(GIF_MARK):
        return _clip(content, "image/gif", ".gif")
    return _picture(content)


def _picture(content: bytes) -> Picture | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=tuple(PICTURES)) as image:
                width, height, kind = image.width, image.height, str(image.format)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        return None
    return Picture(width, height, f"image/{kind.lower()}", PICTURES[kind])


def _clip(content: bytes, mime_type: str, extension: str) -> Clip | None:
    try:
        with av.open(io.BytesIO(content), mode="r") as container:
            stream = container.streams.video[0]
            duration = (container.duration or 0) / av.time_base
            if not duration:  # a browser's recorder leaves it out of the head
                ends = [p.pts * p.time_base for p in container.demux(stream) if p.pts is not None]
                duration = float(max(ends, default=0))
            # Whole seconds, as Telegram counts; what moves at all lasts at least one.
            return Clip(stream.width, stream.height, max(1, round(duration)), mime_type, extension)
    except (av.error.FFmpegError, IndexError, ValueError):
        return None
