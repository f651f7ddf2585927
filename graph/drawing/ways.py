"""How a walk came to a song: from one that a person likes, or from where a feeling is clearest."""

from dataclasses import dataclass
from itertools import pairwise
from math import log

import networkx as nx
import numpy as np

from graph.choosing.reasons import Because, Reason
from graph.drawing.networks import nearest, subgraph
from graph.snapshot.store import Snapshot
from graph.snapshot.walk import RESTART
from graph.tracks import TrackId
from inference.emotions import EMOTIONS, Emotion

# A walk over a million songs reaches some hundred nodes with the first, a thousand with the
# second: few enough for networkx.
RESIDUES = (2e-3, 3e-4)
# A way with more songs makes no picture.
LONGEST = 5
AROUND = 5


@dataclass(frozen=True, slots=True)
class Way:
    """The way to a song, and the songs around it; all are nodes of one snapshot.

    Attributes:
        nodes: From where the walk begins to the song, at least the song.
        around: Most like the song and not on the way, the most alike first.
        joined: Whether edges lead all the way; else there was no way to show, only its ends.
    """

    nodes: tuple[int, ...]
    around: tuple[int, ...]
    joined: bool

    @property
    def shown(self) -> tuple[int, ...]:
        """All nodes, those of the way first."""
        return self.nodes + self.around


def way_to(snapshot: Snapshot, track_id: TrackId, reason: Reason | None = None) -> Way:
    """Return how the computation behind a reason came to a track; without one, its surroundings.

    Raises:
        UnknownTrackError: No track has this id.
    """
    node = int(snapshot.nodes(np.array([snapshot.row(track_id)]))[0])
    nodes = [node]
    if reason is not None and reason.via is not None:
        start = int(snapshot.nodes(np.array([snapshot.row(reason.via.id)]))[0])
        nodes = between(snapshot, start, node) if start != node else nodes
    elif reason is not None and reason.kind is Because.ZONE:
        nodes = from_feeling(snapshot, reason.emotion, node)
    like = nearest(snapshot, node, AROUND + len(nodes)).tolist()
    around = [other for other in like if other not in nodes][:AROUND]
    joined = all(snapshot.likeness[here, there] > 0 for here, there in pairwise(nodes))
    return Way(tuple(nodes), tuple(around), joined)


def between(snapshot: Snapshot, start: int, node: int) -> list[int]:
    """Return the likeliest way of a walk from one node to another, both ends included.

    It is looked for among the nodes around the second. Where they do not hold the first, or the
    way is too long to be shown, the ends alone are returned.
    """

    def unlikeliness(here: int, there: int, _: object) -> float:
        edge = float(snapshot.likeness[here, there]) / float(snapshot.strength[here])
        return -log((1 - RESTART) * edge)

    for residue in RESIDUES:
        around, _ = snapshot.walker.near_shares(
            np.array([node]), np.ones(1), restart=RESTART, residue=residue
        )
        if start in around:
            way = nx.dijkstra_path(subgraph(snapshot, around), start, node, weight=unlikeliness)
            return way if len(way) <= LONGEST else [start, node]
    return [start, node]


def from_feeling(snapshot: Snapshot, emotion: Emotion, node: int) -> list[int]:
    """Return how most walks from a feeling come to a node, from where they begin to the node.

    Step by step backwards: the neighbour that passes most on, until more walks begin at a node
    than any neighbour passes to it.
    """
    graph, shares = snapshot.likeness, snapshot.shares[:, EMOTIONS.index(emotion)]
    way = [node]
    while len(way) < LONGEST:
        edges = slice(int(graph.indptr[way[0]]), int(graph.indptr[way[0] + 1]))
        there = graph.indices[edges]
        passed = (1 - RESTART) * shares[there].astype(float) * graph.data[edges]
        passed /= snapshot.strength[there]
        begun = float(shares[way[0]]) - passed.sum()
        if begun >= passed.max(initial=0) or (best := int(there[np.argmax(passed)])) in way:
            break
        way.insert(0, best)
    return way
