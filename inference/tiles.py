"""Still pictures that FFmpeg decodes, for a third of the memory that other decoders take.

A decoded picture stays in YUV, at one and a half bytes a pixel, until it has been reduced.
"""

from collections.abc import Iterator
from typing import Any

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray
from PIL import Image as Pillow

from inference.errors import UnsupportedError
from inference.heif import MAX_PLAIN_PIXELS, Coded, HeifPicture
from inference.images import check_size

# FFmpeg's numbers of what a YUV picture means: libavutil/pixfmt.h, which follow ISO/IEC 23091-2.
LIMITED, FULL = 1, 2
UNSPECIFIED, BT601 = 2, 6
# An average over areas (0x20), with colours for every pixel (0x2000), rounded (0x40000); without
# the last two, colours end up to 15 levels off. libswscale/swscale.h.
EXACTLY = 0x42020
EXPANDED = np.clip(np.rint((np.arange(256) - 16) * 255 / 219), 0, 255).astype(np.uint8)
MATRICES = {1, 4, 5, 6, 7, 9}  # those that FFmpeg computes with


def decode_webp(content: bytes, factor: int) -> Pillow.Image:
    """Return a WebP picture, reduced, in RGBA.

    Raises:
        OSError: Damaged bytes.
    """
    try:
        context = decoder("webp")
        for frame in [*context.decode(av.Packet(content)), *context.decode(None)]:
            return Pillow.fromarray(reduced(frame, factor, "rgba"))
    except av.FFmpegError as error:
        raise OSError(error.errno, error.strerror) from error
    raise EOFError("no picture")


