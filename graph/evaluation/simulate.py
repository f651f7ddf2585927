"""Simulated listeners with a hidden taste, who answer suggested songs with yes or no.

A listener has a few favourite songs. They like songs that sound similar to these, share their
genres or decades, or are popular: the best fifth to third of all songs by that measure. One answer
in ten is wrong, and the mood changes from list to list. The learner in `graph.choosing.taste` does
not assume this model: it is linear, in similarity to answered songs, not to favourites.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from graph.arrays import Ids, Mask, Matrix, Vector
from graph.choosing.belief import Belief
from graph.choosing.recommend import suggest
from graph.choosing.request import EXPLORING, Request
from graph.choosing.scoring import MIN_FIT, fit_of
from graph.choosing.taste import Reaction, shared_prior
from graph.feelings.anchors import CORNERS, ZONE_OF
from graph.importing.columns import FEATURES, UNIT_FEATURES
from graph.snapshot.store import NO_CODE, NO_YEAR, Snapshot
from graph.tracks import TrackId
from inference.emotions import EMOTIONS, EmotionScores

SONGS, RATINGS, MORE_RATINGS, TRIALS = 5, 30, 100, 3
# A listener's number of favourites, the width of similarity to them (squared deviations per
# feature), and what a shared genre, a shared decade and popularity add, in deviations.
FAVOURITES, WIDTH = 3, 0.5
GENRE_WEIGHT, DECADE_WEIGHT, POPULARITY_WEIGHT = 0.7, 0.4, 0.5
TINY = 1e-9
ERROR_RATE = 0.1
# Listeners from whom the mean and the spread of similarity are estimated.
SAMPLE = 200

Choose: TypeAlias = Callable[[Request, np.random.Generator], Ids]


@dataclass(frozen=True, slots=True)
class Course:
    """The results of one simulated listener.

    Attributes:
        before: Share of songs they like, in lists before they said anything.
        after: The same after 30 answers, in the same moods.
        later: The same after 100 answers; nan where so many were not asked for.
        regret: How many more of the first 30 songs they would have liked under the best choice.
        evidence: What they answered.
    """

    before: float
    after: float
    later: float
    regret: float
    evidence: tuple[tuple[TrackId, Reaction], ...]


@dataclass(frozen=True, slots=True)
class Listeners:
    """The listeners of one snapshot.

    Similarity is standardised per song over many listeners, so that no song is liked by few or
    many for its position alone: an outlier is similar to nobody's favourites.

    Attributes:
        snapshot: The songs.
        mean: (nodes,), mean similarity of each to a listener's favourites.
        deviation: (nodes,), its standard deviation.
    """

    snapshot: Snapshot
    mean: Vector
    deviation: Vector

    def likes(self, rng: np.random.Generator) -> Mask:
        """Return which songs a new listener likes, (tracks,)."""
        snapshot = self.snapshot
        favourites = _favourites(snapshot, rng)
        similar = (_similarity(snapshot, favourites) - self.mean) / np.maximum(self.deviation, TINY)
        score = similar[snapshot.nodes(np.arange(len(snapshot)))]
        score += POPULARITY_WEIGHT * (np.nan_to_num(snapshot.popularity, nan=50) / 50 - 1)
        decades = np.where(snapshot.years == NO_YEAR, NO_CODE, snapshot.years // 10)
        for codes, weight in ((snapshot.genres, GENRE_WEIGHT), (decades, DECADE_WEIGHT)):
            known = codes[snapshot.starts[favourites]]
            score += weight * np.isin(codes, known[known != NO_CODE])
        return np.asarray(score >= np.quantile(score, 1 - rng.uniform(0.2, 0.33)))

    def course(self, person: int, choose: Choose, answers: int = RATINGS) -> Course:
        """Return the results of a listener whose songs are chosen in one way."""
        rng, chance = np.random.default_rng(person), np.random.default_rng([person, 1])
        snapshot, likes = self.snapshot, self.likes(rng)
        trials = [mood(rng) for _ in range(TRIALS)]
        asked = Request(trials[0], n=SONGS)
        before = _share(likes, choose, asked, trials, chance)
        regret, after, later = 0.0, np.nan, np.nan
        for given in range(SONGS, answers + 1, SONGS):
            asked = replace(asked, scores=mood(rng))
            rows = choose(asked, chance)
            regret += _regret(snapshot, likes, asked, rows) if given <= RATINGS else 0
            wrong = rng.random(len(rows)) < ERROR_RATE
            asked = _answered(snapshot, asked, rows, likes[rows] ^ wrong)
            if given == RATINGS:
                after = _share(likes, choose, asked, trials, chance)
            elif given == MORE_RATINGS:
                later = _share(likes, choose, asked, trials, chance)
        return Course(before, after, later, regret, asked.evidence)


def mood(rng: np.random.Generator) -> EmotionScores:
    """Return a random feeling, mostly of one or two emotions."""
    weights = rng.dirichlet(np.full(len(EMOTIONS), 0.3))
    return EmotionScores.from_weights(dict(zip(EMOTIONS, weights.tolist(), strict=True)))


def taught(listeners: Listeners, teachers: int) -> Belief:
    """Return the prior learned from this many other listeners."""
    snapshot = listeners.snapshot
    choose = by_taste(snapshot)
    others = {at: listeners.course(10_000 + at, choose).evidence for at in range(teachers)}
    return shared_prior(snapshot, others)


def by_taste(
    snapshot: Snapshot, prior: Belief | None = None, exploring: float = EXPLORING
) -> Choose:
    """Choose songs as the bot does."""

    def choose(request: Request, rng: np.random.Generator) -> Ids:
        wish = replace(request, prior=prior, exploring=exploring)
        picks = suggest(snapshot, wish, rng=rng).picks
        return snapshot.rows([pick.track.id for pick in picks])

    return choose


def by_chance(snapshot: Snapshot) -> Choose:
    """Choose unheard songs that suit the feeling at random."""

    def choose(request: Request, rng: np.random.Generator) -> Ids:
        fresh = suitable(snapshot, request.scores)
        fresh[snapshot.rows(request.heard)] = False
        return rng.choice(np.flatnonzero(fresh), request.n, replace=False)

    return choose


def by_reference(snapshot: Snapshot, raw: Matrix) -> Choose:
    """Choose as the reference project does, extended from one mood to all.

    Args:
        snapshot: The graph.
        raw: (tracks, d), the columns of `graph.importing.columns.FEATURES` as they were imported.
    """

    def choose(request: Request, _: np.random.Generator) -> Ids:
        heard, liked = snapshot.rows(request.heard), snapshot.rows(request.liked)
        return first_rows(raw, request.scores, heard=heard, liked=liked)[: request.n]

    return choose


def first_rows(raw: Matrix, scores: EmotionScores, *, heard: Ids, liked: Ids) -> Ids:
    """Return the rows that have the label of a feeling, in file order.

    The four labels are valence and energy above .5 or not. With likes, rows are sorted by cosine
    similarity to them; half the features are standardised and half are raw, so tempo dominates.
    """
    features = np.nan_to_num(raw)
    halves = [FEATURES.index(name) for name in UNIT_FEATURES]
    high = features[:, [FEATURES.index("valence"), FEATURES.index("energy")]] > 0.5
    fresh = (high == (np.array(CORNERS[ZONE_OF[scores.ranked()[0]]]) > 0)).all(axis=1)
    fresh[heard] = False
    rows = np.flatnonzero(fresh)
    if not liked.size:
        return rows
    spread = np.maximum(features[:, halves].std(axis=0), TINY)
    features[:, halves] = (features[:, halves] - features[:, halves].mean(axis=0)) / spread
    unit = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), TINY)
    return rows[np.argsort(-(unit[rows] @ unit[liked].T).max(axis=1), kind="stable")]


def _answered(snapshot: Snapshot, asked: Request, rows: Ids, yes: Mask) -> Request:
    """Return the next request, with answers to the songs of the last."""
    songs = [snapshot.track_at(int(row)).id for row in rows]
    reactions = [Reaction.LIKED if liked else Reaction.DISLIKED for liked in yes]
    evidence = tuple(zip(songs, reactions, strict=True))
    return replace(
        asked,
        liked=asked.liked + tuple(song for song, liked in zip(songs, yes, strict=True) if liked),
        disliked=asked.disliked
        + tuple(song for song, liked in zip(songs, yes, strict=True) if not liked),
        heard=asked.heard + tuple(songs),
        evidence=asked.evidence + evidence,
    )


def _share(
    likes: Mask,
    choose: Choose,
    asked: Request,
    moods: Sequence[EmotionScores],
    rng: np.random.Generator,
) -> float:
    return float(
        np.mean([likes[choose(replace(asked, scores=each), rng)].mean() for each in moods])
    )


def _regret(snapshot: Snapshot, likes: Mask, asked: Request, rows: Ids) -> float:
    left = likes & suitable(snapshot, asked.scores)
    left[snapshot.rows(asked.heard)] = False
    return min(int(left.sum()), asked.n) - float(likes[rows].sum())


def suitable(snapshot: Snapshot, scores: EmotionScores) -> Mask:
    """Return which rows suit a feeling at least half as well as the best one."""
    suited = fit_of(snapshot, snapshot.nodes(np.arange(len(snapshot))), scores)
    return np.asarray(suited >= MIN_FIT * suited.max())


def listeners(snapshot: Snapshot) -> Listeners:
    """Return the listeners of a snapshot."""
    rng = np.random.default_rng(0)
    sample = np.stack([_similarity(snapshot, _favourites(snapshot, rng)) for _ in range(SAMPLE)])
    return Listeners(snapshot, sample.mean(axis=0), sample.std(axis=0))


def _favourites(snapshot: Snapshot, rng: np.random.Generator) -> Ids:
    return rng.choice(len(snapshot.sides), FAVOURITES, replace=False)


def _similarity(snapshot: Snapshot, favourites: Ids) -> Vector:
    """Return the similarity of each node to the most similar favourite, (nodes,), 0 to 1."""
    values = snapshot.values.astype(np.float32)
    distance = ((values[:, None] - values[favourites]) ** 2).mean(axis=2)
    return np.asarray(np.exp(-distance / (2 * WIDTH)).max(axis=1))
