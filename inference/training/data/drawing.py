"""Shapes to paint on a training picture's face, where serving and training have its parts; skin.

All numbers are pixels of the 48 px face, drawn at `FINE` times that size and averaged down.
"""

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from inference.preprocess import EYE_DISTANCE, EYE_LINE, SIDE

Face = NDArray[np.uint8]
Plane = NDArray[np.float32]
Chance = np.random.Generator
FINE = 4
MIDDLE, EYES_Y, MOUTH_Y = SIDE / 2, EYE_LINE * SIDE, 0.77 * SIDE
EYE_X = EYE_DISTANCE * SIDE / 2  # from the middle to either eye


def blank() -> Plane:
    """Return a canvas without a shape, (192, 192)."""
    return np.zeros((SIDE * FINE, SIDE * FINE), np.float32)


def fine(places: ArrayLike) -> NDArray[np.int32]:
    """Return places or lengths of the face as pixels of a canvas."""
    return np.asarray(np.round(np.asarray(places, np.float64) * FINE), np.int32)


def point(place: ArrayLike) -> tuple[int, int]:
    """Return one place of the face as a point of a canvas."""
    x, y = fine(place).tolist()
    return x, y


def line(canvas: Plane, begin: ArrayLike, end: ArrayLike, width: float) -> None:
    """Draw a line on a canvas."""
    cv2.line(canvas, point(begin), point(end), 1.0, stroke(width))


def ellipse(
    canvas: Plane, centre: ArrayLike, axes: ArrayLike, degrees: float, width: float | None = None
) -> None:
    """Draw an ellipse on a canvas, turned by so many degrees; filled unless a width is given."""
    across, down = fine(axes).tolist()
    thickness = cv2.FILLED if width is None else stroke(width)
    cv2.ellipse(canvas, point(centre), (across, down), degrees, 0, 360, 1.0, thickness)


def stroke(width: float) -> int:
    """Return the thickness on a canvas of a line so wide on the face."""
    return max(1, round(width * FINE))


def coarse(canvas: Plane, sigma: float) -> Plane:
    """Return a canvas at the size of a face, (48, 48), its edges softened by `sigma` of its own."""
    soft = cv2.GaussianBlur(canvas, (0, 0), sigma)
    return np.asarray(cv2.resize(soft, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)


def smooth(face: Face, levels: float = 60) -> Face:
    """Return a face without the texture of its skin, its edges kept: what beauty filters do.

    Args:
        face: (48, 48).
        levels: Differences of gray up to about this number are smoothed.
    """
    return np.asarray(cv2.bilateralFilter(face, 7, levels, 4), np.uint8)
