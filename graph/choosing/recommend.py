"""A reading, an aim and what a person liked -> songs in order, each with its reason."""

from collections.abc import Sequence, Sized
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.arrays import Ids, Matrix, Vector
from graph.choosing import candidates, feedback, reasons, taste
from graph.choosing.candidates import Candidates, Person
from graph.choosing.reasons import Reason
from graph.choosing.request import Aim, Pick, Request, Suggestion
from graph.choosing.taste import Evidence, Reaction
from graph.feelings import anchors, bridge
from graph.snapshot.store import Snapshot
from graph.tracks import TrackId

__all__ = ["Aim", "Pick", "Request", "Suggestion", "reason_for", "suggest"]

# The candidates that rules put first; of these the person's taste chooses.
CANDIDATES = 200
# On a step of a bridge there are fewer to choose from: nearness counts most.
STEPS = 50
# What makes up a candidate's score, in units of "suits the feeling as well as the best do". Likes
# weigh more than the feeling, but only as far as a song suits it.
LIKED, DISLIKED = 1.5, 1.0
# Fit is the square of how well a song suits, in units of the best: on 4,615 songs with listeners'
# tags, .58 of the songs in a list are then in the right quarter, and with the shares of walks from
# the feeling .52, with a sixth as many different songs.
# Deviation of the chance that varies the list from one asking to the next.
CHANCE = 0.1
# A song must suit the feeling at least half as well as the best one does; what was heard comes back
# before what does not suit.
SUITABLE = 0.25
# Likes led to a song if they count for so much of what the feeling does.
LEADING = 0.25
# One like tells less than many: as many likes as this count half.
HALFWAY = 4
TINY = 1e-9
# How much nearness to the bridge counts against likes: a tenth of the plane is one unit.
STRAY = 10.0
# A song this near is still a step on the bridge.
STEP = 0.2
# Below the one, songs that were liked may come again; above the other, nothing ever heard does.
FAMILIAR, FRESH = 0.25, 0.75
# How strongly liked songs then lead to themselves; 1 would leave no room for any other.
LOVED = 0.4
# At the ends of the dial: how much more or less a liked or a popular neighbourhood counts.
NEARER, BETTER_KNOWN = 0.75, 0.3
# A song that explores is the best of this many suitable ones, as a draw of the belief sees them.
UNEXPLORED = 100
# A quarter of the deviation explores at no cost: of 250 simulated listeners' 30 songs it loses as
# many as choosing greedily does, half loses .2 more and all of it .4.
# Source: O. Chapelle, L. Li, as in `graph.choosing.taste`, on posterior reshaping.
SPREAD = 0.25


# Where a bridge ends, as (pleasantness, drive), ranks from 0 to 1. It starts at the feeling.
GOALS = {Aim.LIFT: (0.88, 0.8), Aim.CALM: (0.72, 0.12)}


def suggest(snapshot: Snapshot, request: Request, *, rng: np.random.Generator) -> Suggestion:
    """Return tracks for a request: no artist twice, nothing disliked, nothing heard of late.

    The same snapshot, request and generator give the same tracks.
    """
    person = _person(snapshot, request)
    if request.aim is Aim.MATCH:
        return _matching(snapshot, request, person, rng)
    return _leading(snapshot, request, person, rng)


def reason_for(snapshot: Snapshot, request: Request, track_id: TrackId) -> Reason:
    """Return the reason that a track has where a request picks it, whether it is picked or not.

    Chance picks what is something new to try: asked later, it has the reason it has without that.

    Raises:
        UnknownTrackError: No track has this id.
    """
    row = snapshot.row(track_id)
    node = int(snapshot.nodes(np.array([row]))[0])
    if request.aim is not Aim.MATCH:
        return reasons.for_bridge(snapshot, node)
    person = _person(snapshot, request)
    found = _fitting(snapshot, request, person, np.array([row]), np.array([node]))
    return _reason(snapshot, request, person, (row, node), led=bool(found.led[0]))


