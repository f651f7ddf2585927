"""468 landmarks of a face, and whether it is one: Google's face mesh, run by LiteRT.

Source: Y. Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile
GPUs", 2019, arXiv 1907.06724.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import cos, dist, exp, sin
from typing import NamedTuple

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from inference.errors import ModelError
from inference.faces import Face, Points
from inference.images import Image
from inference.preprocess import Eyes, Point, roll
from inference.quiet import quiet_stderr
from inference.warping import inverse, warped
from inference.weights import Weights, read_weights

INPUT_PX, N_POINTS = 192, 468
# Side of the square that the network sees, in longer sides of the box around the face.
AROUND = 1.5
# Inner and outer corner of the eye on the left of the picture, and of the one on the right.
LEFT_EYE, RIGHT_EYE = (33, 133), (263, 362)
# The network runs again on a square around its own points, if these are farther than this from the
# centre of the first square, in sides of the square, or differ in size by more than this factor.
MAX_SHIFT, MAX_GROWTH = 0.12, 1.3
# Linear fit of `turn` (see `inference.detector.turn_of`) to the eyes' difference in depth, through
# medians of the training pictures: where the outer corners of the eyes differ in depth by .05, .10,
# .25, .38 and .58 of their distance, the turn is .05, .16, .37, .62 and 1.
TURN_SLOPE, TURN_OFFSET = 1.7, -0.05


class Region(NamedTuple):
    """A square of a picture: its centre, its side in pixels, its angle clockwise in radians."""

    centre: Point
    side: float
    angle: float


class FaceMesh:
    """The loaded mesh network, for use by one thread."""

    def __init__(self) -> None:
        """Load the network.

        Raises:
            ModelError: The weights are missing or are not the expected ones.
        """
        content = read_weights(Weights.MESH)
        try:
            with quiet_stderr():
                self._interpreter = Interpreter(model_content=content, num_threads=1)
                self._interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"expected the face mesh's network: {error}") from error
        self._input = self._interpreter.get_input_details()[0]["index"]
        outputs = self._interpreter.get_output_details()
        self._points, self._presence = (detail["index"] for detail in outputs)

    def fit(self, image: Image, face: Face) -> Face:
        """Return a face with eyes, turn, points and presence from the mesh.

        Args:
            image: The picture in which the detector found it.
            face: As detected; its box and score are kept.
        """
        region = Region(face.centre, AROUND * face.size, roll(face.eyes))
        fitted = self._look(image, face, region)
        closer = region_of(fitted)
        shift = dist(closer.centre, region.centre) / region.side
        if shift > MAX_SHIFT or not 1 / MAX_GROWTH < closer.side / region.side < MAX_GROWTH:
            again = self._look(image, face, closer)
            return again if again.presence >= fitted.presence else fitted
        return fitted

    def fit_again(self, image: Image, last: Face) -> Face:
        """Return a face that moved since the frame before, box included; its score stays.

        Args:
            image: The new frame.
            last: The face in the frame before, with the mesh's points.
        """
        face = self.fit(image, last)
        before, now = region_of(last), region_of(face)
        growth = now.side / before.side
        (x, y), (to_x, to_y) = before.centre, now.centre
        box = last.moved(-x, -y).scaled(growth).moved(to_x, to_y).box
        return replace(face, box=box)

    def _look(self, image: Image, face: Face, region: Region) -> Face:
        """Run the network on a square of the picture; return the face it finds."""
        there = transform_of(region)
        square = warped(image.pixels, there, INPUT_PX)
        square /= 255
        self._interpreter.set_tensor(self._input, square[None])
        self._interpreter.invoke()
        solid = self._interpreter.get_tensor(self._points).reshape(N_POINTS, 3)
        logit = float(self._interpreter.get_tensor(self._presence).item())
        back = inverse(there)
        points = (solid[:, :2] @ back[:, :2].T + back[:, 2]).astype(np.float32)
        return replace(
            face,
            eyes=eyes_of(points),
            turn=turn_of(solid),
            presence=1 / (1 + exp(-logit)),
            points=points,
        )


def transform_of(region: Region) -> NDArray[np.float64]:
    """Return the similarity transform (2, 3) from the picture to the network's input."""
    scale, half, (x, y) = INPUT_PX / region.side, (INPUT_PX - 1) / 2, region.centre
    a, b = scale * cos(region.angle), scale * sin(region.angle)
    return np.array([[a, b, half - a * x - b * y], [-b, a, half + b * x - a * y]])


def region_of(face: Face) -> Region:
    """Return the square for the network around the face whose points it found."""
    angle = roll(face.eyes)
    level = np.array([[cos(angle), sin(angle)], [-sin(angle), cos(angle)]])
    places = face.points @ level.T
    low, high = places.min(axis=0), places.max(axis=0)
    x, y = ((low + high) / 2 @ level).tolist()
    return Region((x, y), AROUND * float((high - low).max()), angle)


def eyes_of(points: Points) -> Eyes:
    """Return the centre of each eye, the one on the left of the picture first."""
    a, b, c, d = points[[*LEFT_EYE, *RIGHT_EYE], :2].tolist()
    return midpoint(a, b), midpoint(c, d)


def midpoint(one: Sequence[float], other: Sequence[float]) -> Point:
    """Return the point halfway between two."""
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def turn_of(solid: Points) -> float:
    """Return a face's yaw, 0 frontal to 1 in profile, from the difference of the eyes in depth.

    Args:
        solid: (468, 3), the points with their depth, in one unit.
    """
    left, right = solid[[LEFT_EYE[0], RIGHT_EYE[0]]].tolist()
    depth = abs(right[2] - left[2]) / max(dist(left, right), 1e-6)
    return float(min(max(TURN_SLOPE * depth + TURN_OFFSET, 0.0), 1.0))
