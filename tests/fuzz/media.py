"""Pictures and clips as strangers send them: read, or refused with one of our errors."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any

from PIL import Image as Pillow

from inference.errors import InferenceError
from inference.media import Media
from inference.reader import Reader
from tests.drawing import as_file, clip_of, draw_picture
from tests.fuzz.changes import changed
from tests.fuzz.surface import Surface
from tests.heic import heic, turned

SIDES = (160, 120)
QUIET: dict[str, Any] = {"x265-params": "log-level=error"}


def surface(files: tuple[bytes, ...]) -> Surface:
    """Return the surface; it starts from small files of every kind that is read."""
    return Surface(inputs=changed([*stills(), *animations(), *clips(), *files]), open=open_reader)


def open_reader() -> Callable[[bytes], None]:
    """Return the check of one file: the reader gives a reading or raises an error of ours."""
    reader = Reader()

    def check(content: bytes) -> None:
        with suppress(InferenceError):
            reading = reader.read(Media.of(content))
            assert abs(sum(reading.scores.probabilities) - 1) < 1e-6
            left, top, right, bottom = reading.box
            assert left <= right
            assert top <= bottom

    return check


def stills() -> Iterator[bytes]:
    """Yield a drawn face in every kind of still file."""
    face = draw_picture(*SIDES, face=0.8)
    see_through = face.convert("RGBA")
    see_through.putalpha(Pillow.linear_gradient("L").resize(SIDES))
    exif = Pillow.Exif()
    exif[0x0112] = 6
    yield as_file(face, "JPEG", exif=exif)
    yield as_file(face, "JPEG", progressive=True)
    yield as_file(face.convert("CMYK"), "JPEG")
    yield as_file(face, "MPO", save_all=True, append_images=[face])
    for mode in ("RGB", "L", "P", "1", "I;16"):
        yield as_file(face.convert("L" if mode == "I;16" else mode).convert(mode), "PNG")
    yield as_file(see_through, "PNG")
    yield as_file(see_through, "WEBP", lossless=True)
    yield as_file(face, "WEBP")
    yield as_file(face, "GIF")
    yield as_file(face, "AVIF")
    yield as_file(see_through, "AVIF")
    yield heic(face)
    yield heic(face, turned(1), grid=(2, 2), opaque=see_through.getchannel("A"))


def animations() -> Iterator[bytes]:
    """Yield animated pictures."""
    faces = faces_in_motion(5)
    for kind in ("GIF", "PNG", "WEBP"):
        yield as_file(faces[0], kind, save_all=True, append_images=faces[1:], duration=120)


def clips() -> Iterator[bytes]:
    """Yield clips in every codec and container that is read."""
    faces = faces_in_motion(8)
    yield clip_of(faces, codec="libx264")
    yield clip_of(faces_in_motion(70), codec="libx264", rate=Fraction(30000, 1001))
    yield clip_of(faces, container="mov", codec="libx264", bf=0)
    yield clip_of(faces_in_motion(70), codec="libx265", **QUIET)
    yield clip_of(faces, container="matroska", codec="libx264")
    yield clip_of(faces, codec="mpeg4")
    yield clip_of(faces, container="webm", codec="libvpx")
    yield clip_of(faces, container="webm", codec="libvpx-vp9")
    os.environ.setdefault("SVT_LOG", "1")  # the encoder of AV1 tells its errors only
    yield clip_of(faces, codec="libsvtav1", preset=10)


def faces_in_motion(n: int) -> list[Pillow.Image]:
    """Return pictures of a drawn face that moves to the right."""
    return [draw_picture(*SIDES, face=0.8, at=(0.4 + 0.2 * k / n, 0.5)) for k in range(n)]
