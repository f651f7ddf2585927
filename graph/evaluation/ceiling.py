"""The ceiling of what answers can teach: a chooser that knows how simulated people come about."""

import numpy as np

from graph.arrays import Ids
from graph.choosing.request import Request
from graph.choosing.taste import Reaction
from graph.evaluation.simulate import ERROR_RATE, Choose, Listeners, suitable

# Simulated people who stand for all that there can be; others than those who are asked.
PARTICLES, FIRST_PARTICLE = 2000, 1_000_000


def by_law(listeners: Listeners) -> Choose:
    """Choose what most of those people like who would have answered alike.

    The exact posterior by importance weights over a sample of people, chosen from greedily. Nothing
    that learns from the same answers, without knowing the law, can be expected to be better.
    """
    snapshot = listeners.snapshot
    likes = np.stack(
        [
            listeners.likes(np.random.default_rng(FIRST_PARTICLE + at)).astype(np.float32)
            for at in range(PARTICLES)
        ],
        axis=1,
    )

    def choose(request: Request, rng: np.random.Generator) -> Ids:
        rows = snapshot.rows([track_id for track_id, _ in request.evidence])
        yes = np.array([reaction is Reaction.LIKED for _, reaction in request.evidence], bool)
        right = (likes[rows] == yes[:, None]).sum(axis=0)
        weights = ((1 - ERROR_RATE) / ERROR_RATE) ** (right - right.max(initial=0)).astype(float)
        worth = likes @ (weights / weights.sum()).astype(np.float32)
        fresh = suitable(snapshot, request.scores)
        fresh[snapshot.rows(request.heard)] = False
        ranked = np.where(fresh, worth + 1e-6 * rng.random(len(worth)), -1)
        return np.argsort(-ranked, kind="stable")[: request.n]

    return choose
