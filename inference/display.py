"""A decoded frame of a video as a player shows it."""

from math import cos, radians, sin
from typing import Any

import numpy as np
from av.sidedata.sidedata import SideDataContainer
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from inference.images import ENOUGH_PX, Image, check_size

MAX_FRAME_PIXELS = 4096 * 2304  # 4K; a decoder may hold sixteen such pictures of 14 MB


def to_image(frame: VideoFrame) -> Image:
    """Return a frame as an upright image, reduced to what detection needs.

    Raises:
        TooLargeError: This frame is larger than the container said.
    """
    width, height = frame.width, frame.height
    check_size(width, height, max_pixels=MAX_FRAME_PIXELS)
    factor = max(1.0, max(width, height) / ENOUGH_PX)
    small = frame.reformat(
        width=max(1, round(width / factor)),
        height=max(1, round(height / factor)),
        format="rgb24",
        interpolation="AREA",
    )
    pixels = displayed(small.to_ndarray().astype(np.uint8, copy=False), matrix_of(frame))
    sideways = (pixels.shape[0] > pixels.shape[1]) != (small.height > small.width)
    return Image(pixels, (height, width) if sideways else (width, height))


def matrix_of(frame: VideoFrame) -> NDArray[np.int32]:
    """Return how a player places a frame: (2, 2); x and y of a pixel, as a row, times this."""
    # Not `frame.side_data`, which the frame would keep: a cycle, so that 14 MB of a 4K frame stay
    # until Python looks for cycles. PyAV's types know neither this way nor that it gives a buffer.
    try:
        data: Any = SideDataContainer(frame).get("DISPLAYMATRIX")  # type: ignore[call-arg]
    except ValueError:  # the frame carries something else that PyAV has no name for
        return matrix_of_angle(frame.rotation)
    if data is None:
        return np.eye(2, dtype=np.int32)
    return np.frombuffer(data, np.int32).reshape(3, 3)[:2, :2]


def matrix_of_angle(degrees: int) -> NDArray[np.int32]:
    """Return the matrix of a picture that a player turns counterclockwise, by FFmpeg's units."""
    cosine, sine = (round(65536 * f(radians(degrees))) for f in (cos, sin))
    return np.array([[cosine, -sine], [sine, cosine]], np.int32)


def displayed(pixels: NDArray[np.uint8], matrix: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Return the picture as a player shows it, turned and mirrored by whole quarters.

    Source: ISO/IEC 14496-12, section 6.2.2; FFmpeg's libavutil/display.h.
    """
    (a, b), (c, d) = matrix.astype(np.int64)
    if abs(b) + abs(c) > abs(a) + abs(d):  # x and y change places
        pixels, a, d = pixels.swapaxes(0, 1), c, b
    return np.ascontiguousarray(pixels[:: -1 if d < 0 else 1, :: -1 if a < 0 else 1])
