"""Where the seven emotions lie among the songs.

An emotion has a place in the plane of valence (unpleasant to pleasant) and arousal (still to
excited). Songs are ranked by *direction*, not by distance to that place: listeners' "happy" has no
upper end. On 4,615 songs with listeners' tags the first hundred are right more often by direction
than by distance for happy (.88, .71), angry (.55, .38) and calm (.32, .23), less often for sad
(.52, .59).

Four zones can be told apart by sound: happy and surprise; angry, fear and disgust; sad; neutral.
Inside a zone no measurement separates the emotions. What differs there is policy: each zone is
led by one emotion, and another of the zone leans from there to its own place, so that surprise
asks for more drive than happy, and disgust for less than angry.
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
# (valence, arousal), -1 to 1, of each emotion's word as three studies found it.
# Sources: J. Russell, "A Circumplex Model of Affect", J. Pers. Soc. Psych. 39(6), 1980 (no place
# for disgust); A. Warriner, V. Kuperman, M. Brysbaert, "Norms of valence, arousal, and dominance
# for 13,915 English lemmas", Behav. Res. Methods 45, 2013; S. Mohammad, "Obtaining Reliable Human
# Ratings of Valence, Arousal, and Dominance for 20,000 English Words", ACL 2018 (NRC-VAD).
PLACES: Mapping[Emotion, Sequence[tuple[float, float]]] = {
    Emotion.ANGRY: ((-0.52, 0.58), (-0.62, 0.30), (-0.76, 0.66)),
    Emotion.DISGUST: ((-0.42, 0.00), (-0.90, 0.55)),
    Emotion.FEAR: ((-0.34, 0.64), (-0.52, 0.28), (-0.85, 0.68)),
    Emotion.HAPPY: ((0.83, 0.53), (0.87, 0.26), (1.00, 0.47)),
    Emotion.SAD: ((-0.65, -0.27), (-0.72, -0.38), (-0.55, -0.33)),
    Emotion.SURPRISE: ((0.16, 0.89), (0.61, 0.39), (0.75, 0.75)),
    Emotion.NEUTRAL: ((0.00, 0.00), (0.12, -0.39), (-0.06, -0.63)),
}
# What the sound says of each axis. Valence and energy lead; the rest are halves, or less where the
# link is weak. Of seven such rules this one was picked by the figures above, so expect other tables
# to come out a little lower.
# Sources: R. Panda et al., "How Does the Spotify API Compare to the Music Emotion Recognition
# State-of-the-Art?", SMC 2021 (energy, valence, acousticness lead); A. Gabrielsson, E. Lindström,
# "The role of structure in the musical expression of emotions", 2010 (loudness, tempo).
VALENCE = {"valence": 1.0, "danceability": 0.5}
AROUSAL = {"energy": 1.0, "loudness": 0.5, "acousticness": -0.5, "tempo": 0.2}
LEAN = 0.5
# An emotion's walk starts at this share of all tracks, within these bounds.
SEED_SHARE = 0.02
MIN_SEEDS, MAX_SEEDS = 40, 2000


def place(emotion: Emotion) -> tuple[float, float]:
    """Return the emotion's (valence, arousal), -1 to 1: the mean of the studies that have it."""
    valence, arousal = np.mean(PLACES[emotion], axis=0)
    return float(valence), float(arousal)


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
    from scipy.stats import rankdata  # takes a second to load, and only a build needs it

    return np.asarray(rankdata(sides, axis=0) / len(sides), dtype=np.float32)


def zones(sides: Matrix) -> Ids:
    """Return the zone of each node as its position in `ZONES`."""
    corners = np.array([CORNERS[zone] for zone in ZONES])
    return np.asarray(np.argmax(np.where(sides > 0, 1, -1) @ corners.T, axis=1), np.int8)


def fit(sides: Matrix, emotion: Emotion) -> Vector:
    """Return how far each node lies in an emotion's direction, (n,); larger suits better.

    Both axes must agree: the weaker one counts, so that loud alone is not angry.
    """
    zone = ZONE_OF[emotion]
    lean = np.subtract(place(emotion), place(LEADS[zone]))
    return np.asarray(_weaker(sides * np.array(CORNERS[zone])) + LEAN * (sides @ lean))


def suits(places: Matrix, scores: EmotionScores) -> Vector:
    """Return how well each node suits a mixture of emotions, (n,), 0 to 1.

    Args:
        places: (n, 2), from `ranks`.
        scores: The mixture.
    """
    both = np.zeros(len(places), np.float32)
    for zone in ZONES:
        weight = sum(p for emotion, p in scores.items() if ZONE_OF[emotion] is zone)
        if weight > 0:
            both += weight * _weaker(np.abs(places - (1 - np.array(CORNERS[zone])) / 2))
    return both


def _weaker(pairs: Matrix) -> Vector:
    """Return the smaller of each pair; ten times as fast as `min` along so short an axis."""
    return np.asarray(np.minimum(pairs[:, 0], pairs[:, 1]))


def seeds(sides: Matrix, emotion: Emotion) -> Vector:
    """Return where the emotion's walk starts: (n,), sums to 1, the best fitting nodes most."""
    suited = fit(sides, emotion)
    n = min(len(suited), max(MIN_SEEDS, min(MAX_SEEDS, round(SEED_SHARE * len(suited)))))
    best = np.argsort(-suited, kind="stable")[:n]
    start = np.zeros(len(suited))
    start[best] = np.arange(n, 0, -1)
    return np.asarray(start / start.sum())


def mixture(scores: EmotionScores) -> tuple[float, float]:
    """Return the (valence, arousal) of a mixture of emotions, each as a corner of the plane."""
    corners = np.array([CORNERS[ZONE_OF[emotion]] for emotion in EMOTIONS])
    valence, arousal = np.array(scores.probabilities) @ corners
    return float(valence), float(arousal)
