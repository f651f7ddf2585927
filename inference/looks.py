"""One look at one face: its crop, how well it can be seen, and what is said about that."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.cover import CoverFinder
from inference.faces import Face
from inference.images import Image
from inference.media import Frame
from inference.preprocess import (
    EYE_DISTANCE,
    SIDE,
    cut_face,
    eye_distance,
    lighten,
    share_inside,
    sharpness,
)
from inference.reading import Advice

# Thresholds of the advice, from degrading training pictures and counting changed answers.
# Where the eyes are closer together than in the crop, the crop is an enlargement.
SHARP_EYES_PX = EYE_DISTANCE * SIDE
# Six photographs, darkened step by step: the first face is missed at a mean level of 9 (of 255),
# the last one at 1.5. A night has noise on top.
NIGHT_LEVEL = 12
DARK_LEVEL = 45  # mean gray; before `lighten` helped, half of the answers changed at 37
# A larger share of white than in 99 of 100 training pictures; at .35, one answer in seven changes.
BRIGHT_LEVEL, BRIGHT_SHARE = 250, 0.25
MIN_SHARPNESS = 0.04  # 99 of 100 training pictures are above .2; at .02, one answer in five changes
MAX_TURN = 0.6
MIN_INSIDE = 0.85
# A look below this is no face: sixteen looks at a clip find sixteen times as many false ones.
# Real faces, small, dark or turned aside, were above .4, the false ones below .03.
MIN_QUALITY = 0.05
# Weight of a frame in which a hand covers the face; a frame without has 1.
COVERED_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at one picture: the face that is read, and how well it can be seen.

    Attributes:
        second: Time in the clip; 0 for a photo.
        face: In pixels of `image`.
        image: The picture.
        faces: How many there are.
        crop: (48, 48), uint8.
        advice: What is wrong with the picture.
        quality: Weight of this look among others, above 0.
    """

    second: float
    face: Face
    image: Image
    faces: int
    crop: NDArray[np.uint8]
    advice: tuple[Advice, ...]
    quality: float


def look(frame: Frame, face: Face, faces: int, cover: CoverFinder) -> Sight:
    """Return the look at one face: its crop, and how well it can be seen.

    Args:
        frame: The picture.
        face: The one that is read.
        faces: How many there are.
        cover: Tells whether something covers it.
    """
    image, eyes, turn = frame.image, face.eyes, face.turn
    crop = cut_face(image, eyes, turn=turn)
    lit = lighten(crop)
    covered = cover.is_covered(lit)
    eyes_px = eye_distance(eyes) * image.reduction
    clear = sharpness(crop)
    checks = {
        Advice.DARK: crop.mean() < DARK_LEVEL,
        Advice.BRIGHT: (crop >= BRIGHT_LEVEL).mean() > BRIGHT_SHARE,
        Advice.BLURRED: clear < MIN_SHARPNESS,
        Advice.TINY: eyes_px < SHARP_EYES_PX,
        Advice.TURNED: turn > MAX_TURN,
        Advice.COVERED: covered or share_inside(image, eyes, turn=turn) < MIN_INSIDE,
        Advice.SEVERAL: faces > 1,
    }
    enough = min(eyes_px / SHARP_EYES_PX, 1.0) * min(clear / MIN_SHARPNESS, 1.0)
    enough *= COVERED_WEIGHT if covered else 1.0
    return Sight(
        second=frame.second,
        face=face,
        image=image,
        faces=faces,
        crop=lit,
        advice=tuple(code for code, holds in checks.items() if holds),
        quality=max(face.score * enough * (1 - 0.9 * turn), 1e-3),
    )


def box_in_file(face: Face, image: Image) -> tuple[int, int, int, int]:
    """Return the face's box in pixels of the upright picture in the file, cut at its edges."""
    width, height = image.full_size
    left, top, right, bottom = (round(edge * image.reduction) for edge in face.box)
    return max(left, 0), max(top, 0), min(right, width), min(bottom, height)
