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
from functools import lru_cache

import numpy as np

from graph.arrays import Ids, Matrix, Vector
from graph.choosing.belief import PRIOR_VARIANCE, REWARD_NOISE, SHARED, SOUND, Belief
from graph.choosing.feedback import Songs
from graph.choosing.taste import Reactions, described
from graph.snapshot.store import NO_CODE, NO_YEAR, Snapshot

# Mean squared distance per feature, in deviations, at which similarity is 1/e. Two random songs
# are 2 apart.
SIMILARITY_WIDTH = 0.4
# A second code for unknown, so that two unknown values never compare as equal.
UNKNOWN_CODE = -2
VARIANCES = np.square(list(SHARED.values()), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Prediction:
    """The posterior of the reward of some songs.

    Attributes:
        mean: (m,).
        deviation: (m - certain,), the standard deviation of those it was asked for.
        near_liked: (m,), similarity to the most similar song with a positive reward, 0 to 1.
    """

    mean: Vector
    deviation: Vector
    near_liked: Vector


def predicted(
    snapshot: Snapshot,
    belief: Belief,
    known: Reactions,
    songs: Songs,
    *,
    certain: int = 0,
) -> Prediction:
    """Return what is expected of songs after a person's reactions.

    Tables of reactions against songs have a row for each reaction: rows of a thousand songs are
    computed in a third of the time of a thousand rows of twenty reactions.

    Args:
        snapshot: The graph.
        belief: The prior of the weights.
        known: The e reactions.
        songs: The m songs.
        certain: The first songs, of which no deviation is asked for.
    """
    n = known.rows.size
    rows = np.concatenate([known.rows, songs.rows])
    nodes = np.concatenate([known.nodes, songs.nodes])
    values = snapshot.values.take(nodes, axis=0).astype(np.float32)
    own = described(snapshot, rows, values)
    prior = _covariance(belief)
    expected = own @ belief.mean
    unsure = own[n + certain :]
    variance = np.einsum("ij,ij->i", unsure @ prior, unsure) + PRIOR_VARIANCE
    if not n:
        return Prediction(expected, np.sqrt(variance), np.zeros(len(rows)))
    similar = _similarity(values, n)
    covariance = (own[:n] @ prior) @ own.T
    covariance += np.float32(SOUND**2) * similar
    covariance += _shared(snapshot, rows, n)
    told, explained = _conditioned(covariance, known.rewards - expected[:n], certain)
    similar *= known.rewards.astype(np.float32)[:, None]
    near = np.maximum(similar[:, n:].max(axis=0), 0)
    deviation = np.sqrt(np.maximum(variance - explained, 0))
    return Prediction(expected[n:] + told, deviation, near)


def _conditioned(covariance: Matrix, surprise: Vector, certain: int) -> tuple[Vector, Vector]:
    """Return what reactions add to the means of songs, and take from the variances of the last.

    Args:
        covariance: (n, n + m), of the reactions with each other and with the songs.
        surprise: (n,), the rewards less what was expected.
        certain: The first songs, which the variances leave out.
    """
    n = len(covariance)
    # At most a hundred reactions, and well-conditioned by the noise: safe to invert.
    noisy = covariance[:, :n].astype(np.float64)
    noisy.flat[:: n + 1] += REWARD_NOISE**2
    inverse = np.linalg.inv(noisy)
    told = (inverse @ surprise).astype(np.float32) @ covariance[:, n:]
    others = covariance[:, n + certain :]
    gain = inverse.astype(np.float32) @ others
    gain *= others
    return told, gain.sum(axis=0)


@lru_cache(8)
def _covariance(belief: Belief) -> Matrix:
    """Return the prior covariance of the weights: a belief never changes."""
    return belief.covariance().astype(np.float32)


def _similarity(values: Matrix, n: int) -> Matrix:
    """Return the similarity of sounds to the first n, (n, m), 0 to 1: a Gaussian of distance."""
    width = np.float32(SIMILARITY_WIDTH * values.shape[1])
    squares = np.einsum("ij,ij->i", values, values) / width
    found = (values[:n] * (2 / width)) @ values.T
    found -= squares
    found -= squares[:n, None]
    np.minimum(found, 0, out=found)
    return np.exp(found, out=found)


def _shared(snapshot: Snapshot, rows: Ids, n: int) -> Matrix:
    """Return the covariance with the first n rows by what they share, (n, m)."""
    codes = np.empty((len(SHARED), len(rows)), np.int32)
    for at, each in enumerate((snapshot.artists, snapshot.genres, snapshot.languages)):
        codes[at] = each.take(rows)
    years = snapshot.years.take(rows)
    codes[-1] = np.where(years == NO_YEAR, NO_CODE, years // 10)
    others = codes[:, :n]
    others = np.where(others == NO_CODE, UNKNOWN_CODE, others)
    alike = codes[:, None] == others[:, :, None]
    return np.asarray((VARIANCES @ alike.reshape(len(SHARED), -1)).reshape(n, -1))
