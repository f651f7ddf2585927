"""What is believed of a person's taste: a normal distribution over the weight of each feature.

It starts with rules as its prior, and is updated with rewards by Bayesian linear regression. The
posterior mean scores most songs; a sample from the posterior scores the songs that explore.

Sources: S. Agrawal, N. Goyal, "Thompson Sampling for Contextual Bandits with Linear Payoffs", ICML
    2013; O. Chapelle, L. Li, "An Empirical Evaluation of Thompson Sampling", NIPS 2011.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from graph.arrays import Matrix, Vector
from graph.building.features import PLAIN


class Prior(NamedTuple):
    """What is believed of one feature's weight before any reaction."""

    mean: float
    deviation: float


# In units of the reward of a 👍. Weak on purpose: about five reactions outweigh a prior.
PRIORS: Mapping[str, Prior] = {
    "constant": Prior(0, 0.5),  # intercept: some people like most songs, some hardly any
    **dict.fromkeys(PLAIN, Prior(0, 0.25)),  # the sound itself
    "popularity": Prior(0.1, 0.1),  # narrow, so that popularity does not dominate
    "year": Prior(0, 0.2),
    "near_liked": Prior(0.5, 0.3),  # similarity to the most similar liked song
    "near_disliked": Prior(-0.5, 0.3),  # similarity to the most similar disliked song
    "artist": Prior(0.5, 0.3),  # mean reward of songs by the same artist
    "genre": Prior(0.4, 0.3),  # of the same genre
    "language": Prior(0.2, 0.3),  # in the same language
    "decade": Prior(0.2, 0.3),  # of the same decade
}
NAMES = tuple(PRIORS)
# Standard deviation of a reward around its linear prediction.
REWARD_NOISE = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """A normal distribution over the weights of the features in `NAMES`.

    Attributes:
        mean: (d,).
        precision: (d, d), the inverse of the covariance.
    """

    mean: Vector
    precision: Matrix

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        self.mean.setflags(write=False)
        self.precision.setflags(write=False)

    def after(self, features: Matrix, rewards: Vector, weight: float = 1) -> "Belief":
        """Return the posterior after some rewards.

        Args:
            features: (m, d).
            rewards: (m,).
            weight: How often each reward counts.

        Source: C. Bishop, "Pattern Recognition and Machine Learning", 2006, section 3.3.1.
        """
        seen = features.T * (weight / REWARD_NOISE**2)
        precision = self.precision + seen @ features
        mean = np.linalg.solve(precision, self.precision @ self.mean + seen @ rewards)
        return Belief(mean, precision)

    def sample(self, rng: np.random.Generator, spread: float = 1) -> Vector:
        """Return one sample of the weights, (d,).

        Args:
            rng: The random generator.
            spread: Factor of the standard deviations; below 1 samples lie nearer to the mean.
        """
        root = np.linalg.cholesky(self.precision)
        away = np.linalg.solve(root.T, rng.standard_normal(len(self.mean)))
        return np.asarray(self.mean + spread * away)


@cache
def rules() -> Belief:
    """Return the prior: the belief about a person without any reaction."""
    means, deviations = np.array(list(PRIORS.values())).T
    return Belief(means, np.diag(deviations**-2.0))
