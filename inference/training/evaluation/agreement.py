"""How well a network's outputs and readings agree with labels and with people."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from inference.classifier import ReadingSettings, combine, combine_looks
from inference.emotions import EMOTIONS
from inference.quantised import Vector
from inference.training.data.dataset import Faces
from inference.training.evaluation.metrics import (
    Plurality,
    accuracy,
    accuracy_at,
    confusion,
    percent,
    plurality,
    recalls,
    reliability,
)

EQUAL_PRIOR = (1.0,) * len(EMOTIONS)


def judge(
    outputs: tuple[Vector, Vector],
    looks: Sequence[tuple[Vector, Vector]],
    faces: Faces,
    alone: ReadingSettings,
    settings: ReadingSettings,
) -> dict[str, Any]:
    """Return the figures of a network.

    Args:
        outputs: Its logits, (n, 7) and (n, 8), for the pictures as they are.
        looks: Those from which a reading is made; the first is the one without mirror image.
        faces: The pictures.
        alone: Settings that read the original output only.
        settings: Settings of the reading.
    """
    people = plurality(faces.votes)
    votes = combine(*outputs, replace(settings, mixture=0.0, weights=EQUAL_PRIOR))
    reading, one_look = combine_looks(looks, settings), combine(*looks[0], settings)
    rows = (("all", people.seen), ("clean", people.clean), ("six", people.six))
    return {
        "original": _with_labels(combine(*outputs, alone), faces),
        "ferplus": {
            name: percent(accuracy(votes[chosen], people.emotions[chosen])) for name, chosen in rows
        },
        "one_look": agreement(one_look, people),
        "reading": agreement(reading, people) | _reading(reading, people, settings.certain_above),
        "rows": {"clean": int(people.clean.sum()), "six": int(people.six.sum())},
    }


def agreement(reading: Vector, people: Plurality) -> dict[str, float]:
    """Return how well (n, 7) probabilities agree with people."""
    clean, truth = reading[people.clean], people.emotions[people.clean]
    seen = people.seen
    return {
        "clean": percent(accuracy(clean, truth)),
        "macro_recall": percent(float(np.nanmean(recalls(confusion(clean, truth))))),
        "calibration_error": round(reliability(reading[seen], people.emotions[seen]).error, 4),
        "most_certain_80": percent(accuracy_at(clean, truth, share=0.8)),
    }


def _with_labels(labels: Vector, faces: Faces) -> dict[str, Any]:
    """Return how well (n, 7) probabilities agree with the labels of the data."""
    fresh = ~faces.copies
    return {
        "accuracy": percent(accuracy(labels, faces.labels)),
        "accuracy_without_copies": percent(accuracy(labels[fresh], faces.labels[fresh])),
        "recall": _by_emotion(recalls(confusion(labels, faces.labels))),
        "calibration_error": round(reliability(labels, faces.labels).error, 4),
    }


def _reading(reading: Vector, people: Plurality, certain_above: float) -> dict[str, Any]:
    """Return what is published of readings besides `agreement`."""
    seen, clean, six = people.seen, people.clean, people.six
    counts = confusion(reading[clean], people.emotions[clean])
    certain = clean & (reading.max(axis=1) >= certain_above)
    return {
        "all": percent(accuracy(reading[seen], people.emotions[seen])),
        "six": percent(accuracy(reading[six], people.emotions[six])),
        "recall": _by_emotion(recalls(counts)),
        "confusion": counts.tolist(),
        "certain_share": percent(float(certain[clean].mean())),
        "certain_accuracy": percent(accuracy(reading[certain], people.emotions[certain])),
    }


def _by_emotion(values: Vector) -> dict[str, float]:
    return {str(e): percent(float(v)) for e, v in zip(EMOTIONS, values, strict=True)}
