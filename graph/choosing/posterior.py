"""What a person's reactions say about songs: a Gaussian process over songs.

A song's expected reward is a linear function of its own features, with `graph.choosing.belief` as
the prior of the weights, plus what it shares with other songs: its sound, artist, genre, language
and decade. Each of these is a component of the covariance, so that a reaction to one song says
something about all that share it, and reactions to several songs by one artist are averaged as in a
hierarchical model. The posterior deviation is large where nothing alike was heard.

Source: C. Rasmussen, C. Williams, "Gaussian Processes for Machine Learning", 2006, sections 2.2 and
    2.7; N. Srinivas et al., "Gaussian Process Optimization in the Bandit Setting", ICML 2010.
"""

from dataclasses import dataclass

import numpy as np

from graph.arrays import Ids, Matrix, Vector
from graph.choosing.belief import PRIOR_VARIANCE, REWARD_NOISE, SHARED, SOUND, Belief
from graph.choosing.taste import Reactions, described
from graph.snapshot.store import NO_CODE, NO_YEAR, Snapshot

# Mean squared distance per feature, in deviations, at which similarity is 1/e. Two random songs
# are 2 apart.
SIMILARITY_WIDTH = 0.4
# A second code for unknown, so that two unknown values never compare as equal.
UNKNOWN_CODE = -2


@dataclass(frozen=True, slots=True)
class Prediction:
    """The posterior of the reward of some songs.

    Attributes:
        mean: (m,).
        deviation: (m,), the standard deviation.
        near_liked: (m,), similarity to the most similar song with a positive reward, 0 to 1.
    """

    mean: Vector
    deviation: Vector
    near_liked: Vector


def predicted(
    snapshot: Snapshot, belief: Belief, known: Reactions, rows: Ids, nodes: Ids
) -> Prediction:
    """Return what is expected of songs after a person's reactions.

    Args:
        snapshot: The graph.
        belief: The prior of the weights.
        known: The e reactions.
        rows: (m,), the songs.
        nodes: (m,), their nodes.
    """
    n = known.rows.size
    rows, nodes = np.concatenate([known.rows, rows]), np.concatenate([known.nodes, nodes])
    own = described(snapshot, rows, nodes)
    linear = own @ belief.covariance()
    expected = own @ belief.mean
    variance = np.einsum("ij,ij->i", linear[n:], own[n:]) + PRIOR_VARIANCE
    if not n:
        return Prediction(expected, np.sqrt(variance), np.zeros(len(rows)))
    similar = _similarity(snapshot, nodes, n)
    covariance = linear @ own[:n].T + SOUND**2 * similar + _shared(snapshot, rows, n)
    # At most a hundred reactions, and well-conditioned by the noise: safe to invert.
    gain = covariance[n:] @ np.linalg.inv(covariance[:n] + REWARD_NOISE**2 * np.eye(n))
    variance = np.maximum(variance - np.einsum("ij,ij->i", gain, covariance[n:]), 0)
    near = np.maximum((similar[n:] * known.rewards).max(axis=1), 0)
    mean = expected[n:] + gain @ (known.rewards - expected[:n])
    return Prediction(mean, np.sqrt(variance), near)


def _similarity(snapshot: Snapshot, nodes: Ids, n: int) -> Matrix:
    """Return the similarity of sounds to the first n, (m, n), 0 to 1: a Gaussian of distance."""
    values = snapshot.values[nodes].astype(np.float32)
    squares = np.einsum("ij,ij->i", values, values)
    apart = squares[:, None] + squares[:n] - 2 * values @ values[:n].T
    return np.asarray(np.exp(-np.maximum(apart, 0) / (SIMILARITY_WIDTH * values.shape[1])))


def _shared(snapshot: Snapshot, rows: Ids, n: int) -> Matrix:
    """Return the covariance with the first n rows by what they share, (m, n)."""
    columns = (
        snapshot.artists[rows],
        snapshot.genres[rows],
        snapshot.languages[rows],
        _decades(snapshot.years[rows]),
    )
    found = np.zeros((len(rows), n), np.float32)
    for codes, deviation in zip(columns, SHARED.values(), strict=True):
        others = np.where(codes[:n] == NO_CODE, UNKNOWN_CODE, codes[:n])
        found += np.float32(deviation**2) * (codes[:, None] == others)
    return found


def _decades(years: Ids) -> Ids:
    return np.where(years == NO_YEAR, NO_CODE, years // 10)
