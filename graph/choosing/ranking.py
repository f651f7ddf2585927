"""All songs by their fit to one emotion, without a person and without diversity."""

import numpy as np

from graph.arrays import Ids, Vector
from graph.feelings import policies
from graph.snapshot.store import Snapshot
from inference.emotions import Emotion


def ranked(snapshot: Snapshot, emotion: Emotion) -> tuple[Ids, Vector]:
    """Return all ordinary songs, the best first, and their scores: the rule and popularity."""
    rows = np.flatnonzero(snapshot.kinds == 0)
    fit = policies.score(snapshot.values.astype(np.float32), snapshot.names, emotion)
    scores = fit[snapshot.nodes(rows)] + policies.prior(snapshot.popularity[rows])
    order = np.argsort(-scores, kind="stable")
    return rows[order], scores[order]
