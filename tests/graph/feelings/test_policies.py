import numpy as np
import pytest

from graph.feelings.policies import RULES, STEPS, STRATEGIES, Strategy, against, fits, prior, score
from graph.importing.columns import PLAIN
from inference.emotions import EMOTIONS, Emotion


def sounds(**features: float) -> np.ndarray:
    """Return one sound that differs from the middle in some features, among a thousand others."""
    values = np.random.default_rng(0).standard_normal((1000, len(PLAIN)))
    values[0] = [features.get(name, 0) for name in PLAIN]
    return values


def scored(emotion: Emotion, **features: float) -> float:
    return float(score(sounds(**features), PLAIN, emotion)[0])


def test_every_emotion_has_a_strategy_of_its_own_and_every_strategy_a_rule() -> None:
    assert set(STRATEGIES) == set(EMOTIONS)
    assert len(set(STRATEGIES.values())) == len(EMOTIONS)
    assert set(RULES) == set(Strategy) == set(STRATEGIES.values())


def test_beyond_the_cap_a_song_is_no_sadder() -> None:
    still = {"acousticness": 0.5}

    assert scored(Emotion.SAD, valence=-3, energy=-3, **still) == pytest.approx(
        scored(Emotion.SAD, valence=-1.2, energy=-1, **still), abs=1e-5
    )


@pytest.mark.parametrize("emotion", [Emotion.SAD, Emotion.FEAR])
@pytest.mark.parametrize(
    "noise", [{"instrumentalness": 2.0}, {"loudness": -3.0}, {"danceability": -3.0}]
)
def test_what_consoles_is_sung_and_neither_silent_nor_beatless(
    emotion: Emotion, noise: dict[str, float]
) -> None:
    song = {"valence": -0.5, "energy": -0.8}

    assert scored(emotion, **song, **noise) < scored(emotion, **song) - 0.3


def test_calm_may_be_instrumental_and_need_not_be_cheerful() -> None:
    still = {"energy": -1.0, "acousticness": 1.0}

    assert scored(Emotion.NEUTRAL, **still, instrumentalness=1) > scored(Emotion.NEUTRAL, **still)
    assert scored(Emotion.NEUTRAL, **still, valence=1.5) < scored(Emotion.NEUTRAL, **still)


def test_who_is_afraid_is_not_met_with_what_frightens() -> None:
    terror = {"valence": -1.5, "energy": 2.0, "loudness": 1.5}

    assert scored(Emotion.ANGRY, **terror) > 1
    assert scored(Emotion.FEAR, **terror) < -1


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_spoken_word_is_no_song_for_any_emotion(emotion: Emotion) -> None:
    assert scored(emotion, speechiness=5) < scored(emotion, speechiness=0.2) - 1


def test_fits_go_from_the_middle_to_the_best() -> None:
    values = sounds()

    found = fits(values, PLAIN)

    assert found.shape == (1000, len(EMOTIONS))
    for at, emotion in enumerate(EMOTIONS):
        by_rule = score(values, PLAIN, emotion)
        assert found[np.argmax(by_rule), at] == STEPS
        assert 450 <= np.count_nonzero(found[:, at]) <= 500


def test_features_that_are_missing_take_no_part() -> None:
    values = sounds()[:, :2]

    assert np.isfinite(score(values, ("valence", "energy"), Emotion.SAD)).all()


def test_unknown_popularity_is_that_of_the_middle() -> None:
    assert prior(np.array([100, 50, 0, np.nan])).tolist() == pytest.approx([0.15, 0, -0.15, 0])


def test_a_bright_song_is_never_explained_as_sad() -> None:
    assert against(Emotion.SAD, "valence", 1.0)
    assert against(Emotion.HAPPY, "valence", -1.0)
    assert against(Emotion.ANGRY, "energy", -1.0)
    assert against(Emotion.NEUTRAL, "energy", 1.0)
    assert not against(Emotion.SAD, "acousticness", 1.0)
