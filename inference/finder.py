"""Finding faces whichever way up a picture is: the detector proposes, the mesh decides."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from inference.detector import FaceDetector
from inference.faces import MAX_ROLL_DEGREES, Face, turned_back
from inference.images import Image
from inference.mesh import FaceMesh
from inference.preprocess import cut_face, sharpness
from inference.warping import bordered
from inference.weights import Weights

# How sure the mesh must be that it lies on a face: it is for all faces of some 100 photographs, and
# for 98 of 100 of PublicTest's in larger pictures.
MIN_PRESENCE = 0.9
# A face that stands on its head is found as if it stood upright, with its points in the wrong
# places, in every second portrait. The mesh's log-odds tell: of 123 portraits that stand upright
# 122 are above 24, on their heads or lying all are below 18.
UPRIGHT, TURNED_ODDS = 20.0, 15.0
# A face that the mesh does not confirm is accepted as blurred if the detector's score and the
# mesh's presence reach the first two numbers and its sharpness stays below the third. Of 19
# portraits, blurred until the mesh doubts, 18 are less sharp; what the detector alone takes for a
# face (animals, dolls, discs) is sharper.
BLURRED_SCORE, BLURRED_PRESENCE, BLURRED_SHARPNESS = 0.67, 0.02, 0.05
# A face of at least the first share of the picture's shorter side may reach over its edges. The
# detectors see it better when the picture's edge is repeated as a border, of the second share.
CLOSE, BORDER = 0.45, 0.35
# If two faces score at least this, the picture is not searched again with a border: a face that
# lies on its side, or what is none, scores less.
SURE_SCORE = 0.77


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

        Other ways up are tried only when no face is found that surely stands upright.
        """
        faces = self.find_turned(image, 0)
        ways = {0: faces}
        for turns in turns_to_try(uprightness(faces)):
            ways[turns] = self.find_turned(image, turns)
        return ways[max(ways, key=lambda turns: uprightness(ways[turns], turns))]

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
            if face.lean <= MAX_ROLL_DEGREES and face.presence_odds >= TURNED_ODDS
        )

    def find_upright(self, image: Image) -> tuple[Face, ...]:
        """Return the faces of a picture that stands upright, the largest first."""
        return self._find(image, blurred=True)

    def _find(self, image: Image, *, blurred: bool) -> tuple[Face, ...]:
        """Return the faces that stand upright, among them, if asked for, blurred ones."""
        faces = self._fitted(image, self.detect(image), blurred=blurred)
        if faces and faces[0].size < CLOSE * min(image.size):
            return faces
        if sum(face.score >= SURE_SCORE for face in faces) > 1:
            return faces  # with a border around the picture the detectors often see only one
        return max(faces, self._find_close(image), key=sureness)

    def _find_close(self, image: Image) -> tuple[Face, ...]:
        """Return the faces that are seen in the picture with a border around it."""
        width, height = image.size
        x, y = round(BORDER * width), round(BORDER * height)
        framed = Image.of(bordered(image.pixels, x, y))
        found = self._short_range.detect(framed) or self._full_range.detect(framed)
        return self._fitted(image, (face.moved(-x, -y) for face in found), blurred=False)

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Return the faces as the full range sees them, else as the short range does."""
        return self._full_range.detect(image) or self._short_range.detect(image)

    def fit(self, image: Image, face: Face) -> Face:
        """Return a face with its eyes where the mesh sees them in this picture."""
        return self._mesh.fit(image, face)

    def fit_again(self, image: Image, last: Face) -> Face:
        """Return a face of the frame before where the mesh sees it in this one."""
        return self._mesh.fit_again(image, last)

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
            elif blurred and is_blurred(image, face, presence=fitted.presence):
                found.append(replace(face, presence=fitted.presence))
        return tuple(found)

    def close(self) -> None:
        """Release the detectors and their threads."""
        self._full_range.close()
        self._short_range.close()


def is_blurred(image: Image, face: Face, *, presence: float) -> bool:
    """Return whether a face that the mesh is not sure of may be one that is blurred."""
    if face.score < BLURRED_SCORE or presence < BLURRED_PRESENCE:
        return False
    return sharpness(cut_face(image, face.eyes, turn=face.turn)) < BLURRED_SHARPNESS


def sureness(faces: tuple[Face, ...]) -> float:
    """Return how surely one of the faces is one, 0 to 1."""
    return max((face.sureness for face in faces), default=0.0)


def uprightness(faces: tuple[Face, ...], turns: int = 0) -> float:
    """Return how surely one of the faces stands upright once the picture is turned: log-odds."""
    return max((face.uprightness(turns) for face in faces), default=0.0)


def turns_to_try(sure: float) -> tuple[int, ...]:
    """Return by how many quarters a picture may have to be turned, for how surely it stands."""
    return () if sure >= UPRIGHT else (1, 2, 3)
