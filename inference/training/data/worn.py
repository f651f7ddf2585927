"""Glasses and fringes painted on faces: they hide brows and lids, and the data has too few."""

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.preprocess import SIDE
from inference.training.data.drawing import (
    EYE_X,
    EYES_Y,
    MIDDLE,
    Chance,
    Face,
    Plane,
    blank,
    coarse,
    ellipse,
    fine,
    line,
    stroke,
)

Places = NDArray[np.float64]
FRINGES = 0.25


class Layer(NamedTuple):
    """A layer painted over a face: gray levels and opacity.

    Attributes:
        kept: What it leaves of the picture behind it, 0 to 1, (48, 48).
        added: The gray levels that it adds to that, 0 to 255, (48, 48).
    """

    kept: Plane
    added: Plane


def draw(chance: Chance) -> Layer:
    """Draw glasses, or now and then a fringe."""
    return fringe(chance) if chance.random() < FRINGES else glasses(chance)


def glasses(chance: Chance) -> Layer:
    """Draw two rims, round or square, with a bridge, temples, and here and there a reflection."""
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
            ellipse(shine, middle, size * axes, chance.uniform(0, 90))
    line(rims, (x - apart + size[0], y - 1), (x + apart - size[0], y - 1), width)
    light = coarse(shine, 1.0) * chance.uniform(0.1, 0.7)
    frame = coarse(rims, 0.7) * chance.uniform(0.6, 1)
    low, high = (0, 60) if chance.random() < 0.8 else (60, 220)
    added = chance.uniform(170, 255) * light * (1 - frame) + chance.uniform(low, high) * frame
    return Layer((1 - light) * (1 - frame), np.asarray(added, np.float32))


def fringe(chance: Chance) -> Layer:
    """Draw hair over the forehead, straight or parted, down to the brows or the lids."""
    canvas = blank()
    x = np.linspace(0, SIDE, 24)
    aside = (x - MIDDLE) / MIDDLE
    edge = chance.uniform(9, 18) + chance.uniform(0, 12) * aside**2
    edge += chance.uniform(-5, 5) * aside + chance.normal(0, 0.9, len(x))
    cv2.fillPoly(canvas, [fine([(0, 0), *zip(x, edge, strict=True), (SIDE, 0)])], 1.0)
    low, high = (5, 75) if chance.random() < 0.75 else (75, 200)
    streaks = cv2.GaussianBlur(chance.normal(0, 1, (SIDE, SIDE)), (0, 0), 0.7, sigmaY=4)
    hair = chance.uniform(low, high) + streaks * chance.uniform(0, 25) / streaks.std()
    share = coarse(canvas, 1.5) * chance.uniform(0.85, 1)
    return Layer(1 - share, np.asarray(share * hair.clip(0, 255), np.float32))


def wearing(thing: Callable[[Chance], Layer]) -> Callable[[Face, Chance], Face]:
    """Return what puts `glasses` or a `fringe`, drawn by chance, on a face."""
    return lambda face, chance: put_on(face, thing(chance))


def put_on(face: Face, layer: Layer) -> Face:
    """Return a (48, 48) face with the layer painted over it."""
    return np.asarray((face * layer.kept + layer.added).round().clip(0, 255), np.uint8)


def _rim(rims: Plane, centre: Places, size: Places, width: float, *, angle: float | None) -> None:
    """Draw an ellipse, turned by `angle` in degrees; without one a square, narrower below."""
    if angle is None:
        corners = np.array([(-1, -1), (1, -1), (0.85, 1), (-0.85, 1)]) * size + centre
        cv2.polylines(rims, [fine(corners)], True, 1.0, stroke(width))
    else:
        ellipse(rims, centre, size, angle, width)
