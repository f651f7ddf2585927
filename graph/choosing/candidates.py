"""The songs among which a question chooses: who may come, who comes first, and no two alike."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from graph.arrays import Ids, Mask, Matrix, Vector
from graph.choosing import feedback
from graph.choosing.feedback import Pull
from graph.choosing.filters import Filters, passing
from graph.choosing.taste import Belief, Past
from graph.snapshot.store import Snapshot
from inference.emotions import EmotionScores

# The nodes that likes reach best, more than a list and 200 heard songs could use up.
LED = 500
# An emotion less probable than this is not looked up on its own.
PROBABLE = 0.05
# If fewer unheard songs than this pass the filters, they are sought among all songs; so many of
# them, drawn by chance, are enough to choose from.
ENOUGH, WIDEST = 100, 4000
# How much a list prefers the new to the fitting: 0 is the best ones only.
VARIETY = 0.3
# More than any score: what is let in only for lack of better comes last.
BEHIND = 100.0


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person, ready for questions to one snapshot.

    Attributes:
        likes: Liked rows.
        liked: How likes reach the nodes around them.
        disliked: How dislikes do.
        never: Disliked and excluded rows.
        heard: Rows that are not to be repeated, the latest last.
        blocked: "Never this artist".
        filters: What songs must be.
        past: Reactions, from which `belief` learned.
        belief: What they like.
    """

    likes: Ids
    liked: Pull
    disliked: Pull
    never: Ids
    heard: Ids
    blocked: frozenset[str]
    filters: Filters
    past: Past
    belief: Belief


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows that may be suggested: (m,) arrays.

    Attributes:
        rows: The rows.
        nodes: Their nodes.
        fit: How well they suit what is asked for.
        scores: The same with all else that counts; larger is better.
        led: Whether likes weigh more in the score than the feeling.
        turn: 0 for what suits what is asked for, 2 for what does not, 1 more for what was heard.
    """

    rows: Ids
    nodes: Ids
    fit: Vector
    scores: Vector
    led: Mask
    turn: Ids

    def at(self, chosen: Ids | Mask | slice) -> "Candidates":
        """Return some of the candidates: by mask, or by place in this order."""
        return Candidates(
            self.rows[chosen],
            self.nodes[chosen],
            self.fit[chosen],
            self.scores[chosen],
            self.led[chosen],
            self.turn[chosen],
        )

    def places(self) -> Iterator[tuple[int, int]]:
        """Yield row and node of each."""
        yield from zip(self.rows.tolist(), self.nodes.tolist(), strict=True)

    def best(self, n: int) -> "Candidates":
        """Return the n with the largest scores, the largest first."""
        return self.at(np.argsort(-self.scores, kind="stable")[:n])


def reached(snapshot: Snapshot, scores: EmotionScores, liked: Pull) -> Ids:
    """Return the nodes that the probable emotions and the likes reach best."""
    likely = [at for at, p in enumerate(scores.probabilities) if p >= PROBABLE]
    found = np.sort(np.concatenate([*snapshot.best[likely], liked.foremost(LED), liked.home]))
    return found[np.flatnonzero(np.diff(found, prepend=-1))]


def allowed(
    snapshot: Snapshot, nodes: Ids, person: Person, rng: np.random.Generator
) -> tuple[Ids, Ids]:
    """Return the rows of nodes that a person may be given, and the node of each row.

    Where filters leave too few of them, songs from anywhere in the graph take their place.
    """
    many = snapshot.starts[nodes + 1] - snapshot.starts[nodes]
    rows, nodes = snapshot.rows_of(nodes), np.repeat(nodes, many)
    if person.filters:
        passed = passing(snapshot, person.filters, rows)
        rows, nodes = rows[passed], nodes[passed]
        if len(rows) < ENOUGH + len(person.heard):
            rows = np.flatnonzero(passing(snapshot, person.filters, slice(None)))
            if len(rows) > WIDEST:
                rows = np.unique(rng.choice(rows, WIDEST))  # some twice: shuffling all takes longer
            nodes = snapshot.nodes(rows)
    kept = ~feedback.blocked(snapshot, rows, person.blocked)
    if person.never.size:
        kept &= ~np.isin(rows, person.never)
    return rows[kept], nodes[kept]


def in_turn(snapshot: Snapshot, found: Candidates, heard: Ids, n: int) -> Candidates:
    """Return what may be offered: if too little is new and suitable, the long unheard too.

    Heard ones stand behind all new ones, the latest last; unsuitable ones behind everything.

    Args:
        snapshot: The graph.
        found: What there is.
        heard: Rows not to be repeated, the latest last.
        n: How many different artists are wanted.
    """
    again, when = feedback.repeats(found.rows, heard)
    turn = found.turn + again
    scores = found.scores - BEHIND * turn - when
    for last in range(4):
        enough = turn <= last
        if _has_artists(snapshot.artists[found.rows[enough]], n):
            break
    return replace(found, scores=scores, turn=turn).at(enough)


def foremost(snapshot: Snapshot, found: Candidates, n: int, *, artists: int) -> Candidates:
    """Return the n best in order; all, where so few would not be by so many artists."""
    best = found.best(n)
    enough = _has_artists(snapshot.artists[best.rows], artists)
    return best if enough else found.best(len(found.rows))


def diverse(values: Matrix, scores: Vector, artists: Ids, n: int) -> Ids:
    """Return the places of up to n candidates that are good and unlike each other, in order.

    Each pick is the one with the best balance of its score and its likeness to what is already
    chosen; all others of its artist leave with it.

    Args:
        values: (m, d), standardised features.
        scores: (m,).
        artists: (m,), equal for tracks of one artist.
        n: How many, at most.

    Source: J. Carbonell, J. Goldstein, "The Use of MMR, Diversity-Based Reranking for Reordering
        Documents and Producing Summaries", SIGIR 1998.
    """
    chosen: list[int] = []
    values = values.astype(np.float32)  # half-precision numbers are kept, not computed with
    alike = np.zeros(len(scores))
    left = np.ones(len(scores), bool)
    while left.any() and len(chosen) < n:
        balance = np.where(left, (1 - VARIETY) * scores - VARIETY * alike, -np.inf)
        best = int(np.argmax(balance))
        chosen.append(best)
        gaps = values - values[best]
        apart = np.einsum("ij,ij->i", gaps, gaps) / values.shape[1]
        alike = np.maximum(alike, np.exp(-apart / 2))
        left &= artists != artists[best]
    return np.array(chosen, dtype=np.int64)


def _has_artists(artists: Ids, n: int) -> bool:
    """Return whether there are n different ones; mostly the first few already are."""
    return len(set(artists[: 4 * n].tolist())) >= n or len(set(artists.tolist())) >= n
