"""Pictures made worse in ways that selfies are, and how well they are read then."""

from collections.abc import Callable, Mapping
from typing import Any
from zlib import crc32

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.classifier import Classifier
from inference.preprocess import SIDE, lighten
from inference.training.data.dataset import Faces
from inference.training.data.drawing import Chance, smooth
from inference.training.data.worn import fringe, glasses, wearing
from inference.training.evaluation.agreement import agreement
from inference.training.evaluation.metrics import plurality

Pictures = NDArray[np.uint8]


def degraded(classifier: Classifier, faces: Faces) -> dict[str, dict[str, float]]:
    """Return how well the reading of pictures made worse agrees with people."""
    people = plurality(faces.votes)
    return {
        name: agreement(classifier.classify(lighten(_each(faces.pictures, change))), people)
        for name, change in DEGRADATIONS.items()
    }


def _each(pictures: Pictures, change: Callable[[Pictures], Any]) -> Pictures:
    return np.stack([np.asarray(change(picture), np.uint8) for picture in pictures])


def _bright(factor: float) -> Callable[[Pictures], Any]:
    return lambda picture: np.clip(picture * factor, 0, 255)


def _blurred(sigma_px: float) -> Callable[[Pictures], Any]:
    return lambda picture: cv2.GaussianBlur(picture, (0, 0), sigma_px)


def _small(side_px: int) -> Callable[[Pictures], Any]:
    def change(picture: Pictures) -> Any:
        small = cv2.resize(picture, (side_px, side_px), interpolation=cv2.INTER_AREA)
        return cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)

    return change


def _turned(degrees: float) -> Callable[[Pictures], Any]:
    middle = (SIDE - 1) / 2
    turn = cv2.getRotationMatrix2D((middle, middle), degrees, 1.0)
    return lambda picture: cv2.warpAffine(
        picture, turn, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE
    )


def _by_chance(change: Callable[[Pictures, Chance], Pictures]) -> Callable[[Pictures], Any]:
    """Return the change with a random generator seeded by the picture's own pixels."""
    return lambda picture: change(picture, np.random.default_rng(crc32(picture.tobytes())))


def _backlit(factor: float) -> Callable[[Pictures], Any]:
    y, x = np.mgrid[:SIDE, :SIDE] / (SIDE - 1) * 2 - 1
    face = (x / 0.8) ** 2 + y**2 < 1
    return lambda picture: np.where(face, picture * factor, picture)


DEGRADATIONS: Mapping[str, Callable[[Pictures], Any]] = {
    "brightness x 0.5": _bright(0.5),
    "brightness x 0.2": _bright(0.2),
    "brightness x 1.6": _bright(1.6),
    "blur, sigma 1 px": _blurred(1),
    "blur, sigma 2 px": _blurred(2),
    "24 px wide": _small(24),
    "16 px wide": _small(16),
    "turned by 10 degrees": _turned(10),
    "turned by 20 degrees": _turned(20),
    "face at half of its light, not what is behind it": _backlit(0.5),
    "face at three tenths of its light, likewise": _backlit(0.3),
    "skin smoothed": smooth,
    "with painted glasses": _by_chance(wearing(glasses)),
    "with painted glasses, skin smoothed": _by_chance(
        lambda picture, chance: smooth(wearing(glasses)(picture, chance))
    ),
    "with a painted fringe": _by_chance(wearing(fringe)),
}
