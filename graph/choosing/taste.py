"""What a person's reactions to songs teach the belief about their taste.

A reaction is a reward for the features of its song. Nothing is fitted to a table of songs: rewards
come from what people press, and from nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np

from graph.arrays import Ids, Mask, Matrix, Vector
from graph.building.features import PLAIN
from graph.choosing.belief import NAMES, Belief, rules
from graph.snapshot.store import NO_CODE, NO_YEAR, Snapshot
from graph.tracks import TrackId


class Reaction(StrEnum):
    """What a person did with a suggested song."""

    LIKED = "liked"
    DISLIKED = "disliked"
    HELPED = "helped"
    OPENED = "opened"


# An opened link is weaker evidence than a like: the song may still disappoint. A song without a
# reaction has no reward: most people rate few songs, and a small penalty for each song shown would
# teach that whatever is suggested is bad.
REWARDS: Mapping[Reaction, float] = {
    Reaction.LIKED: 1.0,
    Reaction.HELPED: 1.0,
    Reaction.OPENED: 0.4,
    Reaction.DISLIKED: -1.0,
}
RATINGS = frozenset({Reaction.LIKED, Reaction.DISLIKED})
Evidence: TypeAlias = Sequence[tuple[TrackId, Reaction]]


# Only the latest reactions count: taste changes, and the time grows with their number.
LATEST = 100
# In the shared prior one person counts for at most this many reactions.
MAX_PERSON_WEIGHT = 3.0
# Mean squared distance per feature, in deviations, at which similarity is 1/e. Two random songs
# are 2 apart.
SIMILARITY_WIDTH = 0.4
YEAR_CENTRE, YEAR_SCALE = 1995, 20
# A second code for unknown, so that two unknown values never compare as equal.
UNKNOWN_CODE = -2


@dataclass(frozen=True, slots=True)
class Reactions:
    """Reactions to songs of one snapshot, the latest last.

    Attributes:
        rows: (e,), the songs.
        nodes: (e,), their nodes.
        rewards: (e,), the reward of each.
    """

    rows: Ids
    nodes: Ids
    rewards: Vector


def shared_prior(snapshot: Snapshot, evidence_by_person: Mapping[int, Evidence]) -> Belief:
    """Return the prior for a new person, learned from everybody's reactions.

    Only the means are learned; the precision stays that of the rules, so that a person's own
    reactions outweigh this prior as fast as the rules. Takes a fraction of a millisecond per
    person: computed from time to time, not for every suggestion.

    Args:
        snapshot: The graph.
        evidence_by_person: Each person's reactions, the latest last.
    """
    belief = rules()
    for evidence in evidence_by_person.values():
        known = reactions(snapshot, evidence)
        if known.rows.size:
            weight = min(1.0, MAX_PERSON_WEIGHT / known.rows.size)
            belief = belief.after(_features_then(snapshot, known), known.rewards, weight)
    return Belief(belief.mean, rules().precision)


def reactions(snapshot: Snapshot, evidence: Evidence) -> Reactions:
    """Return the latest reactions, one per song; songs that the snapshot lacks are left out."""
    rated = {track_id for track_id, reaction in evidence if reaction in RATINGS}
    rewards: dict[TrackId, float] = {}
    for track_id, reaction in evidence:
        # What was said of the song itself outweighs what was said of its list.
        if reaction is Reaction.HELPED and track_id in rated:
            continue
        # The latest counts, but opening a link again does not weaken a like.
        rewards[track_id] = max(REWARDS[reaction], rewards.pop(track_id, 0.0), key=abs)
    rows = snapshot.lookup(list(rewards))
    there = np.flatnonzero(rows >= 0)[-LATEST:]
    values = np.fromiter(rewards.values(), float, len(rewards))
    return Reactions(rows[there], snapshot.nodes(rows[there]), values[there])


def learned(snapshot: Snapshot, prior: Belief, known: Reactions) -> Belief:
    """Return the posterior belief after a person's reactions."""
    if not known.rows.size:
        return prior
    return prior.after(_features_then(snapshot, known), known.rewards)


def described(
    snapshot: Snapshot, rows: Ids, nodes: Ids, known: Reactions, before: Mask | None = None
) -> Matrix:
    """Return the features in `NAMES` of some songs, (m, d).

    Args:
        snapshot: The graph.
        rows: (m,), the songs.
        nodes: (m,), their nodes.
        known: The reactions that songs are compared with.
        before: (m, e), the reactions that each song is compared with; None compares with all.
    """
    found = np.zeros((len(rows), len(NAMES)))
    found[:, NAMES.index("constant")] = 1
    values = snapshot.values[nodes].astype(np.float32)
    for place, name in enumerate(snapshot.names):
        if name in PLAIN:
            found[:, NAMES.index(name)] = values[:, place]
    known_popularity = np.nan_to_num(snapshot.popularity[rows], nan=50).astype(np.float32)
    found[:, NAMES.index("popularity")] = known_popularity / 50 - 1
    years = snapshot.years[rows]
    apart = (years.astype(np.float32) - YEAR_CENTRE) / YEAR_SCALE
    found[:, NAMES.index("year")] = np.where(years == NO_YEAR, 0, np.clip(apart, -2, 2))
    if known.rows.size:
        found[:, NAMES.index("near_liked") :] = _compared(snapshot, rows, values, known, before)
    return found


def _compared(
    snapshot: Snapshot, rows: Ids, values: Matrix, known: Reactions, before: Mask | None
) -> Matrix:
    """Return the features from `near_liked` on: how songs compare with a person's reactions."""
    near = _likeness(values, snapshot.values[known.nodes].astype(np.float32))
    same = (
        _codes(snapshot, rows, NO_CODE)[:, :, None]
        == _codes(snapshot, known.rows, UNKNOWN_CODE)[:, None]
    )
    if before is not None:
        near, same = near * before, same & before
    weighed = near * known.rewards.astype(np.float32)
    # Mean reward of what is the same, shrunk towards 0 by one pseudo-reaction.
    counted = np.stack([known.rewards, np.ones(len(known.rewards))], axis=1, dtype=np.float32)
    totals = same.astype(np.float32) @ counted
    return np.stack(
        [
            np.maximum(weighed.max(axis=1), 0),
            np.maximum(-weighed.min(axis=1), 0),
            *(totals[:, :, 0] / (1 + totals[:, :, 1])),
        ],
        axis=1,
    )


def _codes(snapshot: Snapshot, rows: Ids, unknown: int) -> Ids:
    """Return artist, genre, language and decade of songs as numbers, (4, m)."""
    years = snapshot.years[rows]
    decades = np.where(years == NO_YEAR, NO_CODE, years // 10)
    each = (snapshot.artists[rows], snapshot.genres[rows], snapshot.languages[rows], decades)
    codes = np.stack([column.astype(np.int32) for column in each])
    codes[codes == NO_CODE] = unknown
    return codes


def _features_then(snapshot: Snapshot, known: Reactions) -> Matrix:
    """Return the features of each song at the time of its reaction: from earlier ones only."""
    before = np.tri(known.rows.size, k=-1, dtype=bool)
    return described(snapshot, known.rows, known.nodes, known, before)


def _likeness(values: Matrix, others: Matrix) -> Matrix:
    """Return the similarity of sounds, (m, e), 0 to 1: a Gaussian of their distance."""
    squares = (values**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * values @ others.T
    return np.asarray(np.exp(-np.maximum(squares, 0) / (SIMILARITY_WIDTH * values.shape[1])))
