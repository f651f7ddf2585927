"""What reactions say of a person's taste: a linear Thompson sampler over plain features.

A belief is a normal distribution over the weight of each feature. It begins with rules, may learn
from everybody, and learns from the person; its mean chooses most songs, a draw from it the song
that explores. Nothing is fitted to a table of songs: all it ever sees is what people pressed.

Sources: S. Agrawal, N. Goyal, "Thompson Sampling for Contextual Bandits with Linear Payoffs", ICML
    2013; O. Chapelle, L. Li, "An Empirical Evaluation of Thompson Sampling", NIPS 2011.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import NamedTuple, TypeAlias

import numpy as np

from graph.arrays import Ids, Mask, Matrix, Vector
from graph.building.features import PLAIN
from graph.snapshot.store import NO_CODE, NO_YEAR, Snapshot
from graph.tracks import TrackId


class Reaction(StrEnum):
    """What a person did with a suggested song."""

    LIKED = "liked"
    DISLIKED = "disliked"
    HELPED = "helped"
    OPENED = "opened"


# A song that helped is as good as one that was liked. Opening a link is curiosity, and the song may
# disappoint: less than half. No reaction is worth nothing: most people press no button for most
# songs, and a small minus for each would teach that what is shown is bad.
WORTH: Mapping[Reaction, float] = {
    Reaction.LIKED: 1.0,
    Reaction.HELPED: 1.0,
    Reaction.OPENED: 0.4,
    Reaction.DISLIKED: -1.0,
}
Evidence: TypeAlias = Sequence[tuple[TrackId, Reaction]]


class Rule(NamedTuple):
    """The weight of a feature before anything is learned: the likeliest, and how sure that is."""

    mean: float
    deviation: float


# A worth of 1 is a 👍. Weak on purpose: some five reactions outweigh a rule.
RULES: Mapping[str, Rule] = {
    "constant": Rule(0, 0.5),  # some people like most songs, some hardly any
    **dict.fromkeys(PLAIN, Rule(0, 0.25)),  # the sound itself: one likes it loud, one acoustic
    "popularity": Rule(0.1, 0.1),  # many people rarely err; a prior, so it cannot become the master
    "year": Rule(0, 0.2),  # old or new
    "near_liked": Rule(0.5, 0.3),  # sounds like the most similar liked song
    "near_disliked": Rule(-0.5, 0.3),  # sounds like the most similar disliked one
    "artist": Rule(0.5, 0.3),  # what was said of songs by the artist,
    "genre": Rule(0.4, 0.3),  # of the genre,
    "language": Rule(0.2, 0.3),  # in the language,
    "decade": Rule(0.2, 0.3),  # and of the decade
}
NAMES = tuple(RULES)
# Deviation of a worth from what any linear taste could foresee: moods, words, memories.
NOISE = 0.7
# The latest reactions that count: taste changes, and the work grows with each.
LATEST = 100
# Nobody counts for more than so many reactions in what is believed of everybody.
EACH = 3.0
# Mean squared distance, in deviations per feature, at which likeness has fallen to a third; two
# songs at random are 2 apart.
NEAR = 0.4
MIDDLE_YEAR, YEARS_APART = 1995, 20
# What is unknown of two songs is not the same.
UNLIKE = -2


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
        """Seal the arrays."""
        self.mean.setflags(write=False)
        self.precision.setflags(write=False)

    def after(self, features: Matrix, rewards: Vector, weight: float = 1) -> "Belief":
        """Return the belief once it has seen some rewards.

        Args:
            features: (m, d).
            rewards: (m,).
            weight: As how many of its kind each counts.

        Source: C. Bishop, "Pattern Recognition and Machine Learning", 2006, section 3.3.1.
        """
        seen = features.T * (weight / NOISE**2)
        precision = self.precision + seen @ features
        mean = np.linalg.solve(precision, self.precision @ self.mean + seen @ rewards)
        return Belief(mean, precision)

    def drawn(self, rng: np.random.Generator, spread: float = 1) -> Vector:
        """Return weights by chance, as likely as the belief holds them, (d,).

        Args:
            rng: Chance.
            spread: Of the deviations, how much counts; below 1 is nearer to the mean.
        """
        root = np.linalg.cholesky(self.precision)
        away = np.linalg.solve(root.T, rng.standard_normal(len(self.mean)))
        return np.asarray(self.mean + spread * away)


@dataclass(frozen=True, slots=True)
class Past:
    """Reactions to songs of one snapshot, the latest last.

    Attributes:
        rows: (e,), the songs.
        nodes: (e,), their nodes.
        rewards: (e,), what each reaction is worth.
    """

    rows: Ids
    nodes: Ids
    rewards: Vector


@cache
def rules() -> Belief:
    """Return the belief about somebody of whom nothing is known."""
    means, deviations = np.array(list(RULES.values())).T
    return Belief(means, np.diag(deviations**-2.0))


def shared_prior(snapshot: Snapshot, evidence_by_person: Mapping[int, Evidence]) -> Belief:
    """Return what to believe of somebody new, given what everybody pressed.

    They tell what is likely, not how sure that is: a new person's own reactions outweigh it as soon
    as they outweigh the rules. Few people move it little, and nobody moves it much. Takes a
    fraction of a millisecond a person: for now and then, not for every question.

    Args:
        snapshot: The graph.
        evidence_by_person: Each person's reactions, the latest last.
    """
    belief = rules()
    for evidence in evidence_by_person.values():
        known = past(snapshot, evidence)
        if known.rows.size:
            weight = min(1.0, EACH / known.rows.size)
            belief = belief.after(_in_turn(snapshot, known), known.rewards, weight)
    return Belief(belief.mean, rules().precision)


def past(snapshot: Snapshot, evidence: Evidence) -> Past:
    """Return the latest reactions, one for a song; songs that the snapshot lacks are left out."""
    worth: dict[TrackId, float] = {}
    for track_id, reaction in evidence:
        # The latest counts, but a link opened once more does not take a like back.
        strongest = max(WORTH[reaction], worth.pop(track_id, 0.0), key=abs)
        worth[track_id] = strongest
    rows = snapshot.lookup(list(worth))
    there = np.flatnonzero(rows >= 0)[-LATEST:]
    rewards = np.fromiter(worth.values(), float, len(worth))
    return Past(rows[there], snapshot.nodes(rows[there]), rewards[there])


def learned(snapshot: Snapshot, prior: Belief, known: Past) -> Belief:
    """Return the belief after a person's reactions."""
    if not known.rows.size:
        return prior
    return prior.after(_in_turn(snapshot, known), known.rewards)


