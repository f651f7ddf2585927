"""Faces that nobody has: drawn for the tests, in a way that face detectors accept."""

import os
from collections.abc import Iterable
from fractions import Fraction
from io import BytesIO

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SKIN, SHADE, LIP, HAIR = (224, 172, 138), (196, 140, 108), (176, 74, 72), (70, 46, 32)


def draw_picture(
    width: int = 640, height: int = 480, *, face: float = 0.5, at: tuple[float, float] = (0.5, 0.5)
) -> Image.Image:
    """Return a picture of one drawn face.

    Args:
        width: In pixels.
        height: In pixels.
        face: Height of the head as a share of the picture's height; 0 draws none.
        at: The middle of the head, in shares of width and height.
    """
    picture = Image.new("RGB", (width, height), (150, 178, 196))
    pen = ImageDraw.Draw(picture)
    x, y, r = at[0] * width, at[1] * height, face * height / 2

    def oval(dx: float, dy: float, rx: float, ry: float, colour: tuple[int, int, int]) -> None:
        centre_x, centre_y = x + dx * r, y + dy * r
        box = (centre_x - rx * r, centre_y - ry * r, centre_x + rx * r, centre_y + ry * r)
        pen.ellipse(box, fill=colour)

    if face:
        oval(0, 1.5, 1.3, 0.7, (60, 80, 120))
        oval(0, 0.8, 0.32, 0.5, SHADE)
        oval(0, -0.1, 0.86, 1.02, HAIR)
        for side in (-1, 1):
            oval(side * 0.74, 0.05, 0.1, 0.2, SHADE)
        oval(0, 0.08, 0.74, 0.94, SKIN)
        for side in (-1, 1):
            oval(side * 0.3, -0.2, 0.17, 0.035, HAIR)
            oval(side * 0.3, -0.06, 0.14, 0.075, (250, 248, 244))
            oval(side * 0.3, -0.06, 0.07, 0.07, (40, 30, 26))
        oval(0, 0.18, 0.09, 0.2, SHADE)
        oval(0, 0.14, 0.06, 0.18, SKIN)
        oval(0, 0.56, 0.28, 0.09, LIP)
        oval(0, 0.56, 0.2, 0.03, (245, 238, 232))
    return picture.filter(ImageFilter.GaussianBlur(max(width, height) / 400))


def as_file(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """Return the picture as the bytes of a file."""
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def draw_face(width: int = 640, height: int = 480, *, face: float = 0.5) -> bytes:
    """Return the bytes of a JPEG of one drawn face; `face` 0 leaves it out."""
    return as_file(draw_picture(width, height, face=face), quality=92)


def grays(n: int, width: int = 64, height: int = 48) -> list[Image.Image]:
    """Return plain pictures that brighten by 4 gray levels from one to the next."""
    return [Image.new("L", (width, height), 4 * number).convert("RGB") for number in range(n)]


def clip_of(
    pictures: Iterable[Image.Image],
    *,
    rate: int | Fraction = 10,
    container: str = "mp4",
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    **options: object,
) -> bytes:
    """Return the bytes of a clip that shows the pictures one after another.

    Args:
        pictures: All of one size, with even sides.
        rate: Pictures per second.
        container: FFmpeg's name of it: mp4, webm, matroska.
        codec: FFmpeg's name of it: libx264, libx265, libvpx-vp9.
        pix_fmt: FFmpeg's name of how pixels are stored.
        options: Of the encoder, by FFmpeg's names.
    """
    file = BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(
            codec, rate=rate, options={key: str(value) for key, value in options.items()}
        )
        assert isinstance(stream, av.VideoStream)
        stream.pix_fmt = pix_fmt
        for number, picture in enumerate(pictures):
            if number == 0:
                stream.width, stream.height = picture.size
            pixels = np.asarray(picture.convert("RGB"))
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, 1 / Fraction(rate)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    if os.geteuid() == 0:  # SVT-AV1 makes root's calling thread real-time: all else would starve
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return file.getvalue()
