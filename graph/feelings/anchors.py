"""Where the seven emotions lie among the songs.

An emotion has a place in the plane of valence (unpleasant to pleasant) and arousal (still to
excited). Four zones of the plane can be told apart by sound: happy and surprise; angry, fear and
disgust; sad; neutral. The zones colour the map and name the steps of a way through the plane; which
songs serve an emotion is stated in `graph.feelings.policies`.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np

from graph.arrays import Ids, Matrix, Vector, standardised
from inference.emotions import EMOTIONS, Emotion, EmotionScores


class Zone(StrEnum):
    """The four feelings that sound alone tells apart."""

    HAPPY = "happy"
    ANGRY = "angry"
    SAD = "sad"
    CALM = "calm"


ZONES = tuple(Zone)
# Signs of (valence, arousal).
CORNERS: Mapping[Zone, tuple[int, int]] = {
    Zone.HAPPY: (1, 1),
    Zone.ANGRY: (-1, 1),
    Zone.SAD: (-1, -1),
    Zone.CALM: (1, -1),
}
LEADS: Mapping[Zone, Emotion] = {
    Zone.HAPPY: Emotion.HAPPY,
    Zone.ANGRY: Emotion.ANGRY,
    Zone.SAD: Emotion.SAD,
    Zone.CALM: Emotion.NEUTRAL,
}
ZONE_OF: Mapping[Emotion, Zone] = {
    Emotion.ANGRY: Zone.ANGRY,
    Emotion.DISGUST: Zone.ANGRY,
    Emotion.FEAR: Zone.ANGRY,
    Emotion.HAPPY: Zone.HAPPY,
    Emotion.SAD: Zone.SAD,
    Emotion.SURPRISE: Zone.HAPPY,
    Emotion.NEUTRAL: Zone.CALM,
}
# Where a way to a brighter or calmer place starts, as (valence, arousal), -1 to 1. Three studies
# put angry near (-.6, .5), afraid near (-.6, .5), disgusted near (-.7, .3), surprised near (.5, .7)
# and neutral near (0, -.3). By policy nobody who is afraid or disgusted meets loud, dark songs.
# Sources: J. Russell, "A Circumplex Model of Affect", J. Pers. Soc. Psych. 39(6), 1980; A.
# Warriner, V. Kuperman, M. Brysbaert, "Norms of valence, arousal, and dominance for 13,915
# English lemmas", Behav. Res. Methods 45, 2013; S. Mohammad, "Obtaining Reliable Human Ratings of
# Valence, Arousal, and Dominance for 20,000 English Words", ACL 2018 (NRC-VAD).
STARTS: Mapping[Emotion, tuple[float, float]] = {
    Emotion.ANGRY: (-1, 1),
    Emotion.DISGUST: (-0.6, 0.2),
    Emotion.FEAR: (-0.6, -0.4),
    Emotion.HAPPY: (1, 1),
    Emotion.SAD: (-1, -1),
    Emotion.SURPRISE: (0.4, 1),
    Emotion.NEUTRAL: (0.2, -1),
}
# Weights of the features in each axis. Valence and energy lead.
# Sources: R. Panda et al., "How Does the Spotify API Compare to the Music Emotion Recognition
# State-of-the-Art?", SMC 2021 (energy, valence, acousticness lead); A. Gabrielsson, E. Lindström,
# "The role of structure in the musical expression of emotions", 2010 (loudness, tempo).
VALENCE = {"valence": 1.0, "danceability": 0.5}
AROUSAL = {"energy": 1.0, "loudness": 0.5, "acousticness": -0.5, "tempo": 0.2}
# An emotion's walk starts at this share of all nodes, within these bounds.
SEED_SHARE = 0.02
MIN_SEEDS, MAX_SEEDS = 40, 1000


def axes(values: Matrix, names: Sequence[str]) -> Matrix:
    """Return how pleasant and how excited each node sounds: (n, 2), each mean 0, deviation 1.

    Args:
        values: (n, d), standardised features.
        names: (d,), what the columns are; those that are missing take no part.
    """
    sides = [
        sum(weight * values[:, names.index(name)] for name, weight in rule.items() if name in names)
        for rule in (VALENCE, AROUSAL)
    ]
    return np.stack([standardised(np.asarray(side)) for side in sides], axis=1).astype(np.float32)


def ranks(sides: Matrix) -> Matrix:
    """Return each node's place among all on both axes: (n, 2), above 0 to 1, the middle at .5."""
    return np.stack([_ranks(axis) for axis in sides.T], axis=1).astype(np.float32)


def _ranks(axis: Vector) -> Vector:
    """Return how far up each value stands among all, above 0 to 1; equal ones share their mean."""
    _, place, counts = np.unique(axis, return_inverse=True, return_counts=True)
    means = np.cumsum(counts) - (counts - 1) / 2
    return np.asarray(means[place] / len(axis))


def zones(sides: Matrix) -> Ids:
    """Return the zone of each node as its position in `ZONES`."""
    corners = np.array([CORNERS[zone] for zone in ZONES])
    return np.asarray(np.argmax(np.where(sides > 0, 1, -1) @ corners.T, axis=1), np.int8)


def seeds(fitting: Vector) -> Vector:
    """Return where an emotion's walk starts: (n,), sums to 1, the best fitting nodes most.

    Args:
        fitting: (n,), how well each node fits the emotion.
    """
    n = min(len(fitting), max(MIN_SEEDS, min(MAX_SEEDS, round(SEED_SHARE * len(fitting)))))
    best = np.argsort(-fitting, kind="stable")[:n]
    start = np.zeros(len(fitting))
    start[best] = np.arange(n, 0, -1)
    return np.asarray(start / start.sum())


def mixture(scores: EmotionScores) -> tuple[float, float]:
    """Return the mean (valence, arousal) of the `STARTS` of a mixture's emotions, -1 to 1."""
    valence, arousal = np.array(scores.probabilities) @ np.array(
        [STARTS[each] for each in EMOTIONS]
    )
    return float(valence), float(arousal)
