"""Glasses painted on faces: they hide brows and lids, and few people of the data wear any."""

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.training.drawing import (
    EYE_X,
    EYES_Y,
    FINE,
    MIDDLE,
    Chance,
    Face,
    Plane,
    blank,
    coarse,
    fine,
    line,
    point,
)

Places = NDArray[np.float64]


def draw_pair(chance: Chance) -> tuple[Plane, Plane]:
    """Draw two rims, round or square, with a bridge, temples, and here and there a reflection.

    Returns:
        What the glasses leave of the picture behind them, 0 to 1, and the gray levels that they
        add to that, 0 to 255; both (48, 48).
    """
    rims, shine = blank(), blank()
    apart = EYE_X * chance.uniform(0.92, 1.1)
    x, y = MIDDLE + chance.normal(0, 0.8), EYES_Y + chance.normal(0.7, 1)
    size, tilt = chance.uniform((5.6, 3.4), (8.2, 6.8)), chance.normal(0, 0.05)
    width, round_ones = chance.uniform(0.4, 1.7), chance.random() < 0.5
    centres = np.array([(x - apart, y - apart * tilt), (x + apart, y + apart * tilt)])
    for centre, side in zip(centres, (-1, 1), strict=True):
        _rim(rims, centre, size, width, angle=side * chance.uniform(0, 12) if round_ones else None)
        hinge = centre + np.array((side * size[0], -1.5))
        line(rims, hinge, (MIDDLE + side * MIDDLE, y - 1), 0.8 * width)
        if chance.random() < 0.3:
            middle, axes = centre + chance.uniform(-0.5, 0.5, 2) * size, chance.uniform(0.2, 0.6, 2)
            lobe = tuple(fine(size * axes).tolist())
            cv2.ellipse(shine, point(middle), lobe, chance.uniform(0, 90), 0, 360, 1.0, -1)
    line(rims, (x - apart + size[0], y - 1), (x + apart - size[0], y - 1), width)
    light = coarse(shine, 1.0) * chance.uniform(0.1, 0.7)
    frame = coarse(rims, 0.7) * chance.uniform(0.6, 1)
    low, high = (0, 60) if chance.random() < 0.8 else (60, 220)
    added = chance.uniform(170, 255) * light * (1 - frame) + chance.uniform(low, high) * frame
    return (1 - light) * (1 - frame), np.asarray(added, np.float32)


def put_on(face: Face, chance: Chance) -> Face:
    """Return a (48, 48) face with a pair of glasses drawn by chance."""
    kept, added = draw_pair(chance)
    return np.asarray((face * kept + added).round().clip(0, 255), np.uint8)


def _rim(rims: Plane, centre: Places, size: Places, width: float, *, angle: float | None) -> None:
    """Draw an ellipse, turned by `angle` in degrees; without one a square, narrower below."""
    thick = max(1, round(width * FINE))
    if angle is None:
        corners = np.array([(-1, -1), (1, -1), (0.85, 1), (-0.85, 1)]) * size + centre
        cv2.polylines(rims, [fine(corners)], True, 1.0, thick)
    else:
        cv2.ellipse(rims, point(centre), tuple(fine(size).tolist()), angle, 0, 360, 1.0, thick)
