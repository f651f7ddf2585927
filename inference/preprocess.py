"""From a face to the network's input: one function, used by serving and by training alike."""

from math import atan2, ceil, cos, degrees, hypot, sin
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inference.images import Image

SIDE = 48
# Shares of the side, measured by `python -m inference.training.framing`: in 1,820 FER2013 training
# pictures of faces that look straight ahead, enlarged and given to the same detector, the medians
# are .368 and .392. On tight crops the detector reads some .01 too little for both distance and
# line (known crops of 20 faces in photographs). The mean crop of 12 photographs is most like the
# mean training picture here: correlation .53, against .50 at .35, .46 at .41 and .42 at line .36.
EYE_DISTANCE, EYE_LINE = 0.38, 0.405
# The eyes of a face that looks aside stand closer together, in the training pictures too: .357 of
# the side at a turn of .16, .337 at .37, .320 at .62, .252 in profile (n = 238 and more).
TURN_SHRINKS = 0.3
# In 98 of 100 training pictures the brightest hundredth of the pixels is above the first number,
# in the median picture at the second. A face below the first was taken in the dark and is brought
# to the second: at a tenth of their light, training pictures then get the answer that they get in
# full light in 96 % instead of 43 %.
DIM, LIT = 150, 220
# A face is warped at 2 to 16 times the crop's size and then averaged down: warping alone looks at
# four pixels for each one that it makes, and would skip the others of a large face.
FINEST, COARSEST = 2, 16

Point: TypeAlias = tuple[float, float]
Eyes: TypeAlias = tuple[Point, Point]


def crop_face(image: "Image", eyes: Eyes, *, turn: float = 0.0) -> "NDArray[np.uint8]":
    """Return the face as the training pictures show one: tight, gray, eyes level, not too dark.

    Args:
        image: The upright picture.
        eyes: The eye on the left of the picture and the one on the right, (x, y) in pixels.
        turn: How far the face looks aside: 0 straight ahead, 1 in profile.

    Returns:
        (48, 48), uint8. Beyond the picture's edge its last pixels are repeated.
    """
    return lighten(cut_face(image, eyes, turn=turn))


def lighten(crop: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    """Return a dark crop as bright as the training pictures are, any other unchanged."""
    brightest = float(np.quantile(crop, 0.99))
    if brightest >= DIM:
        return crop
    return (crop * (LIT / max(brightest, 1.0))).clip(0, 255).astype(np.uint8)


def cut_face(image: "Image", eyes: Eyes, *, turn: float = 0.0) -> "NDArray[np.uint8]":
    """Return the crop of `crop_face` in the picture's own light."""
    times = min(max(ceil(eye_distance(eyes) / (EYE_DISTANCE * SIDE)), FINEST), COARSEST)
    side = SIDE * times
    warped = cv2.warpAffine(
        image.pixels,
        crop_transform(eyes, side, turn=turn),
        (side, side),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    gray = cv2.cvtColor(warped, cv2.COLOR_RGB2GRAY)  # the luma of Pillow's convert("L")
    return cv2.resize(gray, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def crop_transform(eyes: Eyes, side: int, *, turn: float) -> "NDArray[np.float64]":
    """Return the similarity (2, 3) that takes picture coordinates to those of a square crop.

    The eyes come to lie level, centred, on the line `EYE_LINE`, and `EYE_DISTANCE` apart, or less
    for a face that looks aside.
    """
    apart = EYE_DISTANCE * (1 - TURN_SHRINKS * turn) * side
    angle, scale = roll(eyes), apart / eye_distance(eyes)
    a, b = scale * cos(angle), scale * sin(angle)
    (left_x, left_y), (right_x, right_y) = eyes
    x, y = (left_x + right_x) / 2, (left_y + right_y) / 2
    # Pixel centres lie at whole numbers, so the crop's own centre is at (side - 1) / 2.
    to_x, to_y = (side - 1) / 2, EYE_LINE * side - 0.5
    return np.array([[a, b, to_x - a * x - b * y], [-b, a, to_y + b * x - a * y]])


def share_inside(image: "Image", eyes: Eyes, *, turn: float) -> float:
    """Return which share of the crop lies within the picture; the rest had to be made up."""
    back = cv2.invertAffineTransform(crop_transform(eyes, SIDE, turn=turn))
    places = np.indices((SIDE, SIDE)).reshape(2, -1)[::-1]  # x, y of every pixel of the crop
    points = back[:, :2] @ places + back[:, 2:]
    edges = np.array(image.size)[:, None]
    return float(((points >= 0) & (points < edges)).all(axis=0).mean())


def eye_distance(eyes: Eyes) -> float:
    """Return the distance between the eyes in pixels, at least one."""
    (left_x, left_y), (right_x, right_y) = eyes
    return max(hypot(right_x - left_x, right_y - left_y), 1.0)


def roll(eyes: Eyes) -> float:
    """Return how far the head leans, in radians; positive is clockwise in the picture."""
    (left_x, left_y), (right_x, right_y) = eyes
    return atan2(right_y - left_y, right_x - left_x)


def roll_degrees(eyes: Eyes) -> float:
    """Return how far the head leans, in degrees; positive is clockwise in the picture."""
    return degrees(roll(eyes))
