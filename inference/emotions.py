"""The seven emotions and a probability for each: the words that every package shares."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isclose, isfinite


class Emotion(StrEnum):
    """A basic emotion, in the order of FER2013's labels and of the network's outputs.

    Source: I. Goodfellow et al., "Challenges in Representation Learning", 2013, arXiv 1307.0414.
    """

    ANGRY = "angry"
    DISGUST = "disgust"
    FEAR = "fear"
    HAPPY = "happy"
    SAD = "sad"
    SURPRISE = "surprise"
    NEUTRAL = "neutral"


EMOTIONS = tuple(Emotion)
# Floats that were summed in float32 or read back from JSON with three digits still count as 1.
SUM_TOLERANCE = 0.005


@dataclass(frozen=True, slots=True)
class EmotionScores:
    """How probable each emotion is; sums to 1.

    Attributes:
        probabilities: Seven numbers from 0 to 1, in the order of `EMOTIONS`.

    Raises:
        ValueError: Not seven finite numbers from 0 to 1, or they do not sum to 1.
    """

    probabilities: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what is not a distribution over the seven."""
        values = self.probabilities
        if len(values) != len(EMOTIONS) or not all(isfinite(p) and 0 <= p <= 1 for p in values):
            raise ValueError(f"expected {len(EMOTIONS)} numbers from 0 to 1, found {values}")
        if not isclose(sum(values), 1, abs_tol=SUM_TOLERANCE):
            raise ValueError(f"expected probabilities that sum to 1, found a sum of {sum(values)}")

    @classmethod
    def from_weights(cls, weights: Mapping[Emotion, float]) -> "EmotionScores":
        """Return the weights as shares of their sum; an emotion left out has weight 0.

        Raises:
            ValueError: A weight is negative or not finite, or all are 0.
        """
        values = [float(weights.get(emotion, 0)) for emotion in EMOTIONS]
        total = sum(values)
        if total <= 0 or not all(isfinite(v) and v >= 0 for v in values):
            raise ValueError(f"expected non-negative weights, not all 0, found {dict(weights)}")
        return cls(tuple(value / total for value in values))

    @classmethod
    def only(cls, emotion: Emotion) -> "EmotionScores":
        """Return all probability on one emotion: what a person who presses a button says."""
        return cls.from_weights({emotion: 1.0})

    def to_choose_by(self, *, certain: bool) -> "EmotionScores":
        """Return what songs are chosen for: all of it, or the two that a person is asked about."""
        return self if certain else self.likeliest(2)

    def likeliest(self, n: int) -> "EmotionScores":
        """Return the n most probable emotions, all alike; those that are impossible stay out."""
        return EmotionScores.from_weights(
            {emotion: 1.0 for emotion in self.ranked()[:n] if self[emotion] > 0}
        )

    def __getitem__(self, emotion: Emotion) -> float:
        """Return the probability of one emotion."""
        return self.probabilities[EMOTIONS.index(emotion)]

    def items(self) -> Iterator[tuple[Emotion, float]]:
        """Iterate over pairs of emotion and probability, in the order of `EMOTIONS`."""
        return zip(EMOTIONS, self.probabilities, strict=True)

    def ranked(self) -> list[Emotion]:
        """Return the emotions, the most probable first; ties keep the order of `EMOTIONS`."""
        return sorted(EMOTIONS, key=lambda emotion: -self[emotion])