def _person(snapshot: Snapshot, request: Request) -> Person:
    past = taste.past(snapshot, _evidence(request))
    belief = taste.rules() if request.prior is None else request.prior
    familiar, fresh = request.freshness < FAMILIAR, request.freshness > FRESH
    heard = request.heard if fresh else request.heard[-feedback.HEARD :]
    likes, dislikes, excluded, lately = _rows(
        snapshot, request.liked, request.disliked, request.excluded, heard
    )
    return Person(
        likes=likes,
        liked=feedback.pull(snapshot, likes),
        disliked=feedback.pull(snapshot, dislikes),
        never=np.concatenate([dislikes, excluded]),
        # What one likes, one has heard, if long ago.
        heard=lately if familiar else np.concatenate([likes, lately]),
        blocked=request.blocked_artists,
        filters=request.filters,
        past=past,
        belief=taste.learned(snapshot, belief, past),
    )


def _rows(snapshot: Snapshot, *lists: Sequence[TrackId]) -> list[Ids]:
    """Return the rows of several lists; one look among a million ids takes as long as a few."""
    found = snapshot.lookup([track_id for each in lists for track_id in each])
    return [part[part >= 0] for part in _parted(found, lists)]


def _parted(values: NDArray[Any], like: Sequence[Sized]) -> list[NDArray[Any]]:
    """Return an array in parts as long as some others."""
    return np.split(values, np.cumsum([len(each) for each in like])[:-1])


def _evidence(request: Request) -> Evidence:
    told = {track_id for track_id, reaction in request.evidence if reaction is not Reaction.OPENED}
    liked = [(each, Reaction.LIKED) for each in request.liked if each not in told]
    disliked = [(each, Reaction.DISLIKED) for each in request.disliked if each not in told]
    return (*liked, *disliked, *request.evidence)


def _matching(
    snapshot: Snapshot, request: Request, person: Person, rng: np.random.Generator
) -> Suggestion:
    nodes = candidates.reached(snapshot, request.scores, person.liked)
    found = _fitting(snapshot, request, person, *candidates.allowed(snapshot, nodes, person, rng))
    found = candidates.in_turn(snapshot, found, person.heard, request.n)
    chance = CHANCE * rng.standard_normal(len(found.rows))
    varied = replace(found, scores=found.scores + chance)
    best = candidates.foremost(snapshot, varied, CANDIDATES, artists=request.n)
    kept, tried = _chosen(snapshot, request, person, (best, found.at(found.turn == 0)), rng)
    return Suggestion(
        (
            *(
                Pick(
                    snapshot.track_at(place[0]), _reason(snapshot, request, person, place, led=led)
                )
                for place, led in zip(kept.places(), kept.led.tolist(), strict=True)
            ),
            *(
                Pick(snapshot.track_at(row), reasons.for_new(snapshot, node, request.scores))
                for row, node in tried.places()
            ),
        )
    )


def _chosen(
    snapshot: Snapshot,
    request: Request,
    person: Person,
    found: tuple[Candidates, Candidates],
    rng: np.random.Generator,
) -> tuple[Candidates, Candidates]:
    """Return what is chosen of the best, and of the new ones what is tried.

    Of somebody who has said nothing yet, everything is new, and nothing has to be tried.
    """
    best, new = found
    slots = int(request.n * request.exploring + rng.random()) if person.past.rows.size else 0
    new = new.at(rng.permutation(len(new.rows))[: UNEXPLORED * slots])
    features = _features(snapshot, person, best, new)
    likely, drawn = _dialled(request, person), person.belief.drawn(rng, SPREAD)
    scores = best.scores + features[: len(best.rows)] @ likely
    worth = new.fit + features[len(best.rows) :] @ drawn
    kept = _diverse(snapshot, best, scores, request.n)
    others = ~np.isin(snapshot.artists[new.rows], snapshot.artists[kept.rows])
    tried = _diverse(snapshot, new.at(others), worth[others], slots)
    return kept.at(slice(request.n - len(tried.rows))), tried


