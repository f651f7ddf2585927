"""Finding faces whichever way up a picture is: the detector proposes, the mesh decides."""

from collections.abc import Iterable
from dataclasses import replace

import cv2
import numpy as np

from inference.detector import FaceDetector
from inference.faces import MAX_ROLL_DEGREES, Face, turned_back
from inference.images import Image
from inference.mesh import FaceMesh
from inference.weights import Weights

# How sure the mesh must be that it lies on a face: it is for all faces of some 100 photographs, and
# for 98 of 100 of PublicTest's in larger pictures.
MIN_PRESENCE = 0.9
# What lies on its side or its head must look more like a face than what stands upright: three ways
# are three more chances for a false one, most of which score below .7.
MIN_TURNED_SCORE = 0.7
# A blurred face that stands upright scores at least so much, while the mesh is hardly sure of it.
BLURRED_SCORE, BLURRED_PRESENCE = 0.67, 0.02
# A face that fills so much of a picture's shorter side may reach over its edges; the detectors see
# it better with a border around it, of this share of the picture's sides, its edge repeated.
CLOSE, BORDER = 0.45, 0.35


class FaceFinder:
    """Both ranges of the detector and the mesh, loaded; for one thread."""

    def __init__(self) -> None:
        """Load the networks.

        Raises:
            ModelError: The weights are missing or are not the expected ones.
        """
        self._full_range = FaceDetector(Weights.FULL_RANGE)
        self._short_range = FaceDetector(Weights.SHORT_RANGE)
        self._mesh = FaceMesh()

    def find(self, image: Image) -> tuple[Face, ...]:
        """Return the faces whichever way up the picture is, the largest first.

        The other three ways up are tried only when no face is found that stands upright.
        """
        faces = self.find_upright(image)
        if any(face.stands for face in faces):
            return faces
        ways = [self.find_turned(image, turns) for turns in (1, 2, 3)]
        return max([faces, *ways], key=sureness)

    def find_turned(self, image: Image, turns: int) -> tuple[Face, ...]:
        """Return the faces that stand upright once the picture is turned, as they are before.

        Args:
            image: The picture.
            turns: Quarter turns counterclockwise, 0 to 3.
        """
        if turns == 0:
            return self.find_upright(image)
        height, width = image.pixels.shape[:2]
        turned = Image.of(np.ascontiguousarray(np.rot90(image.pixels, turns)))
        return tuple(
            turned_back(face, turns, width, height)
            for face in self._find(turned, blurred=False)
            if face.lean <= MAX_ROLL_DEGREES and face.score >= MIN_TURNED_SCORE
        )

    def find_upright(self, image: Image) -> tuple[Face, ...]:
        """Return the faces of a picture that stands upright, the largest first."""
        return self._find(image, blurred=True)

    def _find(self, image: Image, *, blurred: bool) -> tuple[Face, ...]:
        """Return the faces that stand upright, among them, if asked for, blurred ones."""
        faces = self._fitted(image, self.detect(image), blurred=blurred)
        if faces and faces[0].size < CLOSE * min(image.size):
            return faces
        return max(faces, self._find_close(image), key=sureness)

    def _find_close(self, image: Image) -> tuple[Face, ...]:
        """Return the faces that are seen in the picture with a border around it."""
        width, height = image.size
        x, y = round(BORDER * width), round(BORDER * height)
        framed = Image.of(
            cv2.copyMakeBorder(image.pixels, y, y, x, x, cv2.BORDER_REPLICATE).astype(np.uint8)
        )
        found = self._short_range.detect(framed) or self._full_range.detect(framed)
        return self._fitted(image, (face.moved(-x, -y) for face in found), blurred=False)

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Return the faces as the full range sees them, else as the short range does."""
        return self._full_range.detect(image) or self._short_range.detect(image)

    def fit(self, image: Image, face: Face) -> Face:
        """Return a face with its eyes where the mesh sees them in this picture."""
        return self._mesh.fit(image, face)

    def _fitted(self, image: Image, faces: Iterable[Face], *, blurred: bool) -> tuple[Face, ...]:
        """Return the faces that the mesh confirms, with its points.

        Args:
            image: The picture.
            faces: As the detector sees them.
            blurred: Return those, too, of which the mesh is not sure and the detector is; their
                eyes stay where it sees them.
        """
        found = []
        for face in faces:
            fitted = self._mesh.fit(image, face)
            if fitted.presence >= MIN_PRESENCE:
                found.append(fitted)
            elif blurred and face.score >= BLURRED_SCORE and fitted.presence >= BLURRED_PRESENCE:
                found.append(replace(face, presence=fitted.presence))
        return tuple(found)

    def close(self) -> None:
        """Release the detectors and their threads."""
        self._full_range.close()
        self._short_range.close()


def sureness(faces: tuple[Face, ...]) -> float:
    """Return how surely one of the faces is one, 0 to 1."""
    return max((face.presence * face.score for face in faces), default=0.0)
