import numpy as np
import pytest

from graph.feelings.anchors import (
    CORNERS,
    STARTS,
    ZONE_OF,
    Zone,
    axes,
    mixture,
    ranks,
    seeds,
    zones,
)
from inference.emotions import EMOTIONS, Emotion, EmotionScores

CORNER_SIDES = np.array([CORNERS[zone] for zone in Zone], float)


def test_every_emotion_has_start_and_zone() -> None:
    assert set(STARTS) == set(ZONE_OF) == set(EMOTIONS)


def test_missing_features_take_no_part() -> None:
    values = np.array([[1.0, 0.0], [-1.0, 0.0]])

    sides = axes(values, ("valence", "energy"))

    assert sides.tolist() == [[1, 0], [-1, 0]]


def test_acoustic_is_less_exciting() -> None:
    values = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]])

    sides = axes(values, ("valence", "energy", "acousticness"))

    assert sides[0, 1] < sides[1, 1]


@pytest.mark.parametrize("zone", Zone)
def test_corner_lies_in_its_zone(zone: Zone) -> None:
    at = list(Zone).index(zone)

    assert zones(CORNER_SIDES).tolist()[at] == at


def test_ranks_by_hand() -> None:
    sides = np.array([[0.0, 5.0], [1.0, 5.0], [9.0, -5.0], [3.0, 0.0]])

    assert ranks(sides).tolist() == [[0.25, 0.875], [0.5, 0.875], [1.0, 0.25], [0.75, 0.5]]


def test_seeds_are_a_distribution_over_the_best() -> None:
    fitting = np.random.default_rng(0).random(5000)

    start = seeds(fitting)

    assert start.sum() == pytest.approx(1)
    assert np.count_nonzero(start) == 100
    assert np.argmax(start) == np.argmax(fitting)


def test_mixture_lies_between() -> None:
    half = EmotionScores.from_weights({Emotion.HAPPY: 1, Emotion.SAD: 1})

    assert mixture(half) == (0, 0)
    assert mixture(EmotionScores.only(Emotion.NEUTRAL)) == STARTS[Emotion.NEUTRAL]
