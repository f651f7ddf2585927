"""Scores of candidates: fit to the feeling, walks from likes and dislikes, learned taste."""

import numpy as np

from graph.arrays import Ids, Matrix, Vector
from graph.choosing import languages, taste
from graph.choosing.belief import NAMES
from graph.choosing.candidates import MIN_PROBABILITY, Candidates
from graph.choosing.person import FAMILIAR, Person
from graph.choosing.request import Request
from graph.feelings.policies import STEPS
from graph.snapshot.store import Snapshot
from inference.emotions import EmotionScores

# Weights of walks from likes and from dislikes against the fit of the best song. Likes multiply the
# fit: they never bring in what does not suit.
LIKED_WEIGHT, DISLIKED_WEIGHT = 1.5, 1.0
# This many likes have half the weight that very many would have.
HALF_WEIGHT_LIKES = 4
# A song suits if its fit is at least this share of the fit of the graph's best song.
MIN_FIT = 0.5
# With the dial in the middle the whole range of popularity weighs as much as .3 of the best fit.
POPULARITY_WEIGHT = 0.15
# A song comes because of likes if they add more than this share of its fit.
MIN_LIKED_SHARE = 0.25
# With a familiar dial liked songs come back: reach of a liked song to itself.
SELF_REACH = 0.6
# What the ends of the dial from familiar to fresh add to the weight of similarity to liked songs.
NEAR_LIKED_DIAL = 0.75
TINY = 1e-9


def scored(
    snapshot: Snapshot, request: Request, person: Person, rows: Ids, nodes: Ids
) -> Candidates:
    """Return rows with their fit to the feeling and their score without learned taste."""
    fit = fit_of(snapshot, nodes, request.scores) / max(best_fit(snapshot, request.scores), TINY)
    reach = person.liked.at(nodes)
    if request.freshness < FAMILIAR:
        reach[np.isin(nodes, person.liked.home)] = SELF_REACH
    n = len(person.liked.home)
    saturation = n / (n + HALF_WEIGHT_LIKES)
    likes = LIKED_WEIGHT * saturation * 2 * (1 - request.freshness) * reach * fit
    added = prior(snapshot, request, person, rows)
    scores = fit + added + likes - DISLIKED_WEIGHT * person.disliked.at(nodes)
    poor = (fit < MIN_FIT).astype(np.int64)
    return Candidates(rows, nodes, fit, scores, likes > MIN_LIKED_SHARE * fit, poor, added)


def fit_of(snapshot: Snapshot, nodes: Ids, scores: EmotionScores) -> Vector:
    """Return how well nodes serve a mixture of emotions, (m,), 0 to 1."""
    shares = np.array(scores.probabilities, dtype=np.float32)
    felt = np.flatnonzero(shares >= min(MIN_PROBABILITY, shares.max()))
    weights = shares[felt] / (shares[felt].sum() * STEPS)
    return np.asarray(snapshot.fits[nodes[:, None], felt] @ weights)


def best_fit(snapshot: Snapshot, scores: EmotionScores) -> float:
    """Return the fit of the graph's best node: what all songs are measured against.

    Not the best song that filters leave: where nothing suits, that must show.
    """
    shares = np.array(scores.probabilities)
    felt = np.flatnonzero(shares >= min(MIN_PROBABILITY, shares.max()))
    return float(fit_of(snapshot, snapshot.best[felt].ravel(), scores).max(initial=0))


def prior(snapshot: Snapshot, request: Request, person: Person, rows: Ids) -> Vector:
    """Return what popularity and language add to the score of rows, (m,)."""
    popularity = np.nan_to_num(snapshot.popularity[rows].astype(np.float32), nan=50)
    known = POPULARITY_WEIGHT * 2 * (1 - request.freshness) * (popularity / 50 - 1)
    return np.asarray(
        known - languages.distance(snapshot, request, person.likes)[snapshot.languages[rows]]
    )


def features(snapshot: Snapshot, person: Person, *found: Candidates) -> Matrix:
    """Return the features of several lists of candidates, one list after the other."""
    rows = np.concatenate([each.rows for each in found])
    nodes = np.concatenate([each.nodes for each in found])
    return taste.described(snapshot, rows, nodes, person.reactions)


def mean_weights(request: Request, person: Person) -> Vector:
    """Return the posterior mean of the weights, shifted by the dial from familiar to fresh."""
    weights = person.belief.mean.copy()
    weights[NAMES.index("near_liked")] += NEAR_LIKED_DIAL * (1 - 2 * request.freshness)
    return weights