def described(
    snapshot: Snapshot, rows: Ids, nodes: Ids, known: Past, before: Mask | None = None
) -> Matrix:
    """Return the features in `NAMES` of some songs, (m, d).

    Args:
        snapshot: The graph.
        rows: (m,), the songs.
        nodes: (m,), their nodes.
        known: The reactions that songs are compared with.
        before: (m, e), which reactions each song is compared with; all when not said.
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
    apart = (years.astype(np.float32) - MIDDLE_YEAR) / YEARS_APART
    found[:, NAMES.index("year")] = np.where(years == NO_YEAR, 0, np.clip(apart, -2, 2))
    if known.rows.size:
        found[:, NAMES.index("near_liked") :] = _compared(snapshot, rows, values, known, before)
    return found


def _compared(
    snapshot: Snapshot, rows: Ids, values: Matrix, known: Past, before: Mask | None
) -> Matrix:
    """Return the features that say how songs stand to a person's reactions, from `near_liked`."""
    near = _likeness(values, snapshot.values[known.nodes].astype(np.float32))
    same = (
        _codes(snapshot, rows, NO_CODE)[:, :, None] == _codes(snapshot, known.rows, UNLIKE)[:, None]
    )
    if before is not None:
        near, same = near * before, same & before
    worth = near * known.rewards.astype(np.float32)
    # The mean of what was said of the same, as if one more reaction had said nothing.
    counted = np.stack([known.rewards, np.ones(len(known.rewards))], axis=1, dtype=np.float32)
    said = same.astype(np.float32) @ counted
    return np.stack(
        [
            np.maximum(worth.max(axis=1), 0),
            np.maximum(-worth.min(axis=1), 0),
            *(said[:, :, 0] / (1 + said[:, :, 1])),
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


def _in_turn(snapshot: Snapshot, known: Past) -> Matrix:
    """Return the features that each song had when its reaction came: later ones tell it nothing."""
    before = np.tri(known.rows.size, k=-1, dtype=bool)
    return described(snapshot, known.rows, known.nodes, known, before)


def _likeness(values: Matrix, others: Matrix) -> Matrix:
    """Return how alike songs sound, (m, e), 0 to 1, falling with the square of their distance."""
    squares = (values**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * values @ others.T
    return np.asarray(np.exp(-np.maximum(squares, 0) / (NEAR * values.shape[1])))
