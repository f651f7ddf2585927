"""Scores of candidates: fit to the feeling, walks from likes and dislikes, learned taste."""

import numpy as np

from graph.arrays import Ids, Matrix, Vector
from graph.choosing import taste
from graph.choosing.belief import NAMES
from graph.choosing.candidates import Candidates
from graph.choosing.person import FAMILIAR, Person
from graph.choosing.request import Request
from graph.feelings import anchors
from graph.snapshot.store import Snapshot

# Weights of walks from likes and from dislikes against the fit of the best song. Likes multiply the
# fit: they never bring in what does not suit.
LIKED_WEIGHT, DISLIKED_WEIGHT = 1.5, 1.0
# This many likes have half the weight that very many would have.
HALF_WEIGHT_LIKES = 4
# A song suits if its fit is at least this much of the best one's; fit is a square, so this is half
# as well. Heard songs come back before songs that do not suit.
MIN_FIT = 0.25
# A song comes because of likes if they add more than this share of its fit.
MIN_LIKED_SHARE = 0.25
# With a familiar dial liked songs come back: reach of a liked song to itself.
SELF_REACH = 0.4
# What the ends of the dial from familiar to fresh add to the weights of two features.
NEAR_LIKED_DIAL, POPULARITY_DIAL = 0.75, 0.3
TINY = 1e-9


def scored(
    snapshot: Snapshot, request: Request, person: Person, rows: Ids, nodes: Ids
) -> Candidates:
    """Return rows with their fit to the feeling and their score without learned taste."""
    suited = anchors.suits(snapshot.places[nodes], request.scores)
    # On 4,615 songs with listeners' tags .58 of the songs in a list lie in the right quarter; with
    # shares of walks in place of this square it is .52, with a sixth as many different songs.
    fit = (suited / max(suited.max(initial=0), TINY)) ** 2
    reach = person.liked.at(nodes)
    if request.freshness < FAMILIAR:
        reach[np.isin(nodes, person.liked.home)] = SELF_REACH
    n = len(person.liked.home)
    saturation = n / (n + HALF_WEIGHT_LIKES)
    likes = LIKED_WEIGHT * saturation * 2 * (1 - request.freshness) * reach * fit
    scores = fit + likes - DISLIKED_WEIGHT * person.disliked.at(nodes)
    return Candidates(rows, nodes, fit, scores, likes > MIN_LIKED_SHARE * fit, 2 * (fit < MIN_FIT))


def features(snapshot: Snapshot, person: Person, *found: Candidates) -> Matrix:
    """Return the features of several lists of candidates, one list after the other."""
    rows = np.concatenate([each.rows for each in found])
    nodes = np.concatenate([each.nodes for each in found])
    return taste.described(snapshot, rows, nodes, person.reactions)


def mean_weights(request: Request, person: Person) -> Vector:
    """Return the posterior mean of the weights, shifted by the dial from familiar to fresh."""
    weights = person.belief.mean.copy()
    dial = 1 - 2 * request.freshness
    weights[NAMES.index("near_liked")] += NEAR_LIKED_DIAL * dial
    weights[NAMES.index("popularity")] += POPULARITY_DIAL * dial
    return weights
