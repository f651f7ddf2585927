"""The emotion network, and the arithmetic behind its answer.

The network has two outputs. `original` speaks the labels of FER2013, `ferplus` predicts how ten
people would vote; an answer mixes both. The arithmetic works on arrays, for any number of faces:
serving and evaluation use the same functions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.emotions import EMOTIONS, EmotionScores
from inference.errors import ModelError
from inference.quantised import MODELS, QuantisedNetwork, Vector, expect

NAME = "emotion"
# The FER+ order is neutral, happiness, surprise, sadness, anger, disgust, fear, contempt: which
# of its columns are the seven. Contempt is none of them.
SEVEN = [4, 5, 6, 1, 3, 2, 0]
N_FERPLUS = 8
HEADS = {"original": len(EMOTIONS), "ferplus": N_FERPLUS}


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How the network's two outputs become one answer; chosen on the PublicTest pictures.

    Attributes:
        mixture: Weight of the `original` output; the rest is the weight of `ferplus`.
        temperature_original: Divides the logits before the softmax, above 0.
        temperature_ferplus: The same for the other output.
        weights: (7,), what the mixed probability of each emotion is multiplied by before they sum
            to 1 again: a corrected prior, since the training pictures hold few of some.
        certain_above: The most probable emotion must reach this for a certain answer.

    Raises:
        ValueError: A number out of its range.
    """

    mixture: float = 0.5
    temperature_original: float = 1.0
    temperature_ferplus: float = 1.0
    weights: tuple[float, ...] = (1.0,) * len(EMOTIONS)
    certain_above: float = 0.5

    def __post_init__(self) -> None:
        """Refuse numbers out of range."""
        shares = (self.mixture, self.certain_above)
        if not all(0 <= share <= 1 for share in shares):
            raise ValueError(f"expected mixture and threshold from 0 to 1, found {shares}")
        if min(self.temperature_original, self.temperature_ferplus) <= 0:
            raise ValueError("expected temperatures above 0")
        if len(self.weights) != len(EMOTIONS) or min(self.weights) <= 0:
            raise ValueError(f"expected seven weights above 0, found {self.weights}")


def softmax(logits: Vector, temperature: float) -> Vector:
    """Return probabilities along the last axis; a higher temperature makes them more even."""
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def seven_of(shares: Vector) -> Vector:
    """Return the shares of the seven emotions in FER+ shares: (..., 8) to (..., 7).

    Contempt's share goes to the seven in proportion to their own: nothing else is known of it.
    """
    seven = shares[..., SEVEN] + 1e-9
    return np.asarray(seven / seven.sum(axis=-1, keepdims=True))


def combine(original: Vector, ferplus: Vector, settings: ReadingSettings) -> Vector:
    """Return the answer for each face.

    Args:
        original: (n, 7), logits, in the order of `EMOTIONS`.
        ferplus: (n, 8), logits, in the order of FER+.
        settings: Temperatures and mixture.

    Returns:
        (n, 7), probabilities in the order of `EMOTIONS`; a row sums to 1.
    """
    labels = softmax(original, settings.temperature_original)
    people = seven_of(softmax(ferplus, settings.temperature_ferplus))
    mixed = settings.mixture * labels + (1 - settings.mixture) * people
    weighted = mixed * np.array(settings.weights)
    return np.asarray(weighted / weighted.sum(axis=-1, keepdims=True))


def combine_looks(looks: Sequence[tuple[Vector, Vector]], settings: ReadingSettings) -> Vector:
    """Return the mean answer for each face over several looks at it.

    A front camera mirrors or does not: with the mirror image as a second look the answer is the
    same. On faces framed as a detector does, a little off, it agrees with people in .7 % more.

    Args:
        looks: For each look the logits, (n, 7) and (n, 8).
        settings: As for `combine`.

    Returns:
        (n, 7), probabilities in the order of `EMOTIONS`; a row sums to 1.
    """
    return np.asarray(np.mean([combine(*logits, settings) for logits in looks], axis=0))


def is_certain(scores: EmotionScores, settings: ReadingSettings) -> bool:
    """Return whether the probabilities support one answer."""
    return max(scores.probabilities) >= settings.certain_above


def to_scores(probabilities: Vector) -> EmotionScores:
    """Return (7,) probabilities as a value."""
    return EmotionScores.from_weights(dict(zip(EMOTIONS, probabilities.tolist(), strict=True)))


class Classifier:
    """The loaded network, for one thread."""

    def __init__(self, directory: Path = MODELS) -> None:
        """Load `emotion.tflite` as `emotion.json` describes it.

        Raises:
            ModelError: A file is missing, damaged, or not the one that the other belongs to.
        """
        self._network = QuantisedNetwork(directory, NAME, HEADS)
        expect(directory / NAME, self._network.description, labels=list(EMOTIONS))
        try:
            self.settings = settings_of(self._network.description)
        except (TypeError, ValueError) as error:
            raise ModelError(f"expected settings of the reading in {directory}: {error}") from error

    def classify(self, faces: NDArray[np.uint8]) -> Vector:
        """Return the answer for each face.

        Args:
            faces: (n, 48, 48), uint8, as `crop_face` makes them.

        Returns:
            (n, 7), probabilities in the order of `EMOTIONS`; a row sums to 1.
        """
        return combine_looks(self.looks(faces), self.settings)

    def looks(self, faces: NDArray[np.uint8]) -> list[tuple[Vector, Vector]]:
        """Return the logits of the faces, and those of their mirror images."""
        return [self.logits(faces), self.logits(faces[:, :, ::-1])]

    def logits(self, faces: NDArray[np.uint8]) -> tuple[Vector, Vector]:
        """Return both outputs, (n, 7) and (n, 8), for (n, 48, 48) faces."""
        original, ferplus = self._network.run(faces)
        return original, ferplus


def settings_of(description: Mapping[str, Any]) -> ReadingSettings:
    """Return the settings that `emotion.json` gives; where it gives none, those by default.

    Raises:
        ValueError: A number out of its range.
        TypeError: A setting that there is not.
    """
    chosen = dict(description.get("reading", {}))
    if "weights" in chosen:
        chosen["weights"] = tuple(chosen["weights"])  # JSON knows lists only
    return ReadingSettings(**chosen)
