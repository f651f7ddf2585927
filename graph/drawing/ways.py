"""The path of a walk to a song: from a song that a person likes, or from an emotion's seeds."""

from dataclasses import dataclass
from itertools import pairwise
from math import log

import networkx as nx
import numpy as np

from graph.arrays import Vector
from graph.choosing.reasons import Because, Reason
from graph.drawing.networks import nearest, subgraph
from graph.feelings.anchors import seeds
from graph.snapshot.store import Snapshot
from graph.snapshot.walk import RESTART
from graph.tracks import TrackId
from inference.emotions import EMOTIONS, Emotion

# Residues of the walks that bound the search. Over a million songs, the first reaches some hundred
# nodes, the second a thousand: few enough for networkx.
RESIDUES = (2e-3, 3e-4)
# Residue of walks from an emotion's seeds: finer, since a path begins where their shares do.
FEELING_RESIDUE = 1e-6
# Songs of a path at most: a longer one does not fit into the picture.
MAX_SONGS = 5
N_NEIGHBOURS = 5


@dataclass(frozen=True, slots=True)
class Way:
    """The path to a song, and the song's neighbours; all are nodes of one snapshot.

    Attributes:
        nodes: From the start of the walk to the song; at least the song.
        around: The song's nearest neighbours that are not on the path, the most similar first.
        joined: Whether edges join the nodes; else no path was found, and they are its two ends.
    """

    nodes: tuple[int, ...]
    around: tuple[int, ...]
    joined: bool

    @property
    def shown(self) -> tuple[int, ...]:
        """All nodes, those of the path first."""
        return self.nodes + self.around


def way_to(snapshot: Snapshot, track_id: TrackId, reason: Reason | None = None) -> Way:
    """Return the path by which a track was reached, for its reason; without one, its neighbours.

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
    like = nearest(snapshot, node, N_NEIGHBOURS + len(nodes)).tolist()
    around = [other for other in like if other not in nodes][:N_NEIGHBOURS]
    joined = all(snapshot.likeness[here, there] > 0 for here, there in pairwise(nodes))
    return Way(tuple(nodes), tuple(around), joined)


def between(snapshot: Snapshot, start: int, node: int) -> list[int]:
    """Return the most probable path of a walk from one node to another, both ends included.

    The search is limited to the nodes near the second. If the first is not among them, or the path
    is longer than `MAX_SONGS`, only the two ends are returned.
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
            return way if len(way) <= MAX_SONGS else [start, node]
    return [start, node]


def from_feeling(snapshot: Snapshot, emotion: Emotion, node: int) -> list[int]:
    """Return the path by which most walks from an emotion's seeds reach a node, the node last.

    It is followed backwards: from each node to the neighbour that passes on the most probability,
    until a node receives more as a seed than from any neighbour.
    """
    graph, shares = snapshot.likeness, feeling_shares(snapshot, emotion)
    way = [node]
    while len(way) < MAX_SONGS:
        edges = slice(int(graph.indptr[way[0]]), int(graph.indptr[way[0] + 1]))
        there = graph.indices[edges]
        passed = (1 - RESTART) * shares[there].astype(float) * graph.data[edges]
        passed /= snapshot.strength[there]
        begun = float(shares[way[0]]) - passed.sum()
        if begun >= passed.max(initial=0) or (best := int(there[np.argmax(passed)])) in way:
            break
        way.insert(0, best)
    return way


def feeling_shares(snapshot: Snapshot, emotion: Emotion) -> Vector:
    """Return how often walks from the nodes that serve an emotion best visit each node, (n,)."""
    best = snapshot.best[EMOTIONS.index(emotion)]
    fitting = np.zeros(len(snapshot.sides))
    fitting[best] = np.arange(len(best), 0, -1)
    start = seeds(fitting)
    home = np.flatnonzero(start)
    nodes, found = snapshot.walker.near_shares(
        home, start[home], restart=RESTART, residue=FEELING_RESIDUE
    )
    shares = np.zeros(len(start))
    shares[nodes] = found
    return shares
