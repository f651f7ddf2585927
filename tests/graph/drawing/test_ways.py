"""Ways to a song, against all ways there are."""

from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from graph.building.build import Settings, build
from graph.choosing.reasons import Because, Reason
from graph.drawing.networks import subgraph
from graph.drawing.ways import (
    MAX_SONGS,
    N_NEIGHBOURS,
    between,
    feeling_shares,
    from_feeling,
    way_to,
)
from graph.errors import UnknownTrackError
from graph.feelings.anchors import seeds
from graph.importing.importer import import_files
from graph.snapshot.store import Snapshot, open_snapshot
from graph.snapshot.walk import RESTART, exact_shares
from graph.tracks import TrackId
from inference.emotions import EMOTIONS, Emotion
from tests.graph.conftest import WriteRows, silent, songs

SAD = Reason(Because.ZONE, Emotion.SAD)


@pytest.fixture
def sparse(write_rows: WriteRows, tmp_path: Path) -> Snapshot:
    """A graph in which songs have few neighbours, so that ways have many steps."""
    import_files([write_rows(songs(400))], tmp_path, silent)
    build(tmp_path, Settings(neighbours=3, floor=1), silent)
    return open_snapshot(tmp_path)


def chance(snapshot: Snapshot, way: list[int]) -> float:
    """Return how probable it is that a walk takes exactly this way."""
    steps = pairwise(way)
    return float(
        np.prod([(1 - RESTART) * snapshot.likeness[a, b] / snapshot.strength[a] for a, b in steps])
    )


def test_no_way_between_two_songs_is_likelier(sparse: Snapshot) -> None:
    network = subgraph(sparse, np.arange(sparse.likeness.shape[0]))
    near = nx.single_source_shortest_path_length(network, 5, cutoff=3)

    ways = {start: between(sparse, start, 5) for start, steps in near.items() if steps >= 2}

    assert max(len(way) for way in ways.values()) > 3
    for start, way in ways.items():
        if len(way) == 2:  # too long to be shown
            continue
        others = nx.all_simple_paths(network, start, 5, cutoff=MAX_SONGS - 1)
        assert chance(sparse, way) == pytest.approx(max(chance(sparse, other) for other in others))


def test_ends_alone_stand_for_a_way_that_is_too_long(sparse: Snapshot) -> None:
    network = subgraph(sparse, np.arange(sparse.likeness.shape[0]))
    steps = nx.single_source_shortest_path_length(network, 5)
    far = max(steps, key=lambda node: steps[node])
    assert steps[far] >= MAX_SONGS

    assert between(sparse, far, 5) == [far, 5]


def test_a_feeling_leads_from_its_seeds_along_edges(sparse: Snapshot) -> None:
    best = sparse.best[EMOTIONS.index(Emotion.SAD)]
    fitting = np.zeros(len(sparse.sides))
    fitting[best] = np.arange(len(best), 0, -1)
    start = seeds(fitting)
    exact = exact_shares(sparse.likeness, sparse.strength, start[:, None], restart=RESTART)[:, 0]
    np.testing.assert_allclose(feeling_shares(sparse, Emotion.SAD), exact, atol=1e-4)
    reached = np.flatnonzero(exact > 1e-5)

    ways = [from_feeling(sparse, Emotion.SAD, int(node)) for node in reached]

    assert {way[-1] for way in ways} == set(reached.tolist())
    assert max(len(way) for way in ways) > 1
    whole = [way for way in ways if len(way) < MAX_SONGS]
    assert all(start[way[0]] > 0 for way in whole)
    assert all(sparse.likeness[a, b] > 0 for way in ways for a, b in pairwise(way))


def test_a_liked_song_is_where_its_way_begins(starter: Snapshot) -> None:
    track = starter.track_at(50)
    liked = starter.track_at(int(starter.starts[way_to(starter, track.id).around[0]]))

    way = way_to(starter, track.id, Reason(Because.LIKED, Emotion.SAD, liked))

    assert starter.nodes(starter.rows([liked.id, track.id])).tolist() == list(way.nodes)


def test_around_holds_nothing_of_the_way(starter: Snapshot) -> None:
    way = way_to(starter, starter.track_at(50).id, SAD)

    assert len(way.around) == N_NEIGHBOURS
    assert not set(way.around) & set(way.nodes)


def test_an_unknown_track_has_no_way(starter: Snapshot) -> None:
    with pytest.raises(UnknownTrackError):
        way_to(starter, TrackId("nobody"), SAD)
