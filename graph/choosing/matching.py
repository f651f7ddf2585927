"""Songs that match a feeling: the best by score, diverse, with some that explore."""

from dataclasses import replace

import numpy as np

from graph.arrays import Ids, Vector, contained
from graph.choosing import candidates, feedback, reasons
from graph.choosing.candidates import Candidates
from graph.choosing.person import Person
from graph.choosing.reasons import Reason
from graph.choosing.request import Pick, Request, Suggestion
from graph.choosing.scoring import bearable, scored, taste
from graph.snapshot.store import Snapshot

# Candidates that rules rank first; among these the person's taste chooses.
POOL = 600
# Standard deviation of the noise that varies a list from one request to the next.
EXPLORATION_NOISE = 0.1
# Per song that explores: random suitable songs among which a posterior sample picks the best.
EXPLORED_POOL = 500
# From the first reaction to this one fewer and fewer songs explore, then none: what is learned late
# is used little. Of 500 simulated people that this number was not chosen by, greedy choice had as
# much of what they like after 30 answers, +.007 +- .009, and .012 +- .007 less after 100.
LAST_EXPLORING = 20
# Half of the posterior's deviation, among so many songs, explores at no cost: 80 simulated people
# other than those of the evaluation like .86 of their songs after a hundred answers, as many as
# with greedy choice. Among a fifth as many songs it costs .02 of them.
# Source: O. Chapelle, L. Li, "An Empirical Evaluation of Thompson Sampling", NIPS 2011, on
#     posterior reshaping.
POSTERIOR_SPREAD = 0.5


def matching(
    snapshot: Snapshot, request: Request, person: Person, rng: np.random.Generator
) -> Suggestion:
    """Return songs that suit the feeling of a request."""
    nodes = candidates.reached(snapshot, request, person.liked, rng)
    if request.several:
        nodes = np.union1d(nodes, bearable(snapshot, request))
    found = scored(snapshot, request, person, *candidates.allowed(snapshot, nodes, person, rng))
    found = candidates.tiered(snapshot, found, person.heard, request.n)
    noise = EXPLORATION_NOISE * rng.standard_normal(len(found.rows))
    varied = replace(found, scores=found.scores + noise)
    best = candidates.top(snapshot, varied, POOL, artists=request.n)
    kept, explored = _chosen(snapshot, request, person, (best, found), rng)
    why = reasons_of(snapshot, request, person, kept)
    why += [reasons.for_new(snapshot, node, request.scores) for node in explored.nodes.tolist()]
    tracks = map(snapshot.track_at, [*kept.rows.tolist(), *explored.rows.tolist()])
    picks = tuple(map(Pick, tracks, why))
    return Suggestion(picks, nearest=bool((kept.tier % 2).any()))


def reasons_of(
    snapshot: Snapshot, request: Request, person: Person, found: Candidates
) -> list[Reason]:
    """Return why each candidate was picked."""
    # A liked song is no reason for itself.
    led = found.by_likes & (found.tier % 2 == 0) & ~contained(found.rows, person.likes.rows)
    via = np.full(len(led), -1)
    if led.any():
        via[led] = feedback.main_sources(snapshot, person.likes.nodes, found.nodes[led])
    why = []
    for (row, node), poor, source in zip(
        found.places(), (found.tier % 2).tolist(), via.tolist(), strict=True
    ):
        if poor:
            why.append(reasons.for_nearest(snapshot, node, request.scores))
        elif source < 0:
            why.append(reasons.for_zone(snapshot, node, request.scores))
        else:
            liked = (int(person.likes.rows[source]), int(person.likes.nodes[source]))
            why.append(reasons.for_liked(snapshot, (row, node), liked, request.scores))
    return why


def _chosen(
    snapshot: Snapshot,
    request: Request,
    person: Person,
    found: tuple[Candidates, Candidates],
    rng: np.random.Generator,
) -> tuple[Candidates, Candidates]:
    """Return what the mean of the belief chooses among the best, and a sample among all that suit.

    For a person without reactions nothing explores: every song tells something about them.
    """
    best, new = found
    slots = int(request.n * _exploring(request, person) + rng.random())
    if not slots:
        expected, _ = taste(snapshot, request, person, best, certain=len(best.rows))
        return _diverse(snapshot, best, best.scores + expected, request.n), new.at(slice(0))
    suiting = np.flatnonzero(new.tier == 0)
    new = new.at(suiting[rng.permutation(len(suiting))[: EXPLORED_POOL * slots]])
    expected, unsure = taste(snapshot, request, person, best, new, certain=len(best.rows))
    kept = _diverse(snapshot, best, best.scores + expected[: len(best.rows)], request.n)
    noise = rng.standard_normal(len(best.rows) + len(unsure))[len(best.rows) :]
    sampled = expected[len(best.rows) :] + POSTERIOR_SPREAD * unsure * noise
    taken = zip(_groups(snapshot, new), _groups(snapshot, kept), strict=True)
    others = ~np.logical_or.reduce([contained(theirs, own) for theirs, own in taken])
    scores = (new.fit + new.prior + sampled)[others]
    explored = _diverse(snapshot, new.at(others), scores, slots)
    return kept.at(slice(request.n - len(explored.rows))), explored


def _exploring(request: Request, person: Person) -> float:
    """Return the share of songs that try something: it falls as more is known of the person."""
    n = person.reactions.rows.size
    return request.exploring * max(0.0, 1 - n / LAST_EXPLORING) if n else 0.0


def _diverse(snapshot: Snapshot, found: Candidates, scores: Vector, n: int) -> Candidates:
    """Return up to n candidates by maximal marginal relevance."""
    groups = _groups(snapshot, found)
    return found.at(
        candidates.diverse(snapshot.values.take(found.nodes, axis=0), scores, groups, n)
    )


def _groups(snapshot: Snapshot, found: Candidates) -> tuple[Ids, Ids, Ids]:
    """Return codes of artist, title and sound: a list has no two songs that share one."""
    return snapshot.artists.take(found.rows), snapshot.songs.take(found.rows), found.nodes
