"""What is believed of a person's taste before they react: a normal distribution over weights.

Each weight belongs to a feature that one song has by itself. It starts with rules as its prior, and
is updated with everybody's rewards by Bayesian linear regression. How songs compare with those that
a person reacted to is the matter of `graph.choosing.posterior`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from graph.arrays import Matrix, Vector
from graph.importing.columns import PLAIN


class Prior(NamedTuple):
    """What is believed of one feature's weight before any reaction."""

    mean: float
    deviation: float


# In units of the reward of a 👍. Weak on purpose: about five reactions outweigh a prior.
PRIORS: Mapping[str, Prior] = {
    "constant": Prior(0, 0.5),  # intercept: some people like most songs, some hardly any
    **dict.fromkeys(PLAIN, Prior(0, 0.15)),  # the sound itself
    "popularity": Prior(0.05, 0.1),  # narrow, so that popularity does not dominate
    "year": Prior(0, 0.15),
}
NAMES = tuple(PRIORS)
# Standard deviations of what is liked or disliked of a song for its sound, and for what it shares
# with others. Chosen on simulated people other than those of the evaluation.
SOUND = 0.6
SHARED: Mapping[str, float] = {"artist": 0.4, "genre": 0.5, "language": 0.25, "decade": 0.3}
PRIOR_VARIANCE = SOUND**2 + sum(each**2 for each in SHARED.values())
# Standard deviation of a reward around its prediction.
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

    def covariance(self) -> Matrix:
        """Return the covariance of the weights, (d, d)."""
        return np.linalg.inv(self.precision)


@cache
def rules() -> Belief:
    """Return the prior: the belief about a person without any reaction."""
    means, deviations = np.array(list(PRIORS.values())).T
    return Belief(means, np.diag(deviations**-2.0))
