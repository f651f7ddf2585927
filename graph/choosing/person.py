"""What is known of a person, in terms of one snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from graph.arrays import Ids
from graph.choosing import feedback, taste
from graph.choosing.belief import Belief, rules
from graph.choosing.feedback import Reach, Songs
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
        likes: Liked songs.
        liked: What walks from liked rows reach.
        disliked: What walks from disliked rows reach.
        never: Disliked and excluded rows.
        heard: Songs that are not to be repeated, the latest last.
        blocked: Artists that never come.
        filters: What songs must be.
        unwanted: Sum of `graph.snapshot.kinds.BITS` that no song may have.
        reactions: What they said of songs.
        belief: What is believed of anybody's taste beforehand.
    """

    likes: Songs
    liked: Reach
    disliked: Reach
    never: Ids
    heard: Songs
    blocked: frozenset[str]
    filters: Filters
    unwanted: int
    reactions: Reactions
    belief: Belief


def person_of(snapshot: Snapshot, request: Request) -> Person:
    """Return what a request says of the person who asks."""
    familiar, fresh = request.freshness < FAMILIAR, request.freshness > FRESH
    heard = request.heard if fresh else request.heard[-feedback.HEARD :]
    rewards = taste.rewards(_evidence(request))
    likes, dislikes, excluded, recent, told = _songs(
        snapshot, request.liked, request.disliked, request.excluded, heard, tuple(rewards)
    )
    liked, disliked = _known(likes), _known(dislikes)
    return Person(
        likes=liked,
        liked=feedback.reach_of(snapshot, liked.nodes),
        disliked=feedback.reach_of(snapshot, disliked.nodes),
        never=np.concatenate([disliked.rows, _known(excluded).rows]),
        # A liked song was heard, before all others.
        heard=_known(recent if familiar else np.concatenate([likes, recent], axis=1)),
        blocked=request.blocked_artists,
        filters=request.filters,
        unwanted=unwanted_marks(request.filters, request.scores, request.on),
        reactions=taste.latest(Songs(*told), rewards),
        belief=rules() if request.prior is None else request.prior,
    )


def _songs(snapshot: Snapshot, *lists: Sequence[TrackId]) -> list[Ids]:
    """Return rows and nodes of several lists, (2, m) each, -1 where an id is not known.

    A search for one id among a million takes some microseconds: an id in several lists is looked
    up once.
    """
    asked = [track_id for each in lists for track_id in each]
    places = {track_id: at for at, track_id in enumerate(dict.fromkeys(asked))}
    rows = snapshot.lookup(list(places))
    nodes = np.where(rows < 0, -1, snapshot.nodes(rows))
    found = np.stack([rows, nodes])[:, [places[track_id] for track_id in asked]]
    stops = list(accumulate(len(each) for each in lists))
    return [found[:, stop - len(each) : stop] for each, stop in zip(lists, stops, strict=True)]


def _known(found: Ids) -> Songs:
    """Return the songs that the snapshot has."""
    return Songs(*found[:, found[0] >= 0])


def _evidence(request: Request) -> Evidence:
    told = {track_id for track_id, reaction in request.evidence if reaction is not Reaction.OPENED}
    liked = [(each, Reaction.LIKED) for each in request.liked if each not in told]
    disliked = [(each, Reaction.DISLIKED) for each in request.disliked if each not in told]
    return (*liked, *disliked, *request.evidence)
