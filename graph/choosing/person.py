"""What is known of a person, in terms of one snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.arrays import Ids
from graph.choosing import feedback, taste
from graph.choosing.belief import Belief, rules
from graph.choosing.feedback import Reach
from graph.choosing.filters import Filters, unwanted_marks
from graph.choosing.request import Request
from graph.choosing.taste import Evidence, Reaction, Reactions
from graph.snapshot.store import Snapshot
from graph.tracks import TrackId

# Below the first freshness liked songs may come again; above the second no song ever heard does.
FAMILIAR, FRESH = 0.25, 0.75


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person, ready for questions to one snapshot.

    Attributes:
        likes: Liked rows.
        liked: What walks from liked rows reach.
        disliked: What walks from disliked rows reach.
        never: Disliked and excluded rows.
        heard: Rows that are not to be repeated, the latest last.
        blocked: Artists that never come.
        filters: What songs must be.
        unwanted: Sum of `graph.snapshot.kinds.BITS` that no song may have.
        reactions: What they said of songs.
        belief: What is believed of anybody's taste beforehand.
    """

    likes: Ids
    liked: Reach
    disliked: Reach
    never: Ids
    heard: Ids
    blocked: frozenset[str]
    filters: Filters
    unwanted: int
    reactions: Reactions
    belief: Belief


def person_of(snapshot: Snapshot, request: Request) -> Person:
    """Return what a request says of the person who asks."""
    known = taste.reactions(snapshot, _evidence(request))
    prior = rules() if request.prior is None else request.prior
    familiar, fresh = request.freshness < FAMILIAR, request.freshness > FRESH
    heard = request.heard if fresh else request.heard[-feedback.HEARD :]
    likes, dislikes, excluded, recent = _rows(
        snapshot, request.liked, request.disliked, request.excluded, heard
    )
    return Person(
        likes=likes,
        liked=feedback.reach_of(snapshot, likes),
        disliked=feedback.reach_of(snapshot, dislikes),
        never=np.concatenate([dislikes, excluded]),
        # A liked song was heard, before all others.
        heard=recent if familiar else np.concatenate([likes, recent]),
        blocked=request.blocked_artists,
        filters=request.filters,
        unwanted=unwanted_marks(request.filters, request.scores, request.on),
        reactions=known,
        belief=prior,
    )


def _rows(snapshot: Snapshot, *lists: Sequence[TrackId]) -> list[Ids]:
    """Return the rows of several lists; one lookup of all costs little more than one of a few."""
    found = snapshot.lookup([track_id for each in lists for track_id in each])
    parts = np.split(found, np.cumsum([len(each) for each in lists])[:-1])
    return [part[part >= 0] for part in parts]


def _evidence(request: Request) -> Evidence:
    told = {track_id for track_id, reaction in request.evidence if reaction is not Reaction.OPENED}
    liked = [(each, Reaction.LIKED) for each in request.liked if each not in told]
    disliked = [(each, Reaction.DISLIKED) for each in request.disliked if each not in told]
    return (*liked, *disliked, *request.evidence)
