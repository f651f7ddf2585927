"""How well probabilities agree with labels and with people. Arrays in, figures out."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from inference.classifier import SEVEN
from inference.emotions import EMOTIONS

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
N_BINS = 15


@dataclass(frozen=True, slots=True)
class Plurality:
    """What most of ten people saw in each picture, and how clearly.

    Attributes:
        emotions: (n,), the one of FER2013's seven with the most votes; ties go to the first.
        seen: (n,), somebody voted for one of the seven.
        clean: (n,), it has more votes than each of the nine other answers, contempt,
            unknown and not-a-face among them.
        six: (n,), clean, with six votes or more.
    """

    emotions: Labels
    seen: NDArray[np.bool_]
    clean: NDArray[np.bool_]
    six: NDArray[np.bool_]


def plurality(votes: Labels) -> Plurality:
    """Return what most people saw, from (n, 10) FER+ votes."""
    seven = votes[:, SEVEN]
    most = seven.max(axis=1)
    clean = (most > 0) & ((votes == most[:, None]).sum(axis=1) == 1) & (most == votes.max(axis=1))
    return Plurality(seven.argmax(axis=1), most > 0, clean, clean & (most >= 6))


def percent(share: float) -> float:
    """Return a share, 0 to 1, in percent with two decimals."""
    return round(100 * share, 2)


def accuracy(probabilities: Floats, labels: Labels) -> float:
    """Return the share of rows whose most probable class, (n, k), is the label, (n,)."""
    return float((probabilities.argmax(axis=1) == labels).mean())


def confusion(probabilities: Floats, labels: Labels) -> Labels:
    """Return (7, 7) counts: rows are labels, columns are answers."""
    counts = np.zeros((len(EMOTIONS), len(EMOTIONS)), np.int64)
    np.add.at(counts, (labels, probabilities.argmax(axis=1)), 1)
    return counts


def recalls(counts: Labels) -> Floats:
    """Return the recall of each class, (7,), from a confusion matrix; nan without a row."""
    totals = counts.sum(axis=1)
    return np.divide(
        counts.diagonal(), totals, out=np.full(len(EMOTIONS), np.nan), where=totals > 0
    )


@dataclass(frozen=True, slots=True)
class Reliability:
    """Reliability diagram: mean confidence and accuracy in bins of equal width.

    Attributes:
        promised: (bins,), mean probability of the answers in a bin.
        kept: (bins,), share of them that were right.
        share: (bins,), share of all answers that fall into the bin.
    """

    promised: Floats
    kept: Floats
    share: Floats

    @property
    def error(self) -> float:
        """Expected calibration error: mean gap of confidence and accuracy, weighted by bin share.

        Source: C. Guo et al., "On Calibration of Modern Neural Networks", 2017, section 2.
        """
        return float((self.share * np.abs(self.promised - self.kept)).sum())


def reliability(probabilities: Floats, labels: Labels) -> Reliability:
    """Return the reliability of the most probable class over `N_BINS` bins."""
    top = probabilities.max(axis=1)
    right = (probabilities.argmax(axis=1) == labels).astype(np.float64)
    places = np.minimum((top * N_BINS).astype(np.int64), N_BINS - 1)
    counts = np.bincount(places, minlength=N_BINS)
    filled = np.maximum(counts, 1)
    promised = np.bincount(places, top, N_BINS) / filled
    kept = np.bincount(places, right, N_BINS) / filled
    return Reliability(promised, kept, counts / len(labels))


def coverage(probabilities: Floats, labels: Labels) -> tuple[Floats, Floats, Floats]:
    """Return the accuracy-coverage curve: thresholds, and coverage and accuracy at each.

    Returns:
        (n,) probabilities of the answers, the most certain first; (n,) share of rows at least
        that certain; (n,) accuracy of these.
    """
    top = probabilities.max(axis=1)
    order = np.argsort(-top, kind="stable")
    right = (probabilities.argmax(axis=1) == labels)[order]
    counts = np.arange(1, len(labels) + 1)
    return top[order], counts / len(labels), right.cumsum() / counts


def accuracy_at(probabilities: Floats, labels: Labels, *, share: float) -> float:
    """Return the accuracy of the most certain `share` of the rows."""
    _, _, right = coverage(probabilities, labels)
    return float(right[max(1, round(share * len(right))) - 1])


def threshold_for(probabilities: Floats, labels: Labels, *, wanted: float) -> float:
    """Return the lowest probability above which at least `wanted` of the answers are right.

    Returns:
        From 0 to 1; 1 where no threshold reaches it.
    """
    thresholds, _, right = coverage(probabilities, labels)
    passing = np.flatnonzero(right >= wanted)
    return float(thresholds[passing[-1]]) if len(passing) else 1.0


def fit_temperature(probabilities: Callable[[float], Floats], labels: Labels) -> float:
    """Return the softmax temperature at which mean confidence equals accuracy.

    A third of the labels are doubtful, and the temperature of maximum likelihood is then
    overconfident: its calibration error on PublicTest was half as large again.

    Args:
        probabilities: Temperature to (n, 7) probabilities.
        labels: (n,).

    Source: L. Clarté et al., "Expectation Consistency for Calibration of Neural Networks", 2023.
    """

    def gap(log: float) -> float:
        answers = probabilities(exp(log))
        return abs(float(answers.max(axis=1).mean()) - accuracy(answers, labels))

    return exp(float(minimize_scalar(gap, bounds=(-2, 2), method="bounded").x))
