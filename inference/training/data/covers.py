"""Things painted before a training picture's face: masks, sunglasses, hands, phones."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from inference.preprocess import SIDE
from inference.training.data.drawing import (
    EYE_X,
    EYES_Y,
    FINE,
    MIDDLE,
    MOUTH_Y,
    Chance,
    Face,
    Plane,
    blank,
    coarse,
    ellipse,
    fine,
    line,
    point,
)


def mask(face: Face, chance: Chance) -> Face:
    """Cover mouth and nose: a medical mask, a scarf."""
    canvas = blank()
    top, side = chance.uniform(25, 31), chance.uniform(25, 32)
    half = [(10, top + 3), (20, side), (19, 40), (10, 50)]
    points = [(MIDDLE, top), *((MIDDLE + x, y) for x, y in half)]
    points += [(MIDDLE - x, y) for x, y in reversed(half)]
    jittered = np.array(points) + chance.normal(0, 1.5, (len(points), 2))
    cv2.fillPoly(canvas, [fine(jittered)], 1.0)
    return _lay(face, canvas, _surface(chance, _level(chance)))


def sunglasses(face: Face, chance: Chance) -> Face:
    """Cover both eyes with dark glass."""
    canvas = blank()
    apart = EYE_X * chance.uniform(0.9, 1.1)
    x, y = MIDDLE + chance.normal(0, 0.8), EYES_Y + chance.normal(0, 1)
    size, tilt = chance.uniform((5.6, 4.0), (8.5, 7.0)), chance.normal(0, 0.06)
    centres = np.array([(x - apart, y - apart * tilt), (x + apart, y + apart * tilt)])
    round_ones = chance.random() < 0.6
    for centre, lean in zip(centres, (-1, 1), strict=True):
        if round_ones:
            ellipse(canvas, centre, size, lean * chance.uniform(0, 12))
        else:
            cv2.rectangle(canvas, point(centre - size), point(centre + size), 1.0, -1)
    line(canvas, (x - 3, y - 1.5), (x + 3, y - 1.5), chance.uniform(0.8, 2))
    for centre, edge in zip(centres, (0, SIDE), strict=True):
        line(canvas, centre - (0, 1.5), (edge, y - 1), chance.uniform(0.5, 1.5))
    dark = chance.uniform(0, 55) if chance.random() < 0.85 else chance.uniform(55, 120)
    glass = _surface(chance, dark)
    glass[: round(y)] += chance.uniform(-10, 60)  # the sky in the upper half
    return _lay(face, canvas, glass, opacity=chance.uniform(0.85, 1))


def hand(face: Face, chance: Chance) -> Face:
    """Cover the mouth, one side or the eyes with three to five fingers."""
    canvas, gaps = blank(), blank()
    x, y, angle = (
        (MIDDLE + chance.normal(0, 3), MOUTH_Y + chance.normal(0, 2), chance.normal(0, 0.5)),
        (_aside(chance), 28 + chance.normal(0, 5), np.pi / 2 + chance.normal(0, 0.4)),
        (MIDDLE + chance.normal(0, 4), EYES_Y + chance.normal(0, 3), chance.normal(0, 0.5)),
    )[chance.integers(3)]
    width, length, n = chance.uniform(3.2, 4.6), chance.uniform(16, 26), chance.integers(3, 6)
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]]) * width
    for finger in range(n):
        middle = np.array([x, y]) + across * (finger - (n - 1) / 2) + along * chance.normal(0, 1.5)
        root, tip = (
            middle - along * length * 0.5,
            middle + along * length * chance.uniform(0.5, 0.8),
        )
        line(canvas, root, tip, width)
        line(gaps, root + across / 2, tip + across / 2, 0.5)
    skin = float(np.median(face[22:34, 8:40])) + chance.normal(8, 22)
    fingers = _surface(chance, skin) - coarse(gaps, 2.0) * chance.uniform(20, 80)
    return _lay(face, canvas, fingers)


def phone(face: Face, chance: Chance) -> Face:
    """Cover mouth, one side or the eyes with a rectangle: a phone in a mirror, a cup, a book."""
    canvas, lens = blank(), blank()
    x, y, tall = (
        (MIDDLE + chance.normal(0, 3), MOUTH_Y + chance.normal(0, 3), True),
        (_aside(chance), 26 + chance.normal(0, 4), True),
        (MIDDLE + chance.normal(0, 4), EYES_Y + chance.normal(0, 3), False),
    )[chance.integers(3)]
    width, height = (
        chance.uniform((14, 20), (26, 34)) if tall else chance.uniform((30, 12), (44, 18))
    )
    corners = cv2.boxPoints(((x, y), (width, height), chance.normal(0, 12)))
    cv2.fillPoly(canvas, [fine(corners)], 1.0)
    eye = point((x + chance.uniform(-4, 4), y - height / 3))
    cv2.circle(lens, eye, round(chance.uniform(1, 2.5) * FINE), 1.0, -1)
    back = _surface(chance, _level(chance)) + coarse(lens, 1.2) * chance.choice([-60, 60])
    return _lay(face, canvas, back)


COVERS: Mapping[str, Callable[[Face, Chance], Face]] = {
    "mask": mask,
    "pair of sunglasses": sunglasses,
    "hand": hand,
    "phone": phone,
}


def paint(faces: Face, chance: Chance) -> Face:
    """Return (n, 48, 48) faces, each with a cover of a random kind painted over it."""
    kinds = list(COVERS.values())
    return np.stack([kinds[chance.integers(len(kinds))](face, chance) for face in faces])


def _aside(chance: Chance) -> float:
    return MIDDLE + float(chance.choice([-1, 1]) * chance.uniform(8, 14))


def _level(chance: Chance) -> float:
    """Return a random gray level, mostly light or dark, as of things that people wear and hold."""
    low, high = ((150, 245), (0, 80), (60, 200))[chance.integers(3)]
    return float(chance.uniform(low, high))


def _surface(chance: Chance, level: float) -> Plane:
    """Return (48, 48) gray levels: a slope of light, folds, and a grain, fine or coarse."""
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE - 0.5
    light, folds = chance.uniform(0, 2 * np.pi, 2)
    slope = chance.normal(0, 35) * (np.cos(light) * x + np.sin(light) * y)
    wave = chance.uniform(2, 7) * (np.cos(folds) * x + np.sin(folds) * y) + chance.uniform()
    pleats = chance.uniform(0, 12) * np.sin(2 * np.pi * wave)
    grain = chance.normal(0, 1, x.shape)
    if chance.random() < 0.7:
        grain = cv2.GaussianBlur(grain, (0, 0), chance.uniform(0.5, 4))
    grain *= chance.uniform(0, 18) / grain.std()
    return np.asarray(level + slope + pleats + grain, np.float32)


def _lay(face: Face, canvas: Plane, surface: Plane, *, opacity: float = 1.0) -> Face:
    share = coarse(canvas, 1.2) * opacity
    laid = face * (1 - share) + surface.clip(0, 255) * share
    return np.asarray(laid.clip(0, 255), np.uint8)
