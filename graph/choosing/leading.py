"""Songs that lead from a feeling to another: one song for each step of a way between them."""

from dataclasses import replace

import numpy as np

from graph.arrays import Ids, Vector
from graph.choosing import candidates, reasons
from graph.choosing.candidates import Candidates
from graph.choosing.person import Person
from graph.choosing.request import Aim, Pick, Request, Suggestion
from graph.choosing.scoring import DISLIKED_WEIGHT, LIKED_WEIGHT, fit_of, prior, taste
from graph.feelings import bridge
from graph.snapshot.store import Snapshot
from inference.emotions import Emotion, EmotionScores

# Where each way ends, as ranks of (valence, arousal), 0 to 1. It starts at the feeling.
# Few songs are still and bright: what suits calm lies nearer to the middle of valence.
GOALS = {Aim.LIFT: (0.88, 0.8), Aim.CALM: (0.66, 0.12)}
# A way to a brighter or calmer place covers at least this much of the plane on each axis that leads
# there: from happy, too, the songs climb.
MIN_CLIMB = 0.25
# Whose songs the middle and the end of each way are made of, see `graph.feelings.policies`: to a
# bright place by what diverts, to a calm one by what consoles.
MIDDLE = {Aim.LIFT: Emotion.DISGUST, Aim.CALM: Emotion.FEAR}
END = {Aim.LIFT: Emotion.HAPPY, Aim.CALM: Emotion.NEUTRAL}
# Weight of a song's fit to the step: the plane alone does not tell a calm song from a dull one.
STEP_FIT_WEIGHT = 1.0
# Standard deviation of the noise that varies a way from one request to the next: of 140 ways of the
# seven feelings to calm, over the starter catalogue, 27 end in the same song, and 20 songs end one.
STEP_NOISE = 0.25
# Factor of what popularity and language add: songs of a step need not suit each other, so what
# somebody knows carries them.
STEP_PRIOR_WEIGHT = 2.0
# Candidates for each step. Fewer than for a match: nearness to the step counts most.
STEP_POOL = 50
# Around a step this distance costs nothing, and more around calm, where few songs lie: ways shall
# not all end in one. Beyond it a tenth of the plane costs as much as the best fit.
FREE_DISTANCE, FREE_AT_CALM = 0.08, 0.12
DISTANCE_WEIGHT = 10.0
# Songs further away than this belong to no step.
MAX_DISTANCE = 0.2


def leading(
    snapshot: Snapshot, request: Request, person: Person, rng: np.random.Generator
) -> Suggestion:
    """Return one song for each step of a straight way through the plane of feelings."""
    steps = _steps(snapshot, request, person, rng)
    n = sum(len(step.rows) for step in steps)
    expected, _ = taste(snapshot, request, person, *steps, certain=n)
    parts = np.split(expected, np.cumsum([len(step.rows) for step in steps])[:-1])
    picks: list[Pick] = []
    artists: set[int] = set()
    songs: set[int] = set()
    nearest = False
    for step, added in zip(steps, parts, strict=True):
        for at in np.argsort(-(step.scores + added), kind="stable").tolist():
            row, node = int(step.rows[at]), int(step.nodes[at])
            artist, song = int(snapshot.artists[row]), int(snapshot.songs[row])
            if artist not in artists and song not in songs:
                picks.append(Pick(snapshot.track_at(row), reasons.for_bridge(snapshot, node)))
                artists.add(artist)
                songs.add(song)
                nearest |= bool(step.tier[at] % 2)
                break
    return Suggestion(tuple(picks), nearest=nearest)


def ends(request: Request) -> tuple[Vector, Vector]:
    """Return where the way of a request starts and ends, as ranks of (valence, arousal)."""
    start, goal = bridge.start(request.scores), np.array(GOALS[request.aim])
    if request.aim is Aim.LIFT:
        start = np.minimum(start, goal - MIN_CLIMB)
    else:
        start[1] = max(start[1], goal[1] + MIN_CLIMB)
    return start, goal


def _steps(
    snapshot: Snapshot, request: Request, person: Person, rng: np.random.Generator
) -> list[Candidates]:
    start, goal = ends(request)
    steps = []
    for part in np.linspace(0, 1, request.n) if request.n > 1 else (0.5,):
        found = _near(snapshot, request, person, (start + part * (goal - start), part), rng)
        found = candidates.tiered(snapshot, found, person.heard, request.n)
        noise = STEP_NOISE * rng.standard_normal(len(found.rows))
        varied = replace(found, scores=found.scores + noise)
        steps.append(candidates.top(snapshot, varied, STEP_POOL, artists=request.n))
    return steps


def _near(
    snapshot: Snapshot,
    request: Request,
    person: Person,
    at: tuple[Vector, float],
    rng: np.random.Generator,
) -> Candidates:
    """Return the candidates near a step, scored by nearness, fit, likes and dislikes.

    Args:
        snapshot: The graph.
        request: What is asked for.
        person: Who asks.
        at: Where the step lies in the plane, and which part of the way it is, 0 to 1.
        rng: The random generator.
    """
    step, part = at
    around = bridge.around(snapshot.cell_nodes, snapshot.cell_starts, step)
    rows, nodes = candidates.allowed(snapshot, around, person, rng)
    distance = np.linalg.norm(snapshot.places[nodes] - step, axis=1)
    likes = LIKED_WEIGHT * person.liked.at(nodes)
    calm = request.aim is Aim.CALM and part == 1
    free = FREE_AT_CALM if calm else FREE_DISTANCE
    fit = -DISTANCE_WEIGHT * np.maximum(distance - free, 0)
    added = STEP_PRIOR_WEIGHT * prior(snapshot, request, person, rows)
    added += STEP_FIT_WEIGHT * _suited(snapshot, request, nodes, part)
    scores = fit + added + likes - DISLIKED_WEIGHT * person.disliked.at(nodes)
    far = (distance > MAX_DISTANCE).astype(np.int64)
    return Candidates(rows, nodes, fit, scores, likes > 0, far, added)


def _suited(snapshot: Snapshot, request: Request, nodes: Ids, part: float) -> Vector:
    """Return how well nodes serve a part of the way, (m,), 0 to 1: feeling, middle, then end."""
    shares = (max(1 - 2 * part, 0), 1 - abs(1 - 2 * part), max(2 * part - 1, 0))
    middle, end = (EmotionScores.only(place[request.aim]) for place in (MIDDLE, END))
    return np.asarray(
        sum(
            share * fit_of(snapshot, nodes, scores)
            for share, scores in zip(shares, (request.scores, middle, end), strict=True)
            if share
        )
    )
