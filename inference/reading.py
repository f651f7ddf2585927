"""What a picture or a clip says, without the picture."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inference.emotions import EMOTIONS, Emotion, EmotionScores
from inference.media import MediaKind


class Advice(StrEnum):
    """What about the picture makes the reading less sure; the bot has a sentence for each."""

    DARK = "dark"
    BRIGHT = "bright"
    BLURRED = "blurred"
    TINY = "tiny"
    TURNED = "turned"
    COVERED = "covered"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class FaceReading:
    """What one of several faces in a photo says.

    Attributes:
        scores: How probable each emotion is.
        certain: Whether the probabilities support one answer.
        box: Left, top, right, bottom, in pixels of the upright picture.
    """

    scores: EmotionScores
    certain: bool
    box: tuple[int, int, int, int]

    @property
    def moods(self) -> list[Emotion]:
        """The most probable emotion; the two most probable ones where that is not certain."""
        return self.scores.ranked()[: 1 if self.certain else 2]

    def as_json(self) -> dict[str, Any]:
        """Return the fields for `json.dumps`."""
        first, second, *_ = self.scores.ranked()
        return {
            "emotion": first.value,
            "second": second.value,
            "certain": self.certain,
            "scores": rounded(self.scores),
            "box": list(self.box),
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """What a picture or a clip says, without the picture.

    Attributes:
        scores: How probable each emotion is; for a clip, fused over its frames.
        certain: Whether the probabilities support one answer.
        faces: How many faces there are, in a clip of those about as large as the one that was read
            as many as two of its frames show.
        box: Left, top, right, bottom of that face, in pixels of the upright picture; for a clip,
            in the frame that shows it best.
        frames: How many pictures were read: 1 for a photo.
        arc: For a clip, the second and the scores of every frame that was read; else empty.
        advice: What would have made the reading surer.
        people: Of a photo of several people, every face of theirs, from left to right; else empty.
    """

    scores: EmotionScores
    certain: bool
    faces: int
    box: tuple[int, int, int, int]
    frames: int = 1
    arc: tuple[tuple[float, EmotionScores], ...] = ()
    advice: tuple[Advice, ...] = ()
    people: tuple[FaceReading, ...] = ()

    @property
    def emotion(self) -> Emotion:
        """The most probable emotion, also when that is not certain."""
        return self.scores.ranked()[0]

    @property
    def second(self) -> Emotion:
        """The next most probable emotion."""
        return self.scores.ranked()[1]

    @property
    def shares(self) -> EmotionScores:
        """How large a share of the people looks how; who may be either of two is half of each.

        It names nobody: which face looks how cannot be told from it.
        """
        votes = dict.fromkeys(EMOTIONS, 0.0)
        for person in self.people:
            for mood in person.moods:
                votes[mood] += 1 / len(person.moods)
        return EmotionScores.from_weights(votes)

    @property
    def kind(self) -> MediaKind:
        """What was read."""
        return MediaKind.VIDEO if self.arc else MediaKind.PHOTO

    def as_json(self) -> dict[str, Any]:
        """Return the fields for `json.dumps`."""
        return {
            "kind": self.kind.value,
            "faces": self.faces,
            "emotion": self.emotion.value,
            "second": self.second.value,
            "certain": self.certain,
            "scores": rounded(self.scores),
            "box": list(self.box),
            "frames": self.frames,
            "arc": [[round(second, 2), rounded(scores)] for second, scores in self.arc],
            "advice": [advice.value for advice in self.advice],
            "people": [person.as_json() for person in self.people],
        }


def rounded(scores: EmotionScores) -> dict[str, float]:
    """Return the probabilities by name, with four digits."""
    return {emotion.value: round(probability, 4) for emotion, probability in scores.items()}
