"""What people's reactions to songs are worth, and what everybody's say of a new person.

A reaction is a reward for the features of its song. Nothing is fitted to a table of songs: rewards
come from what people press, and from nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TypeAlias

import numpy as np

from graph.arrays import Ids, Matrix, Vector
from graph.choosing.belief import NAMES, PRIOR_VARIANCE, REWARD_NOISE, Belief, rules
from graph.choosing.feedback import Songs
from graph.importing.columns import PLAIN
from graph.snapshot.store import NO_YEAR, Snapshot
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
# Most of what one person likes is their own taste: to a new person it is noise.
GENERAL = REWARD_NOISE**2 / (REWARD_NOISE**2 + PRIOR_VARIANCE)
YEAR_CENTRE, YEAR_SCALE = 1995, 20


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
            weight = GENERAL * min(1.0, MAX_PERSON_WEIGHT / known.rows.size)
            values = snapshot.values[known.nodes].astype(np.float32)
            features = described(snapshot, known.rows, values)
            belief = belief.after(features, known.rewards, weight)
    return Belief(belief.mean, rules().precision)


def reactions(snapshot: Snapshot, evidence: Evidence) -> Reactions:
    """Return the latest reactions, one per song; songs that the snapshot lacks are left out."""
    known = rewards(evidence)
    rows = snapshot.lookup(list(known))
    return latest(Songs(rows, snapshot.nodes(rows)), known)


def rewards(evidence: Evidence) -> dict[TrackId, float]:
    """Return the reward of each song with a reaction, the latest last."""
    rated = {track_id for track_id, reaction in evidence if reaction in RATINGS}
    found: dict[TrackId, float] = {}
    for track_id, reaction in evidence:
        # What was said of the song itself outweighs what was said of its list.
        if reaction is Reaction.HELPED and track_id in rated:
            continue
        # The latest counts, but opening a link again does not weaken a like.
        found[track_id] = max(REWARDS[reaction], found.pop(track_id, 0.0), key=abs)
    return found


def latest(songs: Songs, known: Mapping[TrackId, float]) -> Reactions:
    """Return the latest reactions; `songs` are those rewarded, with row -1 where there is none."""
    there = np.flatnonzero(songs.rows >= 0)[-LATEST:]
    values = np.fromiter(known.values(), float, len(known))
    return Reactions(songs.rows[there], songs.nodes[there], values[there])


def described(snapshot: Snapshot, rows: Ids, values: Matrix) -> Matrix:
    """Return the features in `NAMES` of some songs, (m, d) float32.

    Args:
        snapshot: The graph.
        rows: (m,), the songs.
        values: (m, f) float32, the values of their nodes.
    """
    found = np.zeros((len(rows), len(NAMES)), np.float32)
    found[:, NAMES.index("constant")] = 1
    into, places = _plain(snapshot.names)
    found[:, into] = values[:, places]
    popularity = snapshot.popularity.take(rows).astype(np.float32)
    known = popularity / 50 - 1
    found[:, NAMES.index("popularity")] = np.where(np.isnan(known), 0, known)
    years = snapshot.years.take(rows)
    apart = (years.astype(np.float32) - YEAR_CENTRE) / YEAR_SCALE
    apart = np.minimum(np.maximum(apart, -2), 2)  # `np.clip` takes three times as long
    found[:, NAMES.index("year")] = np.where(years == NO_YEAR, 0, apart)
    return found


@cache
def _plain(names: tuple[str, ...]) -> tuple[slice | list[int], slice | list[int]]:
    """Return the columns of `NAMES` that a snapshot knows, and where it has them."""
    known = [name for name in PLAIN if name in names]
    return _run([NAMES.index(name) for name in known]), _run([names.index(name) for name in known])


def _run(places: list[int]) -> slice | list[int]:
    """Return places as a slice where each follows the one before: that copies no index."""
    first, last = (places[0], places[-1]) if places else (0, -1)
    return slice(first, last + 1) if places == list(range(first, last + 1)) else places