def _fitting(
    snapshot: Snapshot, request: Request, person: Person, rows: Ids, nodes: Ids
) -> Candidates:
    """Return how rows fit by rule: they suit the feeling, likes lead there, dislikes push away."""
    suited = anchors.suits(snapshot.places[nodes], request.scores)
    fit = (suited / max(suited.max(initial=0), TINY)) ** 2
    reach = person.liked.at(nodes)
    if request.freshness < FAMILIAR:
        reach[np.isin(nodes, person.liked.home)] = LOVED
    n = len(person.liked.home)
    likes = LIKED * n / (n + HALFWAY) * 2 * (1 - request.freshness) * reach * fit
    scores = fit + likes - DISLIKED * person.disliked.at(nodes)
    return Candidates(rows, nodes, fit, scores, likes > LEADING * fit, 2 * (fit < SUITABLE))


def _features(snapshot: Snapshot, person: Person, *found: Candidates) -> Matrix:
    """Return what a person's taste is asked about of candidates, one list behind the other."""
    rows = np.concatenate([each.rows for each in found])
    nodes = np.concatenate([each.nodes for each in found])
    return taste.described(snapshot, rows, nodes, person.past)


def _diverse(snapshot: Snapshot, found: Candidates, scores: Vector, n: int) -> Candidates:
    """Return up to n candidates with large scores, unlike each other."""
    values, artists = snapshot.values[found.nodes], snapshot.artists[found.rows]
    return found.at(candidates.diverse(values, scores, artists, n))


def _dialled(request: Request, person: Person) -> Vector:
    """Return the likeliest weights of the features, bent to the familiar or to the fresh."""
    weights = person.belief.mean.copy()
    bent = 1 - 2 * request.freshness
    weights[taste.NAMES.index("near_liked")] += NEARER * bent
    weights[taste.NAMES.index("popularity")] += BETTER_KNOWN * bent
    return weights


def _leading(
    snapshot: Snapshot, request: Request, person: Person, rng: np.random.Generator
) -> Suggestion:
    """Return one song for each step of a straight way through the plane of feelings."""
    start, goal = bridge.start(request.scores), np.array(GOALS[request.aim])
    steps: list[Candidates] = []
    for part in np.linspace(0, 1, request.n) if request.n > 1 else (0.5,):
        found = _near(snapshot, start + part * (goal - start), person, rng)
        found = candidates.in_turn(snapshot, found, person.heard, request.n)
        chance = CHANCE * rng.standard_normal(len(found.rows))
        varied = replace(found, scores=found.scores + chance)
        steps.append(candidates.foremost(snapshot, varied, STEPS, artists=request.n))
    worth = _features(snapshot, person, *steps) @ _dialled(request, person)
    picks: list[Pick] = []
    artists: set[int] = set()
    for step, more in zip(steps, _parted(worth, [step.rows for step in steps]), strict=True):
        for at in np.argsort(-(step.scores + more), kind="stable").tolist():
            row, node = int(step.rows[at]), int(step.nodes[at])
            artist = int(snapshot.artists[row])
            if artist not in artists:
                picks.append(Pick(snapshot.track_at(row), reasons.for_bridge(snapshot, node)))
                artists.add(artist)
                break
    return Suggestion(tuple(picks))


def _near(snapshot: Snapshot, step: Vector, person: Person, rng: np.random.Generator) -> Candidates:
    """Return what lies near a step of the way, the nearest first unless likes say otherwise."""
    around = bridge.around(snapshot.cell_nodes, snapshot.cell_starts, step)
    rows, nodes = candidates.allowed(snapshot, around, person, rng)
    away = np.linalg.norm(snapshot.places[nodes] - step, axis=1)
    likes = LIKED * person.liked.at(nodes)
    scores = likes - DISLIKED * person.disliked.at(nodes) - STRAY * away
    return Candidates(rows, nodes, -STRAY * away, scores, likes > 0, 2 * (away > STEP))


def _reason(
    snapshot: Snapshot, request: Request, person: Person, place: tuple[int, int], *, led: bool
) -> Reason:
    row, node = place
    if not led or row in person.likes:  # a song is no reason for itself
        return reasons.for_zone(snapshot, node, request.scores)
    via = feedback.strongest(snapshot, snapshot.nodes(person.likes), node)
    return reasons.for_liked(snapshot, row, int(person.likes[via]), request.scores)
