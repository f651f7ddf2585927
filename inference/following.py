"""One person from frame to frame of a clip, all frames turned the same way up."""

from typing import NamedTuple

import numpy as np

from inference.faces import TOGETHER, Face, follow
from inference.finder import MIN_PRESENCE, FaceFinder, turns_to_try, uprightness
from inference.images import Image

# The detector looks at every fourth of sixteen frames; in between, the mesh follows its own points.
# These frames also decide which way up the clip is.
DETECT_EVERY = 4


class Followed(NamedTuple):
    """The face of the person who is followed, and how many faces are about as large, with it."""

    face: Face
    faces: int


class Follower:
    """One person in the frames of a clip."""

    def __init__(self, finder: FaceFinder, images: list[Image]) -> None:
        """Decide which way up the clip is."""
        self._finder, self._images = finder, images
        places = range(0, len(images), DETECT_EVERY)
        ways = {0: self._found(places, turns=0)}
        for turns in turns_to_try(standing(ways[0], 0)):
            ways[turns] = self._found(places, turns=turns)
        self._turns = max(ways, key=lambda turns: standing(ways[turns], turns))
        self._detected = ways[self._turns]

    def see(self, place: int, last: Followed | None) -> Followed | None:
        """Return the person in a frame; None where nobody is found.

        Args:
            place: Of the frame among the images.
            last: The person in the frame before, None where nobody was read in it.
        """
        image = self._images[place]
        if last is not None and len(last.face.points) and place not in self._detected:
            face = self._finder.fit_again(image, last.face)
            if face.presence >= MIN_PRESENCE:
                return last._replace(face=face)
        faces = self._detected.get(place)
        if faces is None:
            faces = self._finder.find_turned(image, self._turns)
        if not faces:
            return None
        face = follow(faces, image, last.face if last else None)
        return Followed(face, sum(each.size >= TOGETHER * face.size for each in faces))

    def _found(self, places: range, *, turns: int) -> dict[int, tuple[Face, ...]]:
        return {place: self._finder.find_turned(self._images[place], turns) for place in places}


def standing(found: dict[int, tuple[Face, ...]], turns: int) -> float:
    """Return how surely people stand upright in some frames once these are turned: log-odds."""
    return float(np.mean([uprightness(faces, turns) for faces in found.values()]))
