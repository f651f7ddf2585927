"""Whether a face is occluded: by a hand, a mask, sunglasses, a phone.

A separate network, since the one for emotions was trained to be robust against occlusion.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.errors import ModelError
from inference.quantised import MODELS, QuantisedNetwork, Vector

NAME = "cover"
HEADS = {"covered": 1}


class CoverFinder:
    """The loaded occlusion network, for use by one thread."""

    def __init__(self, directory: Path = MODELS) -> None:
        """Load `cover.tflite` as `cover.json` describes it.

        Raises:
            ModelError: A file is missing, damaged, or not the one that the other belongs to.
        """
        self._network = QuantisedNetwork(directory, NAME, HEADS)
        try:
            self.covered_above = float(self._network.description.get("covered_above", 0.0))
        except (TypeError, ValueError) as error:
            raise ModelError(f"expected a number covered_above in {directory}: {error}") from error

    def logits(self, faces: NDArray[np.uint8]) -> Vector:
        """Return the logit that each face is occluded, (n,), for (n, 48, 48) uint8 crops."""
        (covered,) = self._network.run(faces)
        return covered[:, 0]

    def is_covered(self, crop: NDArray[np.uint8]) -> bool:
        """Return whether the face of one (48, 48) uint8 crop is occluded."""
        return bool(self.logits(crop[None])[0] > self.covered_above)
