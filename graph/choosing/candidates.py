"""The candidate pool of a request: which songs are eligible, in which tier, and how diverse."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graph.arrays import Ids, Mask, Matrix, Vector, contained, ranges
from graph.choosing import feedback, languages
from graph.choosing.feedback import Reach, Songs
from graph.choosing.filters import passing
from graph.choosing.person import Person
from graph.choosing.request import Request
from graph.snapshot.kinds import bit_mask
from graph.snapshot.store import Snapshot
from inference.emotions import EmotionScores

# The nodes reached best from liked songs that join the pool: more than a list and 200 heard songs
# can use up.
LIKED_POOL = 500
# Size of a random sample of the songs in the person's own languages, or of kinds they allow.
SAMPLE_POOL = 1000
# An emotion less probable than this adds no candidates of its own.
MIN_PROBABILITY = 0.05
# If fewer unheard songs than the first number pass the filters, the whole graph is searched, and a
# random sample of the second size is taken.
MIN_POOL, MAX_POOL = 100, 4000
# Weight of similarity to songs already chosen against the score: 0 takes the best scores only.
MMR_TRADE_OFF = 0.3
# Larger than any score: a song of a later tier stands behind all songs of an earlier one.
TIER_PENALTY = 100.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows that may be suggested: (m,) arrays.

    Attributes:
        rows: The rows.
        nodes: Their nodes.
        fit: How well they suit what is asked for.
        scores: The same with all else that counts; larger is better.
        by_likes: Whether likes contribute more to the score than the feeling does.
        tier: 0 for songs that suit, 1 for songs that do not, plus 2 for songs that were heard.
        prior: What popularity and language add to the score.
    """

    rows: Ids
    nodes: Ids
    fit: Vector
    scores: Vector
    by_likes: Mask
    tier: Ids
    prior: Vector

    def at(self, chosen: Ids | slice) -> "Candidates":
        """Return some of the candidates by their places, in this order."""
        return Candidates(
            self.rows[chosen],
            self.nodes[chosen],
            self.fit[chosen],
            self.scores[chosen],
            self.by_likes[chosen],
            self.tier[chosen],
            self.prior[chosen],
        )

    def places(self) -> Iterator[tuple[int, int]]:
        """Yield row and node of each."""
        yield from zip(self.rows.tolist(), self.nodes.tolist(), strict=True)

    def best(self, n: int) -> "Candidates":
        """Return the n with the largest scores, the largest first."""
        largest = -self.scores
        if n < len(largest):
            some = np.argpartition(largest, n)[:n]
            return self.at(some[np.argsort(largest[some])])
        return self.at(np.argsort(largest))


def felt(scores: EmotionScores) -> list[int]:
    """Return the places in `EMOTIONS` of those that are probable enough to count."""
    least = min(MIN_PROBABILITY, max(scores.probabilities))
    return [at for at, share in enumerate(scores.probabilities) if share >= least]


def reached(snapshot: Snapshot, request: Request, liked: Reach, rng: np.random.Generator) -> Ids:
    """Return the nodes that fit the probable emotions best or are reached best from likes.

    Samples of the songs in the person's own languages and of kinds that they allow join: few of the
    best nodes of a large graph are such.
    """
    parts = [*snapshot.best[felt(request.scores)], liked.strongest(LIKED_POOL), liked.home]
    if codes := languages.own_codes(snapshot, request):
        parts.append(_sample(snapshot, np.isin(snapshot.languages, codes), rng))
    if request.filters.kinds:
        parts.append(_sample(snapshot, snapshot.kinds & bit_mask(request.filters.kinds) > 0, rng))
    found = np.sort(np.concatenate(parts))
    first = np.ones(len(found), bool)
    np.not_equal(found[1:], found[:-1], out=first[1:])
    return found[first]


def _sample(snapshot: Snapshot, mask: Mask, rng: np.random.Generator) -> Ids:
    """Return the nodes of a random sample of the rows in a mask."""
    rows = np.flatnonzero(mask)
    return snapshot.nodes(rng.choice(rows, min(len(rows), SAMPLE_POOL), replace=False))


