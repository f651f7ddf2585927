"""How the training pictures frame a face: where the constants of `inference.preprocess` come from.

`python -m inference.training.framing --data DIR` prints the medians.
"""

import argparse
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.errors import InferenceError
from inference.faces import FaceFinder
from inference.images import Image, decode_photo
from inference.preprocess import SIDE, crop_face, eye_distance, roll_degrees
from inference.training.dataset import Split, load_faces

ENLARGED, MARGIN = 4, 16  # the detector wants a face of some size with something around it
MAX_ROLL = 12.0
TURNS = (0.0, 0.1, 0.3, 0.5, 0.8, 1.01)
EVERY = 5


class Framing(NamedTuple):
    """Where the eyes are in one picture, in shares of its side, and how far the face turns."""

    turn: float
    eye_distance: float
    eye_line: float


def framings(pictures: Iterable[NDArray[np.uint8]], finder: FaceFinder) -> Iterator[Framing]:
    """Yield the framing of each (48, 48) picture in which a face is found that stands upright."""
    for picture in pictures:
        framed = np.pad(picture, MARGIN, mode="edge")
        large = cv2.resize(framed, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
        pixels = cv2.cvtColor(large, cv2.COLOR_GRAY2RGB).astype(np.uint8)
        for face in finder.find_upright(Image.of(pixels))[:1]:
            if abs(roll_degrees(face.eyes)) <= MAX_ROLL:
                middle_y = (face.eyes[0][1] + face.eyes[1][1]) / 2
                line = ((middle_y + 0.5) / ENLARGED - MARGIN) / SIDE
                yield Framing(face.turn, eye_distance(face.eyes) / ENLARGED / SIDE, line)


def serving_crops(folder: Path, finder: FaceFinder) -> NDArray[np.uint8]:
    """Return the crop of every face in a folder's photos, (n, 48, 48), as serving makes them."""
    crops = []
    for path in sorted(folder.iterdir()):
        with suppress(InferenceError):  # no picture, or none with a face
            image = decode_photo(path.read_bytes())
            crops += [crop_face(image, face.eyes, turn=face.turn) for face in finder.find(image)]
    return np.array(crops, np.uint8).reshape(-1, SIDE, SIDE)


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
