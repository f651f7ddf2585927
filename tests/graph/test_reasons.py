import pytest

from graph.reasons import Because, Reason, Trait, in_words
from graph.tracks import Track, TrackId
from inference.emotions import Emotion

LIKED = Track(TrackId("a"), "Heroes", "David Bowie")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason(Because.ZONE, Emotion.SAD), "suits sad"),
        (
            Reason(Because.ZONE, Emotion.SAD, traits=(Trait.SLOW, Trait.DARK)),
            "suits sad: slow, dark",
        ),
        (
            Reason(Because.LIKED, Emotion.SAD, LIKED, (Trait.FAST, Trait.SAME_DECADE)),
            "because you liked Heroes by David Bowie: both fast, of the same decade",
        ),
        (Reason(Because.LIKED, Emotion.SAD, LIKED), "because you liked Heroes by David Bowie"),
        (
            Reason(Because.BRIDGE, Emotion.NEUTRAL, traits=(Trait.ACOUSTIC,)),
            "a step on the way, near neutral: acoustic",
        ),
    ],
)
def test_in_words(reason: Reason, words: str) -> None:
    assert in_words(reason) == words
