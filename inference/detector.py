"""Where faces may be in a picture: Google's BlazeFace through MediaPipe."""

from importlib import import_module
from typing import Any

from inference.errors import ModelError
from inference.faces import Face
from inference.images import Image
from inference.preprocess import Point, eye_distance
from inference.quiet import quiet_stderr
from inference.weights import Weights, load_weights

# On 99 photographs: no false face, and with the short range as second try none missed.
MIN_SCORE = 0.6


class FaceDetector:
    """One range of the detector, loaded; for one thread."""

    def __init__(self, weights: Weights) -> None:
        """Load the detector.

        Raises:
            ModelError: The weights are missing or are not the expected ones.
        """
        self._mediapipe = load_mediapipe()
        self._detector = load_detector(self._mediapipe, weights)

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Return the faces that stand more or less upright, the largest first.

        The detector shrinks every picture to 192 or 128 pixels, so its own size costs nothing.
        """
        picture = self._mediapipe.Image(self._mediapipe.ImageFormat.SRGB, image.pixels)
        found = self._detector.detect(picture).detections
        faces = (to_face(detection, *image.size) for detection in found)
        return tuple(sorted(faces, key=lambda face: -face.size))

    def close(self) -> None:
        """Release the detector and its threads."""
        self._detector.close()


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
        turn=turn_of(nose, right_ear, left_ear),
    )


def turn_of(nose: Point, left_ear: Point, right_ear: Point) -> float:
    """Return how far a face looks aside: 0 straight ahead, 1 in profile.

    The nose tip's place between the ears, along their line, told from their middle.
    """
    span = eye_distance((left_ear, right_ear))
    along_x, along_y = (right_ear[0] - left_ear[0]) / span, (right_ear[1] - left_ear[1]) / span
    middle_x, middle_y = (left_ear[0] + right_ear[0]) / 2, (left_ear[1] + right_ear[1]) / 2
    offset = (nose[0] - middle_x) * along_x + (nose[1] - middle_y) * along_y
    return min(2 * abs(offset) / span, 1.0)
