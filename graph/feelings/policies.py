"""What a person in each emotion uses music for, and which songs serve that, as rules of sound.

For each emotion one strategy of mood regulation is stated, and a rule scores sounds by it. That
strategies exist is measured; which one serves which emotion is our policy.

A rule is a sum of clipped features: beyond one or two standard deviations a song is as happy or as
sad as anybody wants, and further out lie noise, sleep sounds and children's songs. Sad songs and
consoling songs are sung, so silence, missing beat and instruments alone count against them. Calm
is still, acoustic and instrumental, and need not be cheerful. Anger has words. The caps and weights
were chosen by hand on lists that people made for a mood; `data/EVALUATION.md` names these lists.

Sources: S. Saarikallio, J. Erkkilä, "The role of music in adolescents' mood regulation", Psychology
    of Music 35(1), 2007 (the strategies); R. Panda et al., "How Does the Spotify API Compare to the
    Music Emotion Recognition State-of-the-Art?", SMC 2021 (energy, valence and acousticness lead);
    A. Van den Tol, J. Edwards, "Listening to sad music in adverse situations", Psychology of Music
    43(4), 2015 (consolation); P. Juslin, P. Laukka, "Communication of emotions in vocal expression
    and music performance", Psychological Bulletin 129(5), 2003 (what anger and sadness sound like).
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from graph.arrays import Ids, Matrix, Vector
from graph.feelings.anchors import AROUSAL, VALENCE, axes
from inference.emotions import EMOTIONS, Emotion

FAR = 9.0  # beyond every standardised feature


class Strategy(StrEnum):
    """What music is used for, after Saarikallio and Erkkilä."""

    ENTERTAINMENT = "entertainment"
    REVIVAL = "revival"
    STRONG_SENSATION = "strong_sensation"
    DIVERSION = "diversion"
    DISCHARGE = "discharge"
    MENTAL_WORK = "mental_work"
    SOLACE = "solace"


class Term(NamedTuple):
    """A feature's part in a rule: `weight` times the feature, clipped to `low` and `high`.

    The feature is standardised; `pleasant` and `aroused` are the two axes of `anchors.axes`.
    """

    feature: str
    weight: float
    low: float = -FAR
    high: float = FAR


STRATEGIES: Mapping[Emotion, Strategy] = {
    Emotion.ANGRY: Strategy.DISCHARGE,
    Emotion.DISGUST: Strategy.DIVERSION,
    Emotion.FEAR: Strategy.SOLACE,
    Emotion.HAPPY: Strategy.ENTERTAINMENT,
    Emotion.SAD: Strategy.MENTAL_WORK,
    Emotion.SURPRISE: Strategy.STRONG_SENSATION,
    Emotion.NEUTRAL: Strategy.REVIVAL,
}
# Spoken word and recordings with a loud audience: speechiness above .55, liveness above .8 in the
# public 114,000-track table.
NOT_STUDIO_MUSIC = (Term("speechiness", -2, 4), Term("liveness", -1, 3, 4))
SUNG = Term("instrumentalness", -1, 0)
NOT_SILENT = (Term("loudness", 1, high=-1), Term("danceability", 1, high=-1))
RULES: Mapping[Strategy, Sequence[Term]] = {
    # Keeps a good mood: bright and lively, without excess of either.
    Strategy.ENTERTAINMENT: (
        Term("pleasant", 1, high=1.2),
        Term("aroused", 1, high=0.8),
        Term("instrumentalness", -0.5, 0),
        Term("speechiness", -0.5, 0),
        *NOT_STUDIO_MUSIC,
    ),
    # Rest and new energy: still, acoustic, mostly without words.
    Strategy.REVIVAL: (
        Term("energy", -1, low=-1),
        Term("instrumentalness", 1, high=1),
        Term("acousticness", 0.5, high=1),
        Term("valence", -0.5, 0),
        Term("danceability", 1, high=-1),
        Term("loudness", 0.5, high=-2),
        *NOT_STUDIO_MUSIC,
    ),
    # A thrill: as exciting as it gets, and not dark.
    Strategy.STRONG_SENSATION: (
        Term("aroused", 1, high=1.5),
        Term("valence", 0.5, high=0.5),
        Term("tempo", 0.3, high=1),
        Term("instrumentalness", -0.25, 0),
        Term("speechiness", -0.25, 0),
        *NOT_STUDIO_MUSIC,
    ),
    # Pleasant and absorbing, without the push of a party.
    Strategy.DIVERSION: (
        Term("valence", 1, high=0.8),
        Term("danceability", 0.5, high=1),
        Term("aroused", 1, high=-0.4),
        Term("aroused", -1, low=0.2),
        SUNG,
        Term("speechiness", -0.5, 0),
        *NOT_STUDIO_MUSIC,
    ),
    # Lets anger out: loud, not bright, with words.
    Strategy.DISCHARGE: (
        Term("aroused", 1, high=1),
        Term("pleasant", -0.3, low=-1),
        Term("speechiness", 0.5, high=0.3),
        *NOT_STUDIO_MUSIC,
    ),
    # Stays with the feeling and thinks it over: dark, quiet, acoustic, sung.
    Strategy.MENTAL_WORK: (
        Term("valence", -1, low=-1.2),
        Term("energy", -1, low=-1),
        Term("acousticness", 0.5, high=1),
        Term("speechiness", -0.25, 0),
        SUNG,
        *NOT_SILENT,
        *NOT_STUDIO_MUSIC,
    ),
    # Comforts: gentle and warm, neither dark nor merry, a voice that is near.
    Strategy.SOLACE: (
        Term("aroused", -1, low=-0.8),
        Term("valence", 1, high=0.1),
        Term("valence", -1, low=0.6),
        Term("acousticness", 0.5, high=1),
        Term("speechiness", -0.5, 0),
        SUNG,
        *NOT_SILENT,
        *NOT_STUDIO_MUSIC,
    ),
}
# Popular songs come first among equals. In units of a rule's score: the whole range of popularity
# weighs as much as .3 deviations of one feature.
POPULARITY_WEIGHT = 0.15
# Fit is 1 from the score of the best nodes on, this share of all but at least so many, and 0 below
# the median.
BEST_SHARE, MIN_BEST = 0.002, 5
STEPS = 255  # fit is kept in one byte


def score(values: Matrix, names: Sequence[str], emotion: Emotion) -> Vector:
    """Return how well each sound serves an emotion by its rule, (n,); larger is better.

    Args:
        values: (n, d), standardised features of all nodes of a graph.
        names: (d,), what the columns are; rules leave out terms whose feature is missing.
        emotion: What the songs are for.
    """
    return _summed(_columns(values, names), emotion)


def fits(values: Matrix, names: Sequence[str]) -> Ids:
    """Return how well each node serves each emotion, (n, 7) uint8, from 0 to `STEPS`."""
    columns = _columns(values, names)
    found = np.empty((len(values), len(EMOTIONS)), np.uint8)
    for at, emotion in enumerate(EMOTIONS):
        scores = _summed(columns, emotion)
        n_best = min(len(scores), max(MIN_BEST, round(BEST_SHARE * len(scores))))
        high = np.partition(scores, -n_best)[-n_best]
        low = min(np.median(scores), high - 1e-6)
        found[:, at] = np.rint(np.clip((scores - low) / (high - low), 0, 1) * STEPS)
    return found


def prior(popularity: Vector) -> Vector:
    """Return what popularity adds to a score; (m,) from 0 to 100, nan where unknown."""
    known = np.nan_to_num(np.asarray(popularity, dtype=np.float32), nan=50)
    return np.asarray(POPULARITY_WEIGHT * (known / 50 - 1))


def against(emotion: Emotion, feature: str, value: float) -> bool:
    """Return whether a feature's value speaks against a song for an emotion."""
    total = 0.0
    for term in RULES[STRATEGIES[emotion]]:
        axis = {"pleasant": VALENCE, "aroused": AROUSAL}.get(term.feature, {term.feature: 1.0})
        if feature in axis:
            at = value if axis[feature] > 0 else -value
            total += term.weight * (_clipped(at, term) - _clipped(0, term))
    return total < 0


def _clipped(value: float, term: Term) -> float:
    return min(max(value, term.low), term.high)


def _columns(values: Matrix, names: Sequence[str]) -> Mapping[str, Vector]:
    sides = axes(values, names)
    known = {name: values[:, at] for at, name in enumerate(names)}
    return {**known, "pleasant": sides[:, 0], "aroused": sides[:, 1]}


def _summed(columns: Mapping[str, Vector], emotion: Emotion) -> Vector:
    total = np.zeros(len(columns["aroused"]), np.float32)
    for term in RULES[STRATEGIES[emotion]]:
        if term.feature in columns:
            middle = np.clip(0, term.low, term.high)  # an average song scores 0
            clipped = np.clip(columns[term.feature], term.low, term.high)
            total += term.weight * (clipped - middle)
    return total
