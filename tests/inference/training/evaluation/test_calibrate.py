"""The settings of the reading: a corrected prior for the rare emotions, at an affordable price."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from inference.classifier import NAME, ReadingSettings, combine, seven_of
from inference.emotions import EMOTIONS
from inference.quantised import MODELS
from inference.training.data.dataset import Faces
from inference.training.evaluation.calibrate import AFFORDED, balanced, calibrate, recalibrate
from inference.training.evaluation.metrics import accuracy, confusion, plurality, recalls

# Neutral and happy are frequent, disgust and fear rare, as on the web.
PRIOR = np.array([0.1, 0.03, 0.04, 0.3, 0.13, 0.1, 0.3])
FERPLUS_OF = [4, 5, 6, 1, 3, 2, 0]  # the vote column of each of the seven


def drawn(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, Faces]:
    """Return logits of a network that has learned the prior well, and what ten people say."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(len(EMOTIONS), n, p=PRIOR)
    evidence = np.eye(len(EMOTIONS))[truth] * 2.2 + rng.normal(size=(n, len(EMOTIONS)))
    logits = evidence + np.log(PRIOR)
    ferplus = np.full((n, 8), -6.0)
    ferplus[:, FERPLUS_OF] = logits
    votes = np.zeros((n, 10), np.int64)
    votes[np.arange(n), np.array(FERPLUS_OF)[truth]] = 10
    pictures = np.zeros((n, 48, 48), np.uint8)
    return logits, ferplus, Faces(pictures, truth, votes, np.zeros(n, np.bool_))


def test_rare_emotions_gain_and_accuracy_pays_little():
    original, ferplus, faces = drawn(6000, seed=1)
    settings = calibrate([(original, ferplus)], faces, PRIOR)
    original, ferplus, faces = drawn(6000, seed=2)
    truth = plurality(faces.votes).emotions

    plain = combine(original, ferplus, ReadingSettings(0.0))
    corrected = combine(original, ferplus, settings)

    rare = recalls(confusion(corrected, truth)) - recalls(confusion(plain, truth))
    assert rare[1] > 0.05
    assert accuracy(corrected, truth) > accuracy(plain, truth) - 2 * AFFORDED


def test_best_macro_recall_wins_among_the_accurate():
    poor, even, dear = (ReadingSettings(mixture=share) for share in (0.1, 0.2, 0.3))

    chosen = balanced({poor: (0.86, 0.7), even: (0.855, 0.75), dear: (0.84, 0.8)})

    assert chosen is even


def test_reading_is_calibrated():
    original, ferplus, faces = drawn(6000, seed=3)

    settings = calibrate([(original, ferplus)], faces, PRIOR)

    answers = combine(original, ferplus, settings)
    promised = answers.max(axis=1).mean()
    assert promised == pytest.approx(accuracy(answers, faces.labels), abs=0.02)
    certain = answers.max(axis=1) >= settings.certain_above
    assert accuracy(answers[certain], faces.labels[certain]) == pytest.approx(0.9, abs=0.02)


def test_votes_of_the_seven_are_what_the_columns_say():
    assert seven_of(np.eye(8)[FERPLUS_OF]).argmax(axis=1).tolist() == list(range(len(EMOTIONS)))


@pytest.mark.shared
@pytest.mark.slow
def test_published_settings_are_those_that_public_test_gives(fer2013: Path, tmp_path: Path):
    for end in ("tflite", "json"):
        shutil.copy(MODELS / f"{NAME}.{end}", tmp_path)
    said = tmp_path / f"{NAME}.json"
    published = json.loads(said.read_text(encoding="utf-8"))
    said.write_text(json.dumps(published | {"reading": {}}), encoding="utf-8")

    recalibrate(tmp_path, fer2013)

    assert json.loads(said.read_text(encoding="utf-8")) == published
