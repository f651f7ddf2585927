"""People with a hidden taste, who answer songs with yes or no: how fast is it found out?

A listener loves a few songs of the catalogue and what sounds near them, some genres and one decade,
and what many know; they like the fifth to the third of all songs that come nearest to that, and one
answer in ten is wrong. Moods vary from list to list. None of this is what `graph.choosing.taste`
assumes: its weights are linear, of likeness to songs that were answered and not to those that are
loved.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from graph.arrays import Ids, Mask, Matrix, Vector
from graph.choosing.recommend import suggest
from graph.choosing.request import EXPLORING, Request
from graph.choosing.taste import Belief, Reaction, shared_prior
from graph.feelings.anchors import CORNERS, ZONE_OF, suits
from graph.importing.columns import FEATURES, UNIT_FEATURES
from graph.snapshot.store import NO_CODE, NO_YEAR, Snapshot
from graph.tracks import TrackId
from inference.emotions import EMOTIONS, EmotionScores

SONGS, RATINGS, TRIALS = 5, 30, 3
# How many songs a listener loves, how far around them they like (in squared deviations per
# feature), and what genre, decade and fame add to that, in deviations.
LOVED, WIDTH, GENRE, DECADE, FAME = 3, 0.5, 0.7, 0.4, 0.5
TINY = 1e-9
WRONG = 0.1

# So many listeners tell what is common to all.
CROWD = 200

Choose: TypeAlias = Callable[[Request, np.random.Generator], Ids]


@dataclass(frozen=True, slots=True)
class Course:
    """What became of one listener.

    Attributes:
        before: Share of songs they like, in lists before they said anything.
        after: The same after 30 answers, in the same moods.
        regret: How many more of the 30 songs they would have liked, had the best been chosen.
        evidence: What they answered.
    """

    before: float
    after: float
    regret: float
    evidence: tuple[tuple[TrackId, Reaction], ...]


@dataclass(frozen=True, slots=True)
class Listeners:
    """The listeners of one snapshot.

    A song far from all others is near to nobody's loved ones. So that none is liked by few or by
    many for its place alone, nearness counts against what other listeners find.

    Attributes:
        snapshot: The songs.
        usual: (nodes,), the mean nearness of each to what somebody loves.
        spread: (nodes,), its deviation.
    """

    snapshot: Snapshot
    usual: Vector
    spread: Vector

    def likes(self, rng: np.random.Generator) -> Mask:
        """Return which songs a new listener likes, (tracks,)."""
        snapshot = self.snapshot
        loved = _loved(snapshot, rng)
        near = (_near_loved(snapshot, loved) - self.usual) / np.maximum(self.spread, TINY)
        drawn = near[snapshot.nodes(np.arange(len(snapshot)))]
        drawn += FAME * (np.nan_to_num(snapshot.popularity, nan=50) / 50 - 1)
        decades = np.where(snapshot.years == NO_YEAR, NO_CODE, snapshot.years // 10)
        for codes, worth in ((snapshot.genres, GENRE), (decades, DECADE)):
            of_loved = codes[snapshot.starts[loved]]
            drawn += worth * np.isin(codes, of_loved[of_loved != NO_CODE])
        return np.asarray(drawn >= np.quantile(drawn, 1 - rng.uniform(0.2, 0.33)))

    def course(self, person: int, choose: Choose) -> Course:
        """Return what becomes of a listener who is given songs in one way."""
        rng, chance = np.random.default_rng(person), np.random.default_rng([person, 1])
        snapshot, likes = self.snapshot, self.likes(rng)
        trials = [mood(rng) for _ in range(TRIALS)]
        asked = Request(trials[0], n=SONGS)
        before = _share(likes, choose, asked, trials, chance)
        regret = 0.0
        for _ in range(RATINGS // SONGS):
            asked = replace(asked, scores=mood(rng))
            rows = choose(asked, chance)
            regret += _regret(snapshot, likes, asked, rows)
            asked = _answered(snapshot, asked, rows, likes[rows] ^ (rng.random(len(rows)) < WRONG))
        return Course(before, _share(likes, choose, asked, trials, chance), regret, asked.evidence)


def mood(rng: np.random.Generator) -> EmotionScores:
    """Return a feeling: mostly of one or two emotions."""
    weights = rng.dirichlet(np.full(len(EMOTIONS), 0.3))
    return EmotionScores.from_weights(dict(zip(EMOTIONS, weights.tolist(), strict=True)))


def taught(listeners: Listeners, teachers: int) -> Belief:
    """Return the prior that so many other listeners leave behind."""
    snapshot = listeners.snapshot
    choose = by_taste(snapshot)
    others = {at: listeners.course(10_000 + at, choose).evidence for at in range(teachers)}
    return shared_prior(snapshot, others)


def by_taste(
    snapshot: Snapshot, prior: Belief | None = None, exploring: float = EXPLORING
) -> Choose:
    """Choose as people are given songs."""

    def choose(request: Request, rng: np.random.Generator) -> Ids:
        wish = replace(request, prior=prior, exploring=exploring)
        picks = suggest(snapshot, wish, rng=rng).picks
        return snapshot.rows([pick.track.id for pick in picks])

    return choose


def by_chance(snapshot: Snapshot) -> Choose:
    """Choose any songs that suit the feeling and were not heard."""

    def choose(request: Request, rng: np.random.Generator) -> Ids:
        fresh = _suitable(snapshot, request.scores)
        fresh[snapshot.rows(request.heard)] = False
        return rng.choice(np.flatnonzero(fresh), request.n, replace=False)

    return choose


def by_reference(snapshot: Snapshot, raw: Matrix) -> Choose:
    """Choose as the client's reference did, as far as it can be asked for more than one mood.

    Args:
        snapshot: The graph.
        raw: (tracks, d), the columns of `graph.importing.columns.FEATURES` as they were imported.
    """

    def choose(request: Request, _: np.random.Generator) -> Ids:
        heard, liked = snapshot.rows(request.heard), snapshot.rows(request.liked)
        return first_rows(raw, request.scores, heard=heard, liked=liked)[: request.n]

    return choose


def first_rows(raw: Matrix, scores: EmotionScores, *, heard: Ids, liked: Ids) -> Ids:
    """Return the rows that carry the label of a feeling, in their order.

    There are four labels: valence and energy above the middle or not. When something was liked,
    what is nearest to it comes first: by cosine, of features of which half are standardised and
    half are not, so that tempo decides.
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
    left = likes & _suitable(snapshot, asked.scores)
    left[snapshot.rows(asked.heard)] = False
    return min(int(left.sum()), asked.n) - float(likes[rows].sum())


def _suitable(snapshot: Snapshot, scores: EmotionScores) -> Mask:
    """Return which rows suit a feeling at least half as well as the best."""
    suited = suits(snapshot.places, scores)[snapshot.nodes(np.arange(len(snapshot)))]
    return np.asarray(suited >= 0.5 * suited.max())


def listeners(snapshot: Snapshot) -> Listeners:
    """Return what the listeners of a snapshot have in common, from a few hundred of them."""
    rng = np.random.default_rng(0)
    drawn = np.stack([_near_loved(snapshot, _loved(snapshot, rng)) for _ in range(CROWD)])
    return Listeners(snapshot, drawn.mean(axis=0), drawn.std(axis=0))


def _loved(snapshot: Snapshot, rng: np.random.Generator) -> Ids:
    return rng.choice(len(snapshot.sides), LOVED, replace=False)


def _near_loved(snapshot: Snapshot, loved: Ids) -> Vector:
    """Return how near each node sounds to the nearest of some, (nodes,), 0 to 1."""
    values = snapshot.values.astype(np.float32)
    apart = ((values[:, None] - values[loved]) ** 2).mean(axis=2)
    return np.asarray(np.exp(-apart / (2 * WIDTH)).max(axis=1))
