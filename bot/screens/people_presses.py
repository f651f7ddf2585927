"""What a person can press outside of songs and settings."""

from dataclasses import dataclass

from inference.emotions import Emotion


@dataclass(frozen=True, slots=True)
class MoodPress:
    """One of the seven moods, chosen without a picture."""

    emotion: Emotion


@dataclass(frozen=True, slots=True)
class GuidePress:
    """How to send a selfie; or else the seven moods to choose from."""

    selfie: bool


@dataclass(frozen=True, slots=True)
class ForgetPress:
    """Delete everything about the person who presses; or else keep it."""

    sure: bool
