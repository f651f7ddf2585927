"""A reading, an aim and what a person liked -> songs in order, each with its reason."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from graph import anchors, bridge, feedback, reasons
from graph.arrays import Ids, Mask, Matrix, Vector
from graph.reasons import Reason
from graph.store import Snapshot
from graph.tracks import Track, TrackId
from inference.emotions import EmotionScores

CANDIDATES = 200
# The nodes that likes reach best, more than a list and 200 heard songs could use up.
LED = 500
# An emotion less probable than this is not looked up on its own.
PROBABLE = 0.05
# What makes up a candidate's score, in units of "suits the feeling as well as the best do". Likes
# weigh more than the feeling, but only as far as a song suits it; popularity settles ties.
LIKED, DISLIKED, POPULAR = 1.5, 1.0, 0.1
# Deviation of the chance that varies the list from one asking to the next.
CHANCE = 0.1
# A song must suit the feeling at least half as well as the best one does; what was heard comes back
# before what does not suit.
SUITABLE = 0.5
# How much a list prefers the new to the fitting: 0 is the best ones only.
VARIETY = 0.3
# How much nearness to the bridge counts against likes: a tenth of the plane is one unit.
STRAY = 10.0
# A song this near is still a step on the bridge.
STEP = 0.2
# More than any score: what is let in only for lack of better comes last.
BEHIND = 100.0


class Aim(StrEnum):
    """What songs are to do with a feeling."""

    MATCH = "match"
    LIFT = "lift"
    CALM = "calm"


# Where a bridge ends, as (pleasantness, drive), ranks from 0 to 1. It starts at the feeling.
GOALS = {Aim.LIFT: (0.88, 0.8), Aim.CALM: (0.72, 0.12)}


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Attributes:
        scores: The feeling.
        aim: Songs that match it, or that lead from it to a bright or to a calm place.
        liked: Tracks with a 👍.
        disliked: Tracks with a 👎: they never come back.
        heard: What was suggested, the latest last; the last 200 are not repeated while others suit.
        blocked_artists: "Never this artist".
        excluded: Left out like disliked ones, without a word about what is like them.
        n: How many tracks, at least 1.
    """

    scores: EmotionScores
    aim: Aim = Aim.MATCH
    liked: tuple[TrackId, ...] = ()
    disliked: tuple[TrackId, ...] = ()
    heard: tuple[TrackId, ...] = ()
    blocked_artists: frozenset[str] = frozenset()
    n: int = 5
    excluded: tuple[TrackId, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an empty request."""
        if self.n < 1:
            raise ValueError(f"expected at least one track, found n={self.n}")


@dataclass(frozen=True, slots=True)
class Pick:
    """A suggested track and why it is there."""

    track: Track
    reason: Reason


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Tracks in the order in which to hear them; fewer than asked for when there are no more."""

    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class Taste:
    """What a person said, ready for questions to one snapshot.

    Attributes:
        liked: How likes reach the nodes around them.
        disliked: How dislikes do.
        never: Disliked and excluded rows.
        heard: Rows that are not to be repeated, the latest last.
    """

    liked: feedback.Pull
    disliked: feedback.Pull
    never: Ids
    heard: Ids


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows that may be suggested: (m,) arrays.

    Attributes:
        rows: The rows.
        nodes: Their nodes.
        scores: Larger is better.
        suitable: Whether they suit what is asked for.
        led: Whether likes weigh more in the score than the feeling.
    """

    rows: Ids
    nodes: Ids
    scores: Vector
    suitable: Mask
    led: Mask

    def at(self, chosen: Ids | Mask) -> "Candidates":
        """Return some of the candidates: by mask, or by place in this order."""
        return Candidates(
            self.rows[chosen],
            self.nodes[chosen],
            self.scores[chosen],
            self.suitable[chosen],
            self.led[chosen],
        )


def suggest(snapshot: Snapshot, request: Request, *, rng: np.random.Generator) -> Suggestion:
    """Return tracks for a request: no artist twice, nothing disliked, nothing heard of late.

    The same snapshot, request and generator give the same tracks.
    """
    taste = _taste(snapshot, request)
    if request.aim is Aim.MATCH:
        return _matching(snapshot, request, taste, rng)
    return _leading(snapshot, request, taste, rng)


def reason_for(snapshot: Snapshot, request: Request, track_id: TrackId) -> Reason:
    """Return the reason that a track has where a request picks it, whether it is picked or not.

    Raises:
        UnknownTrackError: No track has this id.
    """
    row = snapshot.row(track_id)
    node = int(snapshot.nodes(np.array([row]))[0])
    if request.aim is not Aim.MATCH:
        return reasons.for_bridge(snapshot, node)
    found = _candidates(snapshot, request, _taste(snapshot, request))
    led = bool(found.led[found.rows == row].any())
    return _reason(snapshot, request, row, node, led=led)


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


def _taste(snapshot: Snapshot, request: Request) -> Taste:
    return Taste(
        feedback.pull(snapshot, request.liked),
        feedback.pull(snapshot, request.disliked),
        snapshot.rows(request.disliked + request.excluded),
        feedback.not_again(snapshot, request.liked, request.heard),
    )


def _candidates(snapshot: Snapshot, request: Request, taste: Taste) -> Candidates:
    """Return what the feeling and the likes reach, for songs that match."""
    nodes = _reached(snapshot, request.scores, taste)
    feeling = feedback.relative(snapshot.shares[nodes] @ np.array(request.scores.probabilities))
    suited = anchors.suits(snapshot.places[nodes], request.scores)
    likes = LIKED * taste.liked.at(nodes) * suited
    scores = feeling + likes - DISLIKED * taste.disliked.at(nodes)
    suitable = suited >= SUITABLE * suited.max()
    return _tracks(snapshot, nodes, scores, suitable, likes > feeling)


def _matching(
    snapshot: Snapshot, request: Request, taste: Taste, rng: np.random.Generator
) -> Suggestion:
    found = _offered(snapshot, _candidates(snapshot, request, taste), request, taste, rng)
    found = found.at(np.argsort(-found.scores, kind="stable")[:CANDIDATES])
    chosen = found.at(
        diverse(snapshot.values[found.nodes], found.scores, snapshot.artists[found.rows], request.n)
    )
    return Suggestion(
        tuple(
            Pick(snapshot.track_at(row), _reason(snapshot, request, row, node, led=led))
            for row, node, led in zip(
                chosen.rows.tolist(), chosen.nodes.tolist(), chosen.led.tolist(), strict=True
            )
        )
    )


def _leading(
    snapshot: Snapshot, request: Request, taste: Taste, rng: np.random.Generator
) -> Suggestion:
    """Return one song for each step of a straight way through the plane of feelings."""
    start, goal = bridge.start(request.scores), np.array(GOALS[request.aim])
    picks: list[Pick] = []
    artists = np.zeros(0, np.int64)
    for part in np.linspace(0, 1, request.n) if request.n > 1 else (0.5,):
        found = _near(snapshot, start + part * (goal - start), taste)
        found = found.at(~np.isin(snapshot.artists[found.rows], artists))
        found = _offered(snapshot, found, replace(request, n=1), taste, rng)
        if found.rows.size:
            best = int(np.argmax(found.scores))
            row, node = int(found.rows[best]), int(found.nodes[best])
            picks.append(Pick(snapshot.track_at(row), reasons.for_bridge(snapshot, node)))
            artists = np.append(artists, snapshot.artists[row])
    return Suggestion(tuple(picks))


def _near(snapshot: Snapshot, step: Vector, taste: Taste) -> Candidates:
    nodes = bridge.around(snapshot.cell_nodes, snapshot.cell_starts, step)
    away = np.linalg.norm(snapshot.places[nodes] - step, axis=1)
    likes = LIKED * taste.liked.at(nodes)
    scores = likes - DISLIKED * taste.disliked.at(nodes) - STRAY * away
    return _tracks(snapshot, nodes, scores, away <= STEP, likes > 0)


def _reached(snapshot: Snapshot, scores: EmotionScores, taste: Taste) -> Ids:
    """Return the nodes that the probable emotions and the likes reach best."""
    likely = [at for at, p in enumerate(scores.probabilities) if p >= PROBABLE]
    found = np.sort(np.concatenate([*snapshot.best[likely], taste.liked.foremost(LED)]))
    return found[np.flatnonzero(np.diff(found, prepend=-1))]


def _tracks(
    snapshot: Snapshot, nodes: Ids, scores: Vector, suitable: Mask, led: Mask
) -> Candidates:
    """Return the rows of nodes; those of one node share its score."""
    many = np.diff(np.stack([snapshot.starts[nodes], snapshot.starts[nodes + 1]]), axis=0)[0]
    each = Candidates(nodes, nodes, scores, suitable, led).at(
        np.repeat(np.arange(len(nodes)), many)
    )
    return replace(each, rows=snapshot.rows_of(nodes))


def _offered(
    snapshot: Snapshot,
    found: Candidates,
    request: Request,
    taste: Taste,
    rng: np.random.Generator,
) -> Candidates:
    """Return what may be offered: if too little is new and suitable, the long unheard too."""
    if taste.never.size:
        found = found.at(~np.isin(found.rows, taste.never))
    if request.blocked_artists:
        found = found.at(~feedback.blocked(snapshot, found.rows, request.blocked_artists))
    known = np.nan_to_num(snapshot.popularity[found.rows] / 100, nan=0.5)
    chance = rng.standard_normal(len(found.rows))
    again, when = feedback.repeats(found.rows, taste.heard)
    # Heard ones stand behind all new ones, the latest last; unsuitable ones behind everything.
    scores = found.scores + POPULAR * known + CHANCE * chance
    scores = scores - (BEHIND + when) * again - 2 * BEHIND * ~found.suitable
    turn = again + 2 * ~found.suitable
    for last in range(4):
        enough = turn <= last
        if _has_artists(snapshot.artists[found.rows[enough]], request.n):
            break
    return replace(found, scores=scores).at(enough)


def _has_artists(artists: Ids, n: int) -> bool:
    """Return whether there are n different ones; mostly the first few already are."""
    return len(set(artists[: 4 * n].tolist())) >= n or len(set(artists.tolist())) >= n


def _reason(snapshot: Snapshot, request: Request, row: int, node: int, *, led: bool) -> Reason:
    if not led:
        return reasons.for_zone(snapshot, node, request.scores)
    liked = snapshot.rows(request.liked)
    via = feedback.strongest(snapshot, snapshot.nodes(liked), node)
    return reasons.for_liked(snapshot, row, int(liked[via]), request.scores)
