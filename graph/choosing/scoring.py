"""Scores of candidates: fit to the feeling, walks from likes and dislikes, learned taste."""

from dataclasses import replace

import numpy as np

from graph.arrays import Ids, Mask, Vector, contained
from graph.choosing import languages
from graph.choosing.candidates import Candidates, felt
from graph.choosing.feedback import Songs
from graph.choosing.person import FAMILIAR, Person
from graph.choosing.posterior import predicted
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
# Of several people nobody is given what fits their mood less than this: on Masthoff's scale from 1
# to 10 it was a rating below 4.
MISERY = 0.33
SHARED_POOL = 1000  # songs that all of several people can bear
# With the dial in the middle the whole range of popularity weighs as much as .3 of the best fit.
POPULARITY_WEIGHT = 0.15
# A song comes because of likes if they add more than this share of its fit.
MIN_LIKED_SHARE = 0.25
# With a familiar dial liked songs come back: reach of a liked song to itself.
SELF_REACH = 1.0
# Weight of the expected reward against the fit of the best song.
TASTE_WEIGHT = 2.0
# What the ends of the dial from familiar to fresh add to the weight of similarity to liked songs.
NEAR_LIKED_DIAL = 1.5
TINY = 1e-9


def scored(
    snapshot: Snapshot, request: Request, person: Person, rows: Ids, nodes: Ids
) -> Candidates:
    """Return rows with their fit to the feeling and their score without learned taste."""
    fit, suits = (
        _fits_all(snapshot, nodes, request) if request.several else _fits(snapshot, nodes, request)
    )
    reach = person.liked.at(nodes)
    if request.freshness < FAMILIAR:
        reach[contained(nodes, person.liked.home)] = SELF_REACH
    n = len(person.liked.home)
    saturation = n / (n + HALF_WEIGHT_LIKES)
    likes = LIKED_WEIGHT * saturation * 2 * (1 - request.freshness) * reach * fit
    added = prior(snapshot, request, person, rows)
    scores = fit + added + likes - DISLIKED_WEIGHT * person.disliked.at(nodes)
    poor = (~suits).astype(np.int64)
    return Candidates(rows, nodes, fit, scores, likes > MIN_LIKED_SHARE * fit, poor, added)


def _fits(snapshot: Snapshot, nodes: Ids, request: Request) -> tuple[Vector, Mask]:
    """Return the fit of nodes to a feeling against the best, (m,), and whether they suit."""
    fit = fit_of(snapshot, nodes, request.scores) / max(best_fit(snapshot, request.scores), TINY)
    return fit, fit >= MIN_FIT


def _fits_all(snapshot: Snapshot, nodes: Ids, request: Request) -> tuple[Vector, Mask]:
    """Return the mean fit of nodes to the moods of several people, and whether all can bear them.

    Each mood's fit is measured against the best song for it.
    """
    moods = [mood for mood, share in request.scores.items() if share > 0]
    each = np.stack(
        [_fits(snapshot, nodes, replace(request, scores=EmotionScores.only(m)))[0] for m in moods]
    )
    shares = np.array([request.scores[mood] for mood in moods])
    fit = np.asarray(shares @ each)
    return fit, (fit >= MIN_FIT) & (each.min(axis=0) >= MISERY)


def bearable(snapshot: Snapshot, request: Request) -> Ids:
    """Return the nodes of the whole graph that suit several people best, those that all can bear.

    What is best for one mood is seldom good for another, so few of them are in the usual pool.
    """
    nodes = np.arange(len(snapshot.fits))
    fit, suits = _fits_all(snapshot, nodes, request)
    found = nodes[suits]
    return np.asarray(found[np.argsort(-fit[suits], kind="stable")[:SHARED_POOL]])


def fit_of(snapshot: Snapshot, nodes: Ids, scores: EmotionScores) -> Vector:
    """Return how well nodes serve a mixture of emotions, (m,), 0 to 1."""
    return _mixed(snapshot.fits.take(nodes, axis=0), scores)


def best_fit(snapshot: Snapshot, scores: EmotionScores) -> float:
    """Return the fit of the graph's best node: what all songs are measured against.

    Not the best song that filters leave: where nothing suits, that must show.
    """
    fits = snapshot.best_fits[felt(scores)]
    return float(_mixed(fits.reshape(-1, fits.shape[2]), scores).max(initial=0))


def _mixed(fits: Ids, scores: EmotionScores) -> Vector:
    """Return the mean fit to a mixture, (m,) float32, 0 to 1; `fits`, (m, 7), is in steps.

    A sum of columns: seven are too few for a matrix product to save time, and the library that
    would multiply may set the processor's flag for invalid values where there are none.
    """
    parts = felt(scores)
    total = STEPS * sum(scores.probabilities[at] for at in parts)
    mixed = fits[:, parts[0]] * np.float32(scores.probabilities[parts[0]] / total)
    for at in parts[1:]:
        mixed += fits[:, at] * np.float32(scores.probabilities[at] / total)
    return np.asarray(mixed)


def prior(snapshot: Snapshot, request: Request, person: Person, rows: Ids) -> Vector:
    """Return what popularity and language add to the score of rows, (m,)."""
    popularity = snapshot.popularity.take(rows).astype(np.float32)
    popularity[np.isnan(popularity)] = 50
    known = POPULARITY_WEIGHT * 2 * (1 - request.freshness) * (popularity / 50 - 1)
    costs = languages.distance(snapshot, request, person.likes.rows)
    return np.asarray(known - costs[snapshot.languages.take(rows)])


def taste(
    snapshot: Snapshot, request: Request, person: Person, *found: Candidates, certain: int
) -> tuple[Vector, Vector]:
    """Return what a person's taste adds to the score of several lists, and how unsure that is.

    Args:
        snapshot: The graph.
        request: Its dial from familiar to fresh counts for or against what sounds like liked songs.
        person: What they reacted to.
        found: The candidates; the first result has one list after the other.
        certain: The first candidates, which the second result leaves out.
    """
    rows, nodes = found[0].rows, found[0].nodes
    if len(found) > 1:
        rows = np.concatenate([each.rows for each in found])
        nodes = np.concatenate([each.nodes for each in found])
    songs = Songs(rows, nodes)
    expected = predicted(snapshot, person.belief, person.reactions, songs, certain=certain)
    dial = NEAR_LIKED_DIAL * (1 - 2 * request.freshness)
    return TASTE_WEIGHT * expected.mean + dial * expected.near_liked, (
        TASTE_WEIGHT * expected.deviation
    )
