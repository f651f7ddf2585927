"""Figures against answers by hand."""

from math import exp

import numpy as np
import pytest

from inference.classifier import ReadingSettings, combine
from inference.training.evaluation.metrics import (
    accuracy_at,
    confusion,
    fit_temperature,
    plurality,
    recalls,
    reliability,
    threshold_for,
)

SURE, LIKELY, GUESS = 0.9, 0.6, 0.4


def answers(*tops: tuple[int, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return a (n, 7) row per (emotion, probability); the rest is spread over the others."""
    rows = []
    for emotion, top in tops:
        row = np.full(7, (1 - top) / 6)
        row[emotion] = top
        rows.append(row)
    return np.array(rows)


VOTES = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")


def votes(**counts: int) -> list[int]:
    return [counts.get(name, 0) for name in (*VOTES, "unknown", "not_a_face")]


def test_plurality_speaks_in_the_order_of_fer2013():
    people = plurality(np.array([votes(anger=8, fear=2), votes(neutral=10), votes(sadness=10)]))

    assert people.emotions.tolist() == [0, 6, 4]


def test_plurality_is_clean_only_when_nothing_else_has_as_many_votes():
    people = plurality(
        np.array([votes(fear=5, surprise=5), votes(fear=4, unknown=6), votes(fear=6, surprise=4)])
    )

    assert people.clean.tolist() == [False, False, True]
    assert people.six.tolist() == [False, False, True]


def test_contempt_alone_is_not_one_of_the_seven():
    assert plurality(np.array([votes(contempt=10)])).seen.tolist() == [False]


def test_confusion_has_labels_in_rows():
    counts = confusion(answers((3, SURE), (3, SURE), (4, SURE)), np.array([3, 4, 4]))

    assert counts[4, 3] == 1
    assert recalls(counts)[4] == 0.5


def test_recall_of_a_class_without_rows_is_not_a_number():
    assert np.isnan(recalls(confusion(answers((0, SURE)), np.array([0])))[1])


def test_calibration_error_is_the_weighted_gap():
    found = reliability(answers((0, SURE), (0, SURE), (0, LIKELY)), np.array([0, 1, 0]))

    by_hand = 2 / 3 * (SURE - 0.5) + 1 / 3 * (1 - LIKELY)
    assert found.error == pytest.approx(by_hand)


def test_most_certain_share_leaves_the_guesses_out():
    readings, labels = answers((0, SURE), (0, LIKELY), (0, GUESS)), np.array([0, 0, 1])

    assert accuracy_at(readings, labels, share=2 / 3) == 1
    assert accuracy_at(readings, labels, share=1) == pytest.approx(2 / 3)


def test_threshold_is_the_lowest_that_keeps_the_wanted_accuracy():
    readings, labels = answers((0, SURE), (0, LIKELY), (0, GUESS)), np.array([0, 0, 1])

    assert threshold_for(readings, labels, wanted=0.9) == LIKELY


def test_threshold_that_nothing_reaches_is_one():
    assert threshold_for(answers((0, SURE)), np.array([1]), wanted=0.9) == 1


def test_temperature_makes_overconfident_logits_honest():
    """Logits that promise 95 % and are right in 75 %: the answer follows from the odds."""
    odds = 0.95 / (0.05 / 6)
    logits = np.zeros((400, 7))
    logits[:, 0] = np.log(odds)
    labels = np.repeat([0, 1], [300, 100])

    found = fit_temperature(
        lambda t: combine(logits, np.zeros((400, 8)), ReadingSettings(1.0, t)), labels
    )

    promised = odds ** (1 / found) / (odds ** (1 / found) + 6)
    assert promised == pytest.approx(0.75, abs=0.002)
    assert found < exp(2)
