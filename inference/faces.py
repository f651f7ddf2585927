"""Finding faces: Google's BlazeFace through MediaPipe, and which of several faces is read."""

from dataclasses import dataclass, replace
from importlib import import_module
from math import dist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.errors import ModelError
from inference.images import Image
from inference.preprocess import Eyes, Point, close_up, eye_distance, middle_of, roll_degrees
from inference.quiet import quiet_stderr
from inference.weights import Weights, load_weights

# On 99 photographs: no false face, and with the short range as second try none missed.
MIN_SCORE = 0.6
# A face that stands upright scores higher and leans less than this; one that lies on its side or
# on its head is found too, at .60 to .76, but with its points in the wrong places.
SURE_SCORE = 0.77
MAX_ROLL_DEGREES = 60.0
# The detectors look at so many pixels each way. A face whose eyes they saw this far apart, as in a
# picture that it fills, gains nothing from a closer look.
SEEN_PX, NEAR_PX = 192, 32
# A closer look that puts the eyes farther off than this, in distances between them, or so much
# nearer or farther apart, sees another face.
SAME_FACE, SAME_SIZE = 0.5, 1.6
# In a group, a face of this share of the largest one's size still counts as large.
LARGE = 0.7


@dataclass(frozen=True, slots=True)
class Face:
    """A face in a picture, all in pixels of that picture.

    Attributes:
        box: Left, top, right, bottom, from forehead to chin; may reach over the picture's edge.
        score: How sure the detector is, 0 to 1.
        eyes: The eye on the left of the picture and the one on the right.
        nose: Its tip.
        ears: Where the ears begin, left of the picture first.
    """

    box: tuple[float, float, float, float]
    score: float
    eyes: Eyes
    nose: Point
    ears: tuple[Point, Point]

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
    def stands(self) -> bool:
        """Whether the face surely stands upright in the picture."""
        return self.score >= SURE_SCORE and self.lean <= MAX_ROLL_DEGREES

    @property
    def turn(self) -> float:
        """How far the face looks aside: 0 straight ahead, 1 in profile.

        The nose tip's place between the ears, along their line, told from their middle.
        """
        (left, right), span = self.ears, eye_distance(self.ears)
        along_x, along_y = (right[0] - left[0]) / span, (right[1] - left[1]) / span
        across_x, across_y = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
        offset = (self.nose[0] - across_x) * along_x + (self.nose[1] - across_y) * along_y
        return min(2 * abs(offset) / span, 1.0)


class FaceFinder:
    """Both ranges of the detector, loaded; for one thread."""

    def __init__(self) -> None:
        """Load the detectors.

        Raises:
            ModelError: The weights are missing or are not the expected ones.
        """
        self._mediapipe = load_mediapipe()
        self._full_range = load_detector(self._mediapipe, Weights.FULL_RANGE)
        self._short_range = load_detector(self._mediapipe, Weights.SHORT_RANGE)

    def find(self, image: Image) -> tuple[Face, ...]:
        """Return the faces whichever way up the picture is, the largest first.

        The other three ways up are tried only when no face is found that surely stands upright.
        Without EXIF, the best score told the right way up in 85 of 86 pictures.
        """
        faces = self.find_upright(image)
        if any(face.stands for face in faces):
            return faces
        height, width = image.pixels.shape[:2]
        ways = [faces]
        for turns in (1, 2, 3):
            turned = self.find_upright(Image.of(quarter_turns(image.pixels, turns)))
            level = (face for face in turned if face.lean <= MAX_ROLL_DEGREES)
            ways.append(tuple(turned_back(face, turns, width, height) for face in level))
        return max(ways, key=lambda way: max((face.score for face in way), default=0.0))

    def find_upright(self, image: Image) -> tuple[Face, ...]:
        """Return the faces as the full range sees them, else as the short range does.

        The detectors shrink every picture to 192 pixels, so its own size costs them nothing.
        """
        picture = self._mediapipe.Image(self._mediapipe.ImageFormat.SRGB, image.pixels)
        found = (
            self._full_range.detect(picture).detections
            or self._short_range.detect(picture).detections
        )
        faces = (to_face(detection, *image.size) for detection in found)
        return tuple(sorted(faces, key=lambda face: -face.size))

    def look_closer(self, image: Image, face: Face) -> Face:
        """Return a face of the picture with its eyes, nose and ears where they are from near.

        The eyes of a person at a webcam lie some 16 of the detectors' pixels apart, so that they
        are found a tenth of that off. Where PublicTest's faces are found in larger pictures, this
        look makes up for half of what finding them costs: `evaluate` measures it.

        Args:
            image: The picture in which the face was found.
            face: It is returned as it is where the closer look shows none, or another one.
        """
        if eye_distance(face.eyes) * SEEN_PX >= NEAR_PX * max(image.size):
            return face
        near, back = close_up(image, face.eyes, SEEN_PX, turn=face.turn)
        middle = (SEEN_PX / 2, SEEN_PX / 2)
        seen = self.find_upright(Image.of(near))
        central = min(seen, key=lambda found: dist(found.centre, middle), default=None)
        if central is None:
            return face

        def to_picture(point: Point) -> Point:
            x, y = back[:, :2] @ point + back[:, 2]
            return float(x), float(y)

        left, right = map(to_picture, central.eyes)
        apart, before = eye_distance((left, right)), eye_distance(face.eyes)
        off = dist(middle_of((left, right)), middle_of(face.eyes))
        if off > SAME_FACE * before or not 1 / SAME_SIZE < apart / before < SAME_SIZE:
            return face
        ears = to_picture(central.ears[0]), to_picture(central.ears[1])
        return replace(face, eyes=(left, right), nose=to_picture(central.nose), ears=ears)

    def close(self) -> None:
        """Release the detectors and their threads."""
        self._full_range.close()
        self._short_range.close()


