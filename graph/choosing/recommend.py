"""A reading, an aim and what a person liked -> songs in order, each with its reason."""

import numpy as np

from graph.choosing import reasons
from graph.choosing.leading import ends, leading
from graph.choosing.matching import matching, reasons_of
from graph.choosing.person import FRESH, person_of
from graph.choosing.reasons import Reason
from graph.choosing.request import Aim, Blend, Pick, Request, Suggestion
from graph.choosing.scoring import scored
from graph.choosing.together import together
from graph.snapshot.store import Snapshot
from graph.tracks import TrackId

__all__ = [
    "FRESH",
    "Aim",
    "Blend",
    "Pick",
    "Request",
    "Suggestion",
    "ends",
    "reason_for",
    "suggest",
]


def suggest(snapshot: Snapshot, request: Request, *, rng: np.random.Generator) -> Suggestion:
    """Return tracks for a request: no artist twice, nothing disliked, nothing heard recently.

    The same snapshot, request and generator state give the same tracks.
    """
    match = together if request.several else matching
    choose = match if request.aim is Aim.MATCH else leading
    return choose(snapshot, request, person_of(snapshot, request), rng)


def reason_for(snapshot: Snapshot, request: Request, track_id: TrackId) -> Reason:
    """Return the reason that a track has where a request picks it, whether it is picked or not.

    A song that explored has here the reason that it would have without exploration.

    Raises:
        UnknownTrackError: No track has this id.
    """
    row = snapshot.row(track_id)
    node = int(snapshot.nodes(np.array([row]))[0])
    if request.aim is not Aim.MATCH:
        return reasons.for_bridge(snapshot, node)
    person = person_of(snapshot, request)
    found = scored(snapshot, request, person, np.array([row]), np.array([node]))
    return reasons_of(snapshot, request, person, found)[0]
