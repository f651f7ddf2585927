"""Songs for several people at once: such as suit every mood among them, or else by turns.

Average without misery chooses first: songs are ranked by their mean fit to all, and those that
hardly fit one of the moods are left out. Where moods share too few songs (happy and sad ones share
none), each in turn gets its own: everybody one, the rest by how many they are.

Sources: J. Masthoff, "Group Modeling: Selecting a Sequence of Television Items to Suit a Group of
    Viewers", User Modeling and User-Adapted Interaction 14, 2004: people judge the average without
    misery best and mind whether each gets something. F. Pukelsheim, "Proportional Representation",
    2nd edition 2017, chapter 4 (the divisor method with standard rounding, of Webster).
"""

from dataclasses import replace
from itertools import chain

import numpy as np

from graph.choosing.matching import matching
from graph.choosing.person import Person
from graph.choosing.request import Blend, Pick, Request, Suggestion
from graph.snapshot.store import Snapshot
from inference.emotions import Emotion, EmotionScores

# A mood counts from this part of one song's share on: of five songs, from 15 of 100 people on.
COUNTS_FROM = 0.75


def together(
    snapshot: Snapshot, request: Request, person: Person, rng: np.random.Generator
) -> Suggestion:
    """Return songs for several people; `request.scores` says how large a share feels what.

    Where all feel the same, nothing is blended.
    """
    shares = counted(request.scores, request.n)
    several = replace(request, scores=EmotionScores.from_weights(shares))
    found = matching(snapshot, several, person, rng)
    if len(shares) == 1:
        return found
    if not found.nearest and len(found.picks) == request.n:
        return replace(found, blend=Blend.SHARED)
    return _by_turns(snapshot, several, person, shares, rng)


def counted(scores: EmotionScores, n: int) -> dict[Emotion, float]:
    """Return the shares of the moods that count in a list of n songs, the largest first."""
    least = min(COUNTS_FROM / n, max(scores.probabilities))
    return {mood: scores[mood] for mood in scores.ranked() if scores[mood] >= least}


def turns(shares: dict[Emotion, float], n: int) -> list[Emotion]:
    """Return whose turn it is, n times, each mood's turns spread evenly over the list.

    Args:
        shares: How many feel what, in any unit, the largest first.
        n: The number of songs. With fewer songs than moods the smallest get none.
    """
    seats = dict.fromkeys(list(shares)[:n], 1)
    for _ in range(n - len(seats)):
        most = max(seats, key=lambda mood: shares[mood] / (2 * seats[mood] + 1))
        seats[most] += 1
    places = [((k + 0.5) / seats[mood], mood) for mood in seats for k in range(seats[mood])]
    order = list(shares)
    return [mood for _, mood in sorted(places, key=lambda p: (p[0], order.index(p[1])))]


def _by_turns(
    snapshot: Snapshot,
    request: Request,
    person: Person,
    shares: dict[Emotion, float],
    rng: np.random.Generator,
) -> Suggestion:
    """Return the best songs of each mood alone, in turns, no artist and no song twice."""
    alone = {
        mood: matching(
            snapshot,
            replace(request, scores=EmotionScores.only(mood), several=False),
            person,
            rng,
        )
        for mood in shares
    }
    left = {mood: list(found.picks) for mood, found in alone.items()}
    picks: list[Pick] = []
    taken: set[tuple[str, int]] = set()
    for mood in turns(shares, request.n):
        # Where a mood has no song left, another takes its turn.
        for pick in chain(left[mood], *(left[other] for other in shares)):
            keys = _keys(snapshot, pick)
            if not keys & taken:
                picks.append(pick)
                taken |= keys
                break
    nearest = any(found.nearest for found in alone.values())
    return Suggestion(tuple(picks), nearest=nearest, blend=Blend.TURNS)


def _keys(snapshot: Snapshot, pick: Pick) -> set[tuple[str, int]]:
    row = snapshot.row(pick.track.id)
    return {("artist", int(snapshot.artists[row])), ("song", int(snapshot.songs[row]))}
