"""How the training pictures frame a face: where the constants of `inference.preprocess` come from.

`python -m inference.training.framing --data DIR` prints the medians.
"""

import argparse
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.errors import InferenceError
from inference.finder import FaceFinder
from inference.images import Image
from inference.preprocess import SIDE, crop_face, eye_distance, middle_of, roll_degrees
from inference.stills import decode_photo
from inference.training.data.dataset import Split, load_faces

ENLARGED, MARGIN = 4, SIDE // 3  # a close-up, with as much around it as detectors want
# As in the picture of somebody at a webcam.
WIDER = 3.6
MAX_ROLL = 12.0
TURNS = (0.0, 0.1, 0.3, 0.5, 0.8, 1.01)
EVERY = 5


class Framing(NamedTuple):
    """Where the eyes are in one picture, in shares of its side, and how far the face turns."""

    turn: float
    eye_distance: float
    eye_line: float


class FoundCrops(NamedTuple):
    """Faces found in larger pictures, and their crops.

    Attributes:
        rows: (n,), which of the faces were found.
        by_detector: (n, 48, 48), uint8, by where the detector sees the eyes.
        by_mesh: (n, 48, 48), uint8, by where the mesh sees them.
    """

    rows: NDArray[np.int64]
    by_detector: NDArray[np.uint8]
    by_mesh: NDArray[np.uint8]


def framings(pictures: Iterable[NDArray[np.uint8]], finder: FaceFinder) -> Iterator[Framing]:
    """Yield the framing of each (48, 48) picture in which a face is found that stands upright."""
    for picture in pictures:
        pixels = cv2.cvtColor(_enlarged(picture), cv2.COLOR_GRAY2RGB).astype(np.uint8)
        for face in finder.find_upright(Image.of(pixels))[:1]:
            if abs(roll_degrees(face.eyes)) <= MAX_ROLL:
                line = ((middle_of(face.eyes)[1] + 0.5) / ENLARGED - MARGIN) / SIDE
                yield Framing(face.turn, eye_distance(face.eyes) / ENLARGED / SIDE, line)


def far_away(picture: NDArray[np.uint8]) -> Image:
    """Return a (48, 48) picture, enlarged, as a part of one that is `WIDER` times as wide.

    Its place and what is around it, smooth grays, are drawn with the chance of its own pixels.
    """
    chance = np.random.default_rng(crc32(picture.tobytes()))
    side = round(SIDE * ENLARGED * WIDER)
    around = chance.integers(60, 200, (6, 6), np.uint8)
    whole = cv2.resize(around, (side, side), interpolation=cv2.INTER_CUBIC)
    near = _enlarged(picture)
    left, top = chance.integers(0, side - len(near) + 1, 2)
    whole[top : top + len(near), left : left + len(near)] = near
    return Image.of(cv2.cvtColor(whole, cv2.COLOR_GRAY2RGB).astype(np.uint8))


def crops_from_far(pictures: NDArray[np.uint8], finder: FaceFinder) -> FoundCrops:
    """Return how the bot crops (n, 48, 48) faces that it finds in larger pictures."""
    rows, crops = [], []
    for row, picture in enumerate(pictures):
        image = far_away(picture)
        for first in finder.detect(image)[:1]:
            both = first, finder.fit(image, first)
            crops.append([crop_face(image, face.eyes, turn=face.turn) for face in both])
            rows.append(row)
    by_detector, by_mesh = np.array(crops, np.uint8).reshape(-1, 2, SIDE, SIDE).swapaxes(0, 1)
    return FoundCrops(np.array(rows, np.int64), by_detector, by_mesh)


def serving_crops(folder: Path, finder: FaceFinder) -> NDArray[np.uint8]:
    """Return the crop of every face in a folder's photos, (n, 48, 48), as serving makes them."""
    crops = []
    for path in sorted(folder.iterdir()):
        with suppress(InferenceError):  # no picture, or none with a face
            image = decode_photo(path.read_bytes())
            crops += [crop_face(image, face.eyes, turn=face.turn) for face in finder.find(image)]
    return np.array(crops, np.uint8).reshape(-1, SIDE, SIDE)


def _enlarged(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a (48, 48) picture as a close-up shows it: with a margin, its edge repeated."""
    framed = np.pad(picture, MARGIN, mode="edge")
    large = cv2.resize(framed, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
    return large.astype(np.uint8, copy=False)


def main() -> None:
    """Print the medians of the training pictures, by how far the face turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    pictures = load_faces(parser.parse_args().data, Split.TRAINING).pictures[::EVERY]
    finder = FaceFinder()
    found = np.array(list(framings(pictures, finder)))
    finder.close()
    print(f"{len(found)} of {len(pictures)} pictures; turn: eye distance, eye line")
    for low, high in pairwise(TURNS):
        rows = found[(found[:, 0] >= low) & (found[:, 0] < high)]
        turn, distance, line = np.median(rows, axis=0)
        print(f"{turn:.2f}: {distance:.3f} {line:.3f} (n = {len(rows)})")


if __name__ == "__main__":
    main()
