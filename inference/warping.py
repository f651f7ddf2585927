"""Pictures through an affine transform, and with a border: in NumPy, for crops of a few faces."""

from math import ceil, floor
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Affine: TypeAlias = NDArray[np.float64]  # (2, 3)
Pixels: TypeAlias = NDArray[np.uint8]  # (height, width, 3)

# Red, green and blue in gray: ITU-R BT.601, section 2.5.1, as Pillow's convert("L").
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
# Pixels that are sampled at a time: their numbers stay in a core's cache.
AT_ONCE = 1 << 16


def warped(pixels: Pixels, there: Affine, side: int, *, gray: bool = False) -> NDArray[np.float32]:
    """Return a square that shows a picture after an affine transform, sampled bilinearly.

    Args:
        pixels: (height, width, 3), uint8.
        there: (2, 3), takes the picture's pixels (x, y) to the square's.
        side: Of the square, in pixels.
        gray: Return the luma alone.

    Returns:
        (side, side, 3), or 1 in the place of 3: float32, 0 to 255, not rounded. Beyond the
        picture's edge, its border pixels are repeated.
    """
    near, back = around_square(pixels, inverse(there), side)
    part = (near @ LUMA)[..., None] if gray else near
    flat, result = part.reshape(-1), np.empty((side, side, part.shape[2]), np.float32)
    rows = max(1, AT_ONCE // side)
    for top in range(0, side, rows):
        sample(flat, part.shape, back, top, result[top : top + rows])
    return result


def around_square(pixels: Pixels, back: Affine, side: int) -> tuple[Pixels, Affine]:
    """Return the part of a picture that a square shows, and the way back into that part.

    Args:
        pixels: (height, width, 3).
        back: (2, 3), takes the square's pixels (x, y) to the picture's.
        side: Of the square, in pixels.
    """
    corners = corners_of(back, side)
    (left, right), (top, bottom) = (
        (min(max(floor(min(places)), 0), length - 1), max(min(ceil(max(places)) + 1, length), 1))
        for places, length in zip(corners.tolist(), pixels.shape[1::-1], strict=True)
    )
    return pixels[top:bottom, left:right], back - np.array([[0, 0, left], [0, 0, top]])


def corners_of(back: Affine, side: int) -> NDArray[np.float64]:
    """Return where the corner pixels of a square lie in the picture that it shows, (2, 4).

    Args:
        back: (2, 3), takes the square's pixels (x, y) to the picture's.
        side: Of the square, in pixels.
    """
    end = side - 1
    return np.asarray(back @ np.array([[0, end, 0, end], [0, 0, end, end], [1, 1, 1, 1]]))


def sample(
    flat: NDArray[np.uint8] | NDArray[np.float32],
    shape: tuple[int, ...],
    back: Affine,
    first: int,
    result: NDArray[np.float32],
) -> None:
    """Write rows of a square that shows a picture.

    Args:
        flat: The picture's values, one after the other.
        shape: Height, width and channels of the picture.
        back: (2, 3), takes the square's pixels (x, y) to the picture's.
        first: Number of the first row.
        result: (rows, side, channels); written.
    """
    height, width, channels = shape
    a, b, c, d, e, f = back.astype(np.float32).ravel()
    columns = np.arange(result.shape[1], dtype=np.float32)
    rows = np.arange(first, first + result.shape[0], dtype=np.float32)[:, None]
    x, y = a * columns + (b * rows + c), d * columns + (e * rows + f)
    left = x.clip(0, width - 1, out=x).astype(np.int32)
    at = y.clip(0, height - 1, out=y).astype(np.int32)
    x -= left.astype(np.float32)
    y -= at.astype(np.float32)
    at *= width
    at += left
    at *= channels
    places = at.astype(np.intp)  # 32 bits are twice as fast to compute with; `take` wants these
    # At the last row or column the next pixel's weight is 0: it may lie anywhere, even beyond.
    for channel in range(channels):
        upper, upper_right, lower, lower_right = (
            flat[min(channel + channels * n, flat.size - 1) :]
            .take(places, mode="clip")
            .astype(np.float32, copy=False)
            for n in (0, 1, width, width + 1)
        )
        result[..., channel] = between(
            between(upper, upper_right, x), between(lower, lower_right, x), y
        )


def between(
    one: NDArray[np.float32], other: NDArray[np.float32], share: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return values between two arrays, at a share of the way; the other array is overwritten."""
    other -= one
    other *= share
    other += one
    return other


def inverse(there: Affine) -> Affine:
    """Return the way back of an affine transform (2, 3)."""
    (a, b, c), (d, e, f) = there.tolist()
    area = a * e - b * d
    return np.asarray(np.array([[e, -b, b * f - c * e], [-d, a, c * d - a * f]]) / area)


def bordered(pixels: Pixels, x: int, y: int) -> Pixels:
    """Return a picture with its edges repeated: `x` times left and right, `y` above and below."""
    height, width, channels = pixels.shape
    whole = np.empty((height + 2 * y, width + 2 * x, channels), np.uint8)
    rows = whole[y : y + height]
    rows[:, x : x + width] = pixels
    for channel in range(channels):  # three bytes at a time take four times as long
        rows[:, :x, channel] = pixels[:, :1, channel]
        rows[:, x + width :, channel] = pixels[:, -1:, channel]
    whole[:y], whole[y + height :] = rows[0], rows[-1]
    return whole