def quarter_turns(pixels: NDArray[np.uint8], turns: int) -> NDArray[np.uint8]:
    """Return the picture turned counterclockwise by quarters of a circle."""
    return np.ascontiguousarray(np.rot90(pixels, turns))


def load_mediapipe() -> Any:  # it carries no types
    """Return the package. It takes seconds to import, which only those who find faces wait for."""
    return import_module("mediapipe")


def load_detector(mediapipe: Any, weights: Weights) -> Any:
    """Return a MediaPipe face detector.

    Raises:
        ModelError: The weights are missing or are not the expected ones; or MediaPipe's own
            library does not load, which needs two of the system's.
    """
    tasks = mediapipe.tasks
    base = tasks.BaseOptions(model_asset_buffer=load_weights(weights))
    options = tasks.vision.FaceDetectorOptions(
        base_options=base, min_detection_confidence=MIN_SCORE
    )
    try:
        with quiet_stderr():
            return tasks.vision.FaceDetector.create_from_options(options)
    except OSError as error:
        raise ModelError(
            f"expected libEGL.so.1 and libGLESv2.so.2, which `make system` installs: {error}"
        ) from error


def to_face(detection: Any, width: int, height: int) -> Face:
    """Return MediaPipe's detection as a value: its box is in pixels, its points in shares."""
    box, points = detection.bounding_box, detection.keypoints
    # BlazeFace's order: right and left eye (of the person), nose, mouth, right and left ear.
    right_eye, left_eye, nose, _, right_ear, left_ear = (
        (point.x * width, point.y * height) for point in points
    )
    return Face(
        box=(box.origin_x, box.origin_y, box.origin_x + box.width, box.origin_y + box.height),
        score=float(detection.categories[0].score),
        eyes=(right_eye, left_eye),
        nose=nose,
        ears=(right_ear, left_ear),
    )


def turned_back(face: Face, turns: int, width: int, height: int) -> Face:
    """Return a face found in a picture after `np.rot90(picture, turns)`, in the picture itself.

    Args:
        face: In the coordinates of the turned picture.
        turns: Quarter turns counterclockwise, 1 to 3.
        width: Of the picture before turning.
        height: Of the picture before turning.
    """

    def back(point: Point) -> Point:
        x, y = point
        return {1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}[turns]

    corners = [back((face.box[0], face.box[1])), back((face.box[2], face.box[3]))]
    (x1, x2), (y1, y2) = (sorted(axis) for axis in zip(*corners, strict=True))
    return Face(
        box=(x1, y1, x2, y2),
        score=face.score,
        eyes=(back(face.eyes[0]), back(face.eyes[1])),
        nose=back(face.nose),
        ears=(back(face.ears[0]), back(face.ears[1])),
    )


def choose_face(faces: tuple[Face, ...], image: Image) -> Face:
    """Return the face to read: the largest, or in a group the most central of the large ones."""
    large = [face for face in faces if face.size >= LARGE * max(f.size for f in faces)]
    middle = image.size[0] / 2, image.size[1] / 2
    return min(large, key=lambda face: dist(face.centre, middle))
