import numpy as np
import pytest

from graph.choosing.reasons import Because, Reason, Trait, for_liked, for_zone, in_words
from graph.snapshot.store import Snapshot
from graph.tracks import Track, TrackId
from inference.emotions import Emotion, EmotionScores

LIKED = Track(TrackId("a"), "Heroes", "David Bowie")


def test_songs_without_words_share_no_language(starter: Snapshot) -> None:
    rows = [row for row in range(len(starter)) if starter.track_at(row).language == "zxx"][:2]
    song, via = zip(rows, starter.nodes(np.array(rows)).tolist(), strict=True)

    reason = for_liked(starter, song, via, EmotionScores.only(Emotion.SAD))

    assert Trait.SAME_LANGUAGE not in reason.traits


@pytest.mark.parametrize(
    ("emotion", "never", "often"),
    [
        (Emotion.SAD, Trait.FAST, Trait.SLOW),
        (Emotion.NEUTRAL, Trait.FAST, Trait.SLOW),
        (Emotion.HAPPY, Trait.SLOW, Trait.FAST),
        (Emotion.ANGRY, Trait.SLOW, Trait.FAST),
    ],
)
def test_no_tempo_that_speaks_against_a_feeling_is_a_reason(
    starter: Snapshot, emotion: Emotion, never: Trait, often: Trait
) -> None:
    found = [
        for_zone(starter, node, EmotionScores.only(emotion)).traits
        for node in range(len(starter.sides))
    ]

    assert not any(never in traits for traits in found)
    assert sum(often in traits for traits in found) > 50


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
        (Reason(Because.NEW, Emotion.SAD), "something new to try"),
        (
            Reason(Because.NEW, Emotion.SAD, traits=(Trait.SLOW,)),
            "something new to try: slow",
        ),
    ],
)
def test_in_words(reason: Reason, words: str) -> None:
    assert in_words(reason) == words
