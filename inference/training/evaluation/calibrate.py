"""How the two outputs become one reading: chosen on PublicTest, against what most people saw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from inference.classifier import (
    NAME,
    Classifier,
    ReadingSettings,
    combine,
    combine_looks,
    seven_of,
)
from inference.preprocess import lighten
from inference.quantised import Vector, read_model
from inference.training.data.dataset import Faces, Split, clean, load_faces, vote_shares
from inference.training.data.description import write_description
from inference.training.evaluation.metrics import (
    accuracy,
    confusion,
    fit_temperature,
    plurality,
    recalls,
    threshold_for,
)

MIXTURES = tuple(round(share / 20, 2) for share in range(11))
# Exponents of the prior correction: 0 keeps the prior of the training votes, 1 replaces it by a
# uniform one. A third of the votes say neutral and 1 % disgust; people who send a selfie to get
# songs for a mood are less often neutral than that.
CORRECTIONS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
# Accuracy that may be given up for macro recall; accuracy mostly counts neutral and happy faces.
AFFORDED = 0.01
# A reading is called certain where at least this share of such readings agree with most people.
CERTAIN_ACCURACY = 0.9


def recalibrate(models: Path, data: Path) -> None:
    """Choose the settings of the reading of `emotion.tflite` and write them into `emotion.json`.

    Args:
        models: The folder of both.
        data: Directory of the packed FER2013 pictures.
    """
    training, public = load_faces(data, Split.TRAINING), load_faces(data, Split.PUBLIC)
    votes = vote_shares(clean(training).votes).mean(axis=0, dtype=np.float64)
    looks = Classifier(models).looks(lighten(public.pictures))
    settings = calibrate(looks, public, seven_of(votes))
    description, _ = read_model(models, NAME)
    write_description(models, NAME, description | {"reading": asdict(settings)})


def calibrate(
    looks: Sequence[tuple[Vector, Vector]], public: Faces, votes: Vector
) -> ReadingSettings:
    """Return the settings of the reading.

    Each output gets its own temperature, the original labels' one against these labels, the
    other against people's plurality. Of all mixtures and corrections of the prior that lose at
    most `AFFORDED` of the best accuracy on clean pluralities, the one with the best macro recall
    is taken: accuracy alone would never say fear or disgust, which are rare. A common factor on
    both temperatures then calibrates the reading itself.

    Args:
        looks: Of the int8 network at the PublicTest pictures in the light of serving: (n, 7) and
            (n, 8) logits each.
        public: These pictures.
        votes: (7,), share of each emotion in the votes on the training pictures, above 0.

    Source: M. Saerens et al., "Adjusting the Outputs of a Classifier to New a Priori
        Probabilities", Neural Computation 14(1), 2002, for the correction.
    """
    people = plurality(public.votes)
    seen, labels = people.seen, people.emotions[people.seen]

    def temperature(settings_at: Callable[[float], ReadingSettings]) -> float:
        return fit_temperature(lambda t: combine_looks(looks, settings_at(t))[seen], labels)

    first = ReadingSettings(
        temperature_original=original_alone(*looks[0], public).temperature_original,
        temperature_ferplus=temperature(lambda t: ReadingSettings(0.0, 1.0, t)),
    )
    agreements = {
        settings: _agreement(combine_looks(looks, settings), public)
        for settings in _candidates(first, votes)
    }
    chosen = balanced(agreements)
    settings = _scaled(chosen, temperature(lambda t: _scaled(chosen, t)))
    readings = combine_looks(looks, settings)[seen]
    certain = threshold_for(readings, labels, wanted=CERTAIN_ACCURACY)
    return _rounded(replace(settings, certain_above=certain))


def _rounded(settings: ReadingSettings) -> ReadingSettings:
    """Return the settings as they are written into `emotion.json`."""
    return replace(
        settings,
        temperature_original=round(settings.temperature_original, 3),
        temperature_ferplus=round(settings.temperature_ferplus, 3),
        certain_above=round(settings.certain_above, 3),
    )


def _candidates(first: ReadingSettings, votes: Vector) -> list[ReadingSettings]:
    """Return the settings with every mixture of outputs and every correction of the prior."""
    return [
        replace(first, mixture=mixture, weights=_weights(votes, correction))
        for mixture in MIXTURES
        for correction in CORRECTIONS
    ]


def _scaled(settings: ReadingSettings, factor: float) -> ReadingSettings:
    """Return the settings with both temperatures times a factor."""
    return replace(
        settings,
        temperature_original=settings.temperature_original * factor,
        temperature_ferplus=settings.temperature_ferplus * factor,
    )


def balanced(agreement: Mapping[ReadingSettings, tuple[float, float]]) -> ReadingSettings:
    """Return the settings with the best macro recall among those of about the best accuracy.

    Args:
        agreement: Accuracy and macro recall of each.
    """
    least = max(accuracy for accuracy, _ in agreement.values()) - AFFORDED
    return max(
        (settings for settings, (accuracy, _) in agreement.items() if accuracy >= least),
        key=lambda settings: agreement[settings][1],
    )


def original_alone(original: Vector, ferplus: Vector, public: Faces) -> ReadingSettings:
    """Return settings that use the original output alone, calibrated on its own labels."""
    temperature = fit_temperature(
        lambda t: combine(original, ferplus, ReadingSettings(1.0, t)), public.labels
    )
    return ReadingSettings(1.0, temperature)


def _weights(votes: Vector, correction: float) -> tuple[float, ...]:
    weights = votes**-correction
    return tuple((weights / weights.max()).round(4).tolist())


def _agreement(readings: Vector, faces: Faces) -> tuple[float, float]:
    """Return accuracy and macro recall against clean pluralities."""
    people = plurality(faces.votes)
    readings, labels = readings[people.clean], people.emotions[people.clean]
    return accuracy(readings, labels), float(np.nanmean(recalls(confusion(readings, labels))))
