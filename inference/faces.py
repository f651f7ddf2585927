"""A face found in a picture, and which of several faces is read."""

from dataclasses import dataclass, field, replace
from math import cos, dist, log, pi
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inference.images import Image
from inference.preprocess import Eyes, Point, roll, roll_degrees

Points: TypeAlias = NDArray[np.float32]

MAX_ROLL_DEGREES = 60.0  # what leans more is looked for with the picture turned
TINY = 1e-12
# In a group, a face of this share of the largest one's size still counts as large.
LARGE = 0.7
# A face of this share of the largest one's size belongs to the group: who holds the camera is .6 m
# from it, who looks over a shoulder 1.2 m, and passers-by are further away. In a group of five and
# in three rows of singers among the test photographs all reach .74.
TOGETHER = 0.4
MOST_TOGETHER = 12  # as many as one line of an answer can name


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A face in a picture, all in pixels of that picture.

    Attributes:
        box: Left, top, right, bottom, from forehead to chin; may reach over the picture's edge.
        score: How sure the detector is, 0 to 1.
        eyes: The eye on the left of the picture and the one on the right.
        turn: How far the face looks aside: 0 straight ahead, 1 in profile.
        presence: How sure the mesh is that its points lie on a face, 0 to 1.
        points: (468, 2), float32, the face mesh; (0, 2) as long as only the detector has looked.
    """

    box: tuple[float, float, float, float]
    score: float
    eyes: Eyes
    turn: float
    presence: float = 1.0
    points: Points = field(default_factory=lambda: np.empty((0, 2), np.float32), repr=False)

    @property
    def size(self) -> float:
        """The box's longer side."""
        left, top, right, bottom = self.box
        return max(right - left, bottom - top)

    @property
    def centre(self) -> Point:
        """The middle of the box."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2

    @property
    def lean(self) -> float:
        """How many degrees the eyes are off the level, either way."""
        return abs(roll_degrees(self.eyes))

    @property
    def sureness(self) -> float:
        """How sure detector and mesh are together, 0 to 1."""
        return self.presence * self.score

    @property
    def presence_odds(self) -> float:
        """Log-odds of `presence`, at most 27; a mesh that fits is above 24."""
        return log(max(self.presence, TINY) / max(1 - self.presence, TINY))

    def uprightness(self, turns: int = 0) -> float:
        """Return the mesh's log-odds times the cosine of the lean once the picture is turned.

        The mesh fits a face that stands on its head, too, but is never as sure of it.

        Args:
            turns: Quarter turns counterclockwise.
        """
        lean = roll(self.eyes) - turns * pi / 2
        return max(self.presence_odds, 0.0) * max(cos(lean), 0.0)

    def moved(self, x: float, y: float) -> "Face":
        """Return the face that far to the right and down."""
        left, top, right, bottom = self.box
        (left_x, left_y), (right_x, right_y) = self.eyes
        return replace(
            self,
            box=(left + x, top + y, right + x, bottom + y),
            eyes=((left_x + x, left_y + y), (right_x + x, right_y + y)),
            points=self.points + np.array([x, y], np.float32),
        )

    def scaled(self, factor: float) -> "Face":
        """Return the face in the same picture, so many times as large."""
        left, top, right, bottom = self.box
        (left_x, left_y), (right_x, right_y) = self.eyes
        return replace(
            self,
            box=(left * factor, top * factor, right * factor, bottom * factor),
            eyes=((left_x * factor, left_y * factor), (right_x * factor, right_y * factor)),
            points=self.points * np.float32(factor),
        )


def turned_back(face: Face, turns: int, width: int, height: int) -> Face:
    """Return a face found in a picture after `np.rot90(picture, turns)`, in the picture itself.

    Args:
        face: In the coordinates of the turned picture.
        turns: Quarter turns counterclockwise, 0 to 3.
        width: Of the picture before turning.
        height: Of the picture before turning.
    """
    matrix, shift = {
        0: ([[1, 0], [0, 1]], (0, 0)),
        1: ([[0, -1], [1, 0]], (width, 0)),
        2: ([[-1, 0], [0, -1]], (width, height)),
        3: ([[0, 1], [-1, 0]], (0, height)),
    }[turns]

    def back(points: ArrayLike) -> NDArray[np.float64]:
        return np.asarray(np.asarray(points) @ np.array(matrix).T + np.array(shift))

    corners = back([face.box[:2], face.box[2:]])
    (x1, y1), (x2, y2) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    (left_x, left_y), (right_x, right_y) = back(face.eyes).tolist()
    return replace(
        face,
        box=(x1, y1, x2, y2),
        eyes=((left_x, left_y), (right_x, right_y)),
        points=back(face.points).astype(np.float32),
    )


def choose_face(faces: tuple[Face, ...], image: Image) -> Face:
    """Return the face to read: the largest, or in a group the most central of the large ones."""
    large = [face for face in faces if face.size >= LARGE * max(f.size for f in faces)]
    middle = image.size[0] / 2, image.size[1] / 2
    return min(large, key=lambda face: dist(face.centre, middle))


def choose_group(faces: tuple[Face, ...]) -> tuple[Face, ...]:
    """Return the faces of those who are in a picture together, from left to right.

    Small ones in the background are no part of it: they did not ask to be read.
    """
    largest = max(face.size for face in faces)
    together = [face for face in faces if face.size >= TOGETHER * largest]
    chosen = sorted(together, key=lambda face: -face.size)[:MOST_TOGETHER]
    return tuple(sorted(chosen, key=lambda face: face.centre))


def follow(faces: tuple[Face, ...], image: Image, last: Face | None) -> Face:
    """Return the face that was read in the frame before, as far as it is still about there."""
    if last is not None:
        near = min(faces, key=lambda face: dist(face.centre, last.centre))
        if dist(near.centre, last.centre) < last.size:
            return near
    return choose_face(faces, image)
