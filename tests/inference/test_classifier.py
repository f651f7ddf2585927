import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax as scipy_softmax

from inference.classifier import (
    Classifier,
    ReadingSettings,
    combine,
    is_certain,
    seven_of,
    softmax,
    to_scores,
)
from inference.emotions import EMOTIONS, Emotion, EmotionScores
from inference.errors import ModelError
from inference.quantised import MODELS

logits = st.floats(-50, 50)


@given(arrays(float, (3, 7), elements=logits), st.floats(0.1, 10))
def test_softmax_is_scipys(values: np.ndarray, temperature: float):
    assert np.allclose(softmax(values, temperature), scipy_softmax(values / temperature, axis=1))


@pytest.mark.parametrize(
    ("place", "emotion"),
    list(enumerate(["neutral", "happy", "surprise", "sad", "angry", "disgust", "fear"])),
)
def test_every_ferplus_class_reaches_its_emotion(place: int, emotion: str):
    shares = np.zeros(8)
    shares[place] = 1.0

    assert to_scores(seven_of(shares)).ranked()[0] is Emotion(emotion)


def test_contempt_goes_to_the_others_in_proportion():
    shares = np.array([0.3, 0, 0, 0, 0.1, 0, 0, 0.6])

    scores = to_scores(seven_of(shares))

    assert scores[Emotion.NEUTRAL] == pytest.approx(0.75)
    assert scores[Emotion.ANGRY] == pytest.approx(0.25)


def test_pure_contempt_says_nothing():
    assert seven_of(np.eye(8)[7]) == pytest.approx(np.full(7, 1 / 7))


@given(
    arrays(float, (2, 7), elements=logits),
    arrays(float, (2, 8), elements=logits),
    st.floats(0, 1),
)
def test_combined_answers_are_distributions(
    original: np.ndarray, ferplus: np.ndarray, mixture: float
):
    answers = combine(original, ferplus, ReadingSettings(mixture=mixture))

    for answer in answers:
        assert sum(to_scores(answer).probabilities) == pytest.approx(1)


def test_mixture_weighs_the_two_outputs():
    original, ferplus = np.log([[0.7, *[0.05] * 6]]), np.log([[0.93, *[0.01] * 7]])

    answer = combine(original, ferplus, ReadingSettings(mixture=0.25))

    assert answer[0, 0] == pytest.approx(0.25 * 0.7 + 0.75 * 0.01 / 0.99)
    assert answer[0, 6] == pytest.approx(0.25 * 0.05 + 0.75 * 0.93 / 0.99)


def test_weights_correct_the_prior():
    original, ferplus = np.zeros((1, 7)), np.zeros((1, 8))

    answer = combine(original, ferplus, ReadingSettings(weights=(1, 1, 3, 1, 1, 1, 1)))

    assert answer[0] == pytest.approx(np.array([1, 1, 3, 1, 1, 1, 1]) / 9)


@pytest.mark.parametrize(("first", "certain"), [(0.6, True), (0.5, True), (0.49, False)])
def test_certain_needs_a_high_first(first: float, certain: bool):
    rest = (1 - first) / 2
    scores = EmotionScores.from_weights(
        {Emotion.HAPPY: first, Emotion.FEAR: rest, Emotion.SAD: rest}
    )

    assert is_certain(scores, ReadingSettings(certain_above=0.5)) is certain


@pytest.mark.parametrize(
    "wrong",
    [
        {"mixture": 1.1},
        {"temperature_original": 0},
        {"certain_above": -1},
        {"weights": (1, 1)},
        {"weights": (1, 1, 1, 0, 1, 1, 1)},
    ],
)
def test_settings_out_of_range_are_refused(wrong: dict[str, Any]):
    with pytest.raises(ValueError, match="expected"):
        ReadingSettings(**wrong)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier()


def test_mirrored_face_gives_the_same_answer(classifier: Classifier):
    face = np.random.default_rng(3).integers(0, 256, (1, 48, 48), np.uint8)

    assert classifier.classify(face[:, :, ::-1]) == pytest.approx(classifier.classify(face))


def test_answers_come_in_the_order_of_the_faces(classifier: Classifier):
    faces = np.random.default_rng(1).integers(0, 256, (3, 48, 48), np.uint8)

    together = classifier.classify(faces)

    assert together.shape == (3, len(EMOTIONS))
    for face, answer in zip(faces, together, strict=True):
        assert np.array_equal(classifier.classify(face[None])[0], answer)


def test_logits_are_those_of_the_file(classifier: Classifier):
    """The same file, run by hand with the quantisation that the file itself states."""
    from ai_edge_litert.interpreter import Interpreter

    face = np.random.default_rng(2).integers(0, 256, (48, 48), np.uint8)
    interpreter = Interpreter(model_path=str(MODELS / "emotion.tflite"), num_threads=1)
    interpreter.allocate_tensors()
    (entry,) = interpreter.get_input_details()
    scale, zero_point = entry["quantization"]
    picture = np.round(face / scale + zero_point).astype(np.int8)[None, :, :, None]
    interpreter.set_tensor(entry["index"], picture)
    interpreter.invoke()
    expected = {}
    for output in interpreter.get_output_details():
        scale, zero_point = output["quantization"]
        raw = interpreter.get_tensor(output["index"])[0].astype(float)
        expected[len(raw)] = (raw - zero_point) * scale

    original, ferplus = classifier.logits(face[None])

    assert original[0] == pytest.approx(expected[7])
    assert ferplus[0] == pytest.approx(expected[8])


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for name in ("emotion.tflite", "emotion.json"):
        shutil.copy(MODELS / name, tmp_path)
    return tmp_path


def change(models: Path, **changes: object) -> None:
    path = models / "emotion.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize("name", ["emotion.tflite", "emotion.json"])
def test_missing_file_is_told_with_its_folder(models: Path, name: str):
    (models / name).unlink()

    with pytest.raises(ModelError, match=str(models)):
        Classifier(models)


def test_changed_network_is_refused(models: Path):
    content = bytearray((models / "emotion.tflite").read_bytes())
    content[1000] ^= 1
    (models / "emotion.tflite").write_bytes(content)

    with pytest.raises(ModelError, match="sha256"):
        Classifier(models)


def test_other_labels_are_refused(models: Path):
    change(models, labels=[*EMOTIONS[1:], EMOTIONS[0]])

    with pytest.raises(ModelError, match="labels"):
        Classifier(models)


@pytest.mark.parametrize("reading", [{"mixture": 2}, {"mix": 0.5}, None])
def test_wrong_settings_are_refused(models: Path, reading: object):
    change(models, reading=reading)

    with pytest.raises(ModelError, match="settings"):
        Classifier(models)


def test_bytes_that_are_no_network_are_refused(models: Path):
    (models / "emotion.tflite").write_bytes(b"no network")
    change(models, sha256=sha256(b"no network").hexdigest())

    with pytest.raises(ModelError):
        Classifier(models)


def test_settings_come_from_the_file(models: Path):
    change(models, reading={"mixture": 0.25, "weights": [2, 1, 1, 1, 1, 1, 1]})

    assert Classifier(models).settings == ReadingSettings(
        mixture=0.25, weights=(2, 1, 1, 1, 1, 1, 1)
    )
