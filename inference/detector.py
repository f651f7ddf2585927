"""Face detection: Google's BlazeFace through MediaPipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Any
from weakref import finalize

from inference.errors import ModelError
from inference.faces import Face
from inference.images import Image
from inference.preprocess import Point, eye_distance
from inference.quiet import quiet_stderr
from inference.weights import Weights, load_weights

# Least detection score. On 99 photographs: no false positive, and none missed with the short-range
# model as second try.
MIN_SCORE = 0.6
# MediaPipe draws with them what it found; nothing here does. They take 45 MB and most of a second.
DRAWING = ("cv2", "matplotlib", "matplotlib.pyplot")
_LOADING = Lock()


class FaceDetector:
    """One model of the detector, short or full range, loaded; for use by one thread."""

    def __init__(self, weights: Weights) -> None:
        """Load the detector.

        Raises:
            ModelError: The weights are missing or are not the expected ones.
        """
        self._mediapipe = load_mediapipe()
        self._detector = load_detector(self._mediapipe, weights)
        # Holds the detector until then: MediaPipe's own finaliser waits for ever where the garbage
        # collector finds it in a cycle, since the thread that it waits for has ended by then.
        self._release = finalize(self, self._detector.close)
        self._release.atexit = False  # at exit that thread has ended, too

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Return the roughly upright faces, the largest first.

        Pictures are scaled to 192 or 128 pixels, so the time does not depend on their size.
        """
        picture = self._mediapipe.Image(self._mediapipe.ImageFormat.SRGB, image.pixels)
        found = self._detector.detect(picture).detections
        faces = (to_face(detection, *image.size) for detection in found)
        return tuple(sorted(faces, key=lambda face: -face.size))

    def close(self) -> None:
        """Release the detector and its threads."""
        self._release()


def load_mediapipe() -> Any:  # it carries no types
    """Return the package; imported here, since that takes seconds and only detection needs it."""
    with _LOADING, without(*DRAWING):
        return import_module("mediapipe")


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Let what is imported meanwhile find empty modules in the place of these, where none are."""
    empty = {name: ModuleType(name) for name in names if name not in sys.modules}
    sys.modules.update(empty)
    try:
        yield
    finally:
        for name in empty:
            del sys.modules[name]


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
    """Return MediaPipe's detection, whose box is in pixels and whose points are in shares."""
    box, points = detection.bounding_box, detection.keypoints
    # BlazeFace's order: right and left eye (of the person), nose, mouth, right and left ear.
    right_eye, left_eye, nose, _, right_ear, left_ear = (
        (point.x * width, point.y * height) for point in points
    )
    return Face(
        box=(box.origin_x, box.origin_y, box.origin_x + box.width, box.origin_y + box.height),
        score=float(detection.categories[0].score),
        eyes=(right_eye, left_eye),
        turn=turn_of(nose, right_ear, left_ear),
    )


def turn_of(nose: Point, left_ear: Point, right_ear: Point) -> float:
    """Return a face's yaw: 0 frontal, 1 in profile.

    It is the nose tip's distance from the midpoint of the ears along their line, in half distances
    of the ears.
    """
    span = eye_distance((left_ear, right_ear))
    along_x, along_y = (right_ear[0] - left_ear[0]) / span, (right_ear[1] - left_ear[1]) / span
    middle_x, middle_y = (left_ear[0] + right_ear[0]) / 2, (left_ear[1] + right_ear[1]) / 2
    offset = (nose[0] - middle_x) * along_x + (nose[1] - middle_y) * along_y
    return min(2 * abs(offset) / span, 1.0)