def decode_heif(picture: HeifPicture, factor: int) -> Pillow.Image:
    """Return a HEIC or AVIF picture, reduced and upright, in RGB or RGBA.

    Raises:
        OSError: Damaged bytes.
        TooLargeError: Too many pixels, or one side many times the other.
        UnsupportedError: Its colours or its parts are of a kind that is not read here.
    """
    try:
        if picture.alpha is None:
            pixels = reduced(whole(picture.coded), factor, "rgb24")
        else:
            pixels = reduced(whole(picture.coded), factor, "rgba")
            opaque = whole(picture.alpha)
            height, width = pixels.shape[:2]
            pixels[..., 3] = resized(opaque, width, height, "gray")
    except av.FFmpegError as error:
        raise OSError(error.errno, error.strerror) from error
    left, top, right, bottom = (side // factor for side in picture.shown)
    pixels = pixels[top : max(bottom, top + 1), left : max(right, left + 1)]
    for kind, number in picture.turns:
        if kind == b"irot":
            pixels = np.rot90(pixels, number)
        else:
            pixels = pixels[:, ::-1] if number else pixels[::-1]
    return Pillow.fromarray(np.ascontiguousarray(pixels))


def reduced(frame: VideoFrame, factor: int, kind: str) -> NDArray[np.uint8]:
    """Return the pixels of a frame, one for `factor` of them along each side."""
    return resized(frame, max(1, frame.width // factor), max(1, frame.height // factor), kind)


def resized(frame: VideoFrame, width: int, height: int, kind: str) -> NDArray[np.uint8]:
    """Return the pixels of a frame at another size, with all levels from 0 to 255."""
    small = frame.reformat(
        width, height, kind, interpolation=EXACTLY, dst_color_range=FULL, threads=1
    )
    pixels = small.to_ndarray().astype(np.uint8, copy=False)
    if frame.color_range == LIMITED and frame.format.name.startswith("gray"):
        return np.take(EXPANDED, pixels)  # FFmpeg takes gray as it is
    return pixels


def whole(coded: Coded) -> VideoFrame:
    """Return all parts of a picture as one frame.

    Raises:
        TooLargeError: Too many pixels, or one side many times the other.
        UnsupportedError: Its colours or its parts are of a kind that is not read here.
    """
    check_size(*coded.size, max_pixels=MAX_PLAIN_PIXELS)
    frames = decoded(coded)
    if len(coded.parts) == 1:
        (frame,) = frames
        if (frame.width, frame.height) != coded.size:
            raise UnsupportedError(f"expected {coded.size}, found {frame.width}, {frame.height}")
        return frame
    for number, part in enumerate(frames):
        tile = in_one_byte(part)
        if number == 0:
            check_tiles(coded, tile)
            first = tile
            canvas = VideoFrame(*coded.size, "gray" if len(tile.planes) == 1 else "yuv420p")
            canvas.colorspace, canvas.color_range = part.colorspace, part.color_range
        elif kind_of(tile) != kind_of(first):
            raise UnsupportedError("expected parts of one kind, found several")
        row, column = divmod(number, coded.columns)
        put(canvas, tile, column * tile.width, row * tile.height)
    return canvas


def in_one_byte(part: VideoFrame) -> VideoFrame:
    """Return a frame as YUV with colours for four pixels, or as gray, in one byte each.

    Raises:
        UnsupportedError: It is in RGB.
    """
    name = part.format.name
    if name.startswith(("gbr", "rgb")):
        raise UnsupportedError(f"expected YUV, found {name}")
    if name in {"yuv420p", "yuvj420p", "gray"}:
        return part
    kind, levels = "gray" if name.startswith("gray") else "yuv420p", part.color_range
    return part.reformat(format=kind, src_color_range=levels, dst_color_range=levels)


def kind_of(tile: VideoFrame) -> tuple[int, int, str]:
    """Return what all parts of a picture have in common."""
    return tile.width, tile.height, tile.format.name


def check_tiles(coded: Coded, tile: VideoFrame) -> None:
    """Refuse parts that do not cover the whole, or whose colours begin between two pixels.

    Raises:
        UnsupportedError: They are such parts.
    """
    rows = len(coded.parts) // coded.columns
    covers = (
        coded.columns * tile.width >= coded.size[0]
        and rows * tile.height >= coded.size[1]
        and not (tile.width % 2 or tile.height % 2)
    )
    if not covers:
        raise UnsupportedError(f"expected a grid of parts, found {tile.width} x {tile.height}")


def put(canvas: VideoFrame, tile: VideoFrame, x: int, y: int) -> None:
    """Copy a part to its place, as far as the canvas reaches."""
    for number, (plane, source) in enumerate(zip(canvas.planes, tile.planes, strict=True)):
        shift = 1 if number else 0  # of colours, half as many a side
        to = rows_of(plane)[y >> shift :, x >> shift :]
        come = rows_of(source)[: to.shape[0], : to.shape[1]]
        to[: come.shape[0], : come.shape[1]] = come


def rows_of(plane: VideoPlane) -> NDArray[np.uint8]:
    """Return the bytes of a plane, (height, width)."""
    data: Any = plane  # a buffer, which PyAV's types do not say
    rows: NDArray[np.uint8] = np.frombuffer(data, np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]


def decoded(coded: Coded) -> Iterator[VideoFrame]:
    """Yield the parts of a picture, decoded, each with what its colours mean.

    Raises:
        UnsupportedError: The colours are stored in a way that is not read here.
        OSError: A part has no picture.
    """
    context = decoder(coded.codec)
    context.extradata = coded.config
    for part in coded.parts:
        frames = [*context.decode(av.Packet(part)), *context.decode(None)]
        context.flush_buffers()
        if len(frames) != 1:
            raise OSError(f"expected a picture in each part, found {len(frames)}")
        yield meant(frames[0], coded.colour)


def decoder(codec: str) -> VideoCodecContext:
    """Return a decoder for this thread, which refuses damaged and enormous pictures."""
    context = VideoCodecContext.create(codec, "r")
    assert isinstance(context, VideoCodecContext)  # PyAV's types leave it open
    context.thread_count = 1
    context.options = {"max_pixels": str(MAX_PLAIN_PIXELS), "err_detect": "explode"}
    return context


def meant(frame: VideoFrame, colour: tuple[int, ...]) -> VideoFrame:
    """Return a frame that says what its colours mean, as its container or else its data say.

    Raises:
        UnsupportedError: It is something that FFmpeg does not compute with.
    """
    name = frame.format.name
    if name.startswith(("gbr", "rgb")):
        return frame
    matrix, is_full = colour or (frame.colorspace, frame.color_range == FULL)
    if name.startswith("yuvj") and not is_full:
        raise UnsupportedError("expected one range of levels, found two")
    if matrix == UNSPECIFIED:
        matrix = BT601
    if matrix not in MATRICES:
        raise UnsupportedError(f"expected one of the matrices {sorted(MATRICES)}, found {matrix}")
    frame.colorspace, frame.color_range = matrix, FULL if is_full else LIMITED
    return frame
