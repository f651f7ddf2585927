import numpy as np
import pytest

from graph.feelings.anchors import (
    CORNERS,
    LEADS,
    PLACES,
    ZONE_OF,
    Zone,
    axes,
    fit,
    mixture,
    place,
    ranks,
    seeds,
    suits,
    zones,
)
from inference.emotions import EMOTIONS, Emotion, EmotionScores

CORNER_SIDES = np.array([CORNERS[zone] for zone in Zone], float)


def test_place_is_the_mean_of_the_studies() -> None:
    assert place(Emotion.HAPPY) == pytest.approx((0.9, 0.42))
    assert place(Emotion.DISGUST) == pytest.approx((-0.66, 0.275))


def test_every_emotion_has_place_and_zone() -> None:
    assert set(PLACES) == set(ZONE_OF) == set(EMOTIONS)


@pytest.mark.parametrize("zone", [Zone.HAPPY, Zone.ANGRY, Zone.SAD])
def test_studies_put_a_zone_where_its_corner_is(zone: Zone) -> None:
    assert np.sign(place(LEADS[zone])).tolist() == list(CORNERS[zone])


def test_missing_features_take_no_part() -> None:
    values = np.array([[1.0, 0.0], [-1.0, 0.0]])

    sides = axes(values, ("valence", "energy"))

    assert sides.tolist() == [[1, 0], [-1, 0]]


def test_acoustic_is_less_exciting() -> None:
    values = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]])

    sides = axes(values, ("valence", "energy", "acousticness"))

    assert sides[0, 1] < sides[1, 1]


@pytest.mark.parametrize("zone", Zone)
def test_corner_fits_its_own_zone_best(zone: Zone) -> None:
    suited = fit(CORNER_SIDES, LEADS[zone])

    assert list(Zone)[int(np.argmax(suited))] is zone
    assert list(Zone)[int(zones(CORNER_SIDES)[int(np.argmax(suited))])] is zone


def test_weaker_axis_counts() -> None:
    both, loud_only = np.array([[-1.0, 1.0]]), np.array([[0.0, 3.0]])

    assert fit(both, Emotion.ANGRY) > fit(loud_only, Emotion.ANGRY)


def test_surprise_asks_for_more_drive_than_happy() -> None:
    bright, driving = [1.5, 1.0], [1.0, 1.5]

    happy = fit(np.array([bright, driving]), Emotion.HAPPY)
    surprise = fit(np.array([bright, driving]), Emotion.SURPRISE)

    assert happy[0] == happy[1]
    assert surprise[1] > surprise[0]


def test_ranks_by_hand() -> None:
    sides = np.array([[0.0, 5.0], [1.0, 5.0], [9.0, -5.0], [3.0, 0.0]])

    assert ranks(sides).tolist() == [[0.25, 0.875], [0.5, 0.875], [1.0, 0.25], [0.75, 0.5]]


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_seeds_are_a_distribution_over_the_best(emotion: Emotion) -> None:
    sides = np.random.default_rng(0).normal(size=(5000, 2))

    start = seeds(sides, emotion)

    assert start.sum() == pytest.approx(1)
    assert np.count_nonzero(start) == 100
    assert np.argmax(start) == np.argmax(fit(sides, emotion))


def test_suits_by_hand() -> None:
    places = np.array([[0.9, 0.8], [0.1, 0.3]])

    assert suits(places, EmotionScores.only(Emotion.HAPPY)) == pytest.approx([0.8, 0.1])
    assert suits(places, EmotionScores.only(Emotion.SAD)) == pytest.approx([0.1, 0.7])


def test_mixture_lies_between() -> None:
    half = EmotionScores.from_weights({Emotion.HAPPY: 1, Emotion.SAD: 1})

    assert mixture(half) == (0, 0)
    assert mixture(EmotionScores.only(Emotion.NEUTRAL)) == (1, -1)