def allowed(
    snapshot: Snapshot, nodes: Ids, person: Person, rng: np.random.Generator
) -> tuple[Ids, Ids]:
    """Return the rows of these nodes that a person may be given, and the node of each row.

    Where filters leave too few of them, rows from the whole graph take their place.
    """
    starts, stops = snapshot.starts.take(nodes), snapshot.starts.take(nodes + 1)
    rows, nodes = ranges(starts, stops), np.repeat(nodes, stops - starts)
    if person.filters:
        passed = passing(snapshot, person.filters, rows)
        rows, nodes = rows[passed], nodes[passed]
        if len(rows) < MIN_POOL + len(person.heard.rows):
            rows = np.flatnonzero(passing(snapshot, person.filters, slice(None)))
            rows = rows[(snapshot.kinds[rows] & person.unwanted) == 0]
            if len(rows) > MAX_POOL:
                rows = np.unique(
                    rng.choice(rows, MAX_POOL)
                )  # with replacement: faster than a shuffle
            nodes = snapshot.nodes(rows)
    kept = (snapshot.kinds[rows] & person.unwanted) == 0
    kept &= ~feedback.blocked(snapshot, rows, person.blocked)
    if person.never.size:
        kept &= ~contained(rows, person.never)
    return rows[kept], nodes[kept]


def tiered(snapshot: Snapshot, found: Candidates, heard: Songs, n: int) -> Candidates:
    """Return the candidates of the first tiers that together have enough artists.

    Later tiers score behind earlier ones; within the heard ones, the latest heard score lowest.

    Args:
        snapshot: The graph.
        found: The candidates, with `tier` 0 or 1.
        heard: What is not to be repeated, the latest last.
        n: The number of different artists needed.
    """
    again, when = feedback.repeats(snapshot, found.rows, found.nodes, heard)
    tier = found.tier + 2 * again
    scores = found.scores - TIER_PENALTY * tier - when
    for last in range(4):
        enough = np.flatnonzero(tier <= last)
        if _has_artists(snapshot, found.rows[enough], n):
            break
    return replace(found, scores=scores, tier=tier).at(enough)


def top(snapshot: Snapshot, found: Candidates, n: int, *, artists: int) -> Candidates:
    """Return the n best in order, or all of them if those n have too few artists."""
    best = found.best(n)
    enough = _has_artists(snapshot, best.rows, artists)
    return best if enough else found.best(len(found.rows))


def diverse(values: Matrix, scores: Vector, groups: Sequence[Ids], n: int) -> Ids:
    """Return the places of up to n candidates by maximal marginal relevance, in order.

    Each step picks the best balance of score and similarity to what is already chosen, and removes
    all other songs that share a group with it, such as the artist or the title.

    Args:
        values: (m, d), standardised features.
        scores: (m,).
        groups: (m,) each, codes; equal codes in one of them are one group.
        n: How many, at most.

    Source: J. Carbonell, J. Goldstein, "The Use of MMR, Diversity-Based Reranking for Reordering
        Documents and Producing Summaries", SIGIR 1998.
    """
    chosen: list[int] = []
    if not len(scores) or n < 1:
        return np.array(chosen, dtype=np.int64)
    values = values.astype(np.float32)  # stored in half precision
    halves = np.einsum("ij,ij->i", values, values) / (2 * values.shape[1])
    scaled = values / values.shape[1]
    codes = np.stack(groups)
    similar = np.zeros(len(scores), np.float32)
    balance = (1 - MMR_TRADE_OFF) * scores
    best = int(balance.argmax())
    while balance[best] > -np.inf:
        chosen.append(best)
        if len(chosen) == n:
            break
        balance[(codes == codes[:, best, None]).any(axis=0)] = -np.inf
        near = scaled @ values[best]
        near -= halves + halves[best]  # minus half the mean squared distance
        np.maximum(similar, np.exp(near, out=near), out=similar)
        best = int((balance - MMR_TRADE_OFF * similar).argmax())
    return np.array(chosen, dtype=np.int64)


def _has_artists(snapshot: Snapshot, rows: Ids, n: int) -> bool:
    """Return whether rows have n different artists; looks at the first few, then at all."""
    return any(len(set(snapshot.artists[some].tolist())) >= n for some in (rows[: 4 * n], rows))
