"""How the two outputs become one reading: chosen on PublicTest, against what most people saw."""

from dataclasses import replace

import numpy as np

from inference.classifier import ReadingSettings, Vector, combine
from inference.training.dataset import Faces
from inference.training.metrics import (
    accuracy,
    confusion,
    fit_temperature,
    plurality,
    recalls,
    threshold_for,
)

MIXTURES = tuple(round(share / 20, 2) for share in range(21))
# A reading is called certain where at least this share of such readings agree with most people.
CERTAIN_ACCURACY = 0.9


def calibrate(original: Vector, ferplus: Vector, public: Faces) -> ReadingSettings:
    """Return the settings of the reading.

    Each output gets its own temperature, the original labels' one against these labels, the
    other against people's plurality. The mixture is the one with the best mean of accuracy and
    macro recall on clean pluralities: accuracy alone would never say fear or disgust, which are
    rare. A common factor on both temperatures then calibrates the mixture itself.

    Args:
        original: (n, 7), the int8 network's logits for the PublicTest pictures.
        ferplus: (n, 8), likewise.
        public: The PublicTest pictures.
    """
    people = plurality(public.votes)
    seen, labels = people.seen, people.emotions[people.seen]

    def scaled(factor: float, settings: ReadingSettings) -> ReadingSettings:
        return replace(
            settings,
            temperature_original=settings.temperature_original * factor,
            temperature_ferplus=settings.temperature_ferplus * factor,
        )

    first = ReadingSettings(
        temperature_original=original_alone(original, ferplus, public).temperature_original,
        temperature_ferplus=fit_temperature(
            lambda t: combine(original, ferplus, ReadingSettings(0.0, 1.0, t))[seen], labels
        ),
    )
    mixed = max(
        (replace(first, mixture=share) for share in MIXTURES),
        key=lambda settings: balance(combine(original, ferplus, settings), public),
    )
    factor = fit_temperature(lambda t: combine(original, ferplus, scaled(t, mixed))[seen], labels)
    settings = scaled(factor, mixed)
    readings = combine(original, ferplus, settings)[seen]
    certain = threshold_for(readings, labels, wanted=CERTAIN_ACCURACY)
    rounded = (round(settings.temperature_original, 3), round(settings.temperature_ferplus, 3))
    return ReadingSettings(settings.mixture, *rounded, certain_above=round(certain, 3))


def original_alone(original: Vector, ferplus: Vector, public: Faces) -> ReadingSettings:
    """Return settings that use the original output alone, calibrated on its own labels."""
    temperature = fit_temperature(
        lambda t: combine(original, ferplus, ReadingSettings(1.0, t)), public.labels
    )
    return ReadingSettings(1.0, temperature)


def balance(readings: Vector, faces: Faces) -> float:
    """Return the mean of accuracy and macro recall against clean pluralities."""
    people = plurality(faces.votes)
    readings, labels = readings[people.clean], people.emotions[people.clean]
    macro = float(np.nanmean(recalls(confusion(readings, labels))))
    return (accuracy(readings, labels) + macro) / 2
