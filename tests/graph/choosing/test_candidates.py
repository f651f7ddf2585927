from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from graph.building.build import Settings, build
from graph.choosing import feedback, taste
from graph.choosing.belief import rules
from graph.choosing.candidates import allowed, diverse
from graph.choosing.feedback import Songs
from graph.choosing.filters import EVERYTHING, Filters
from graph.choosing.person import Person
from graph.importing.importer import import_files
from graph.snapshot.store import Snapshot, open_snapshot
from tests.graph.conftest import WriteRows, silent, songs

ROCK = Filters(genres=frozenset({"rock"}))  # every other song
RNG = np.random.default_rng(0)


@pytest.fixture
def snapshot(write_rows: WriteRows, tmp_path: Path) -> Snapshot:
    import_files([write_rows(songs(900))], tmp_path, silent)
    build(tmp_path, Settings(), silent)
    return open_snapshot(tmp_path)


def anybody(snapshot: Snapshot) -> Person:
    none = np.zeros(0, np.int64)
    nothing = feedback.reach_of(snapshot, none)
    reactions = taste.reactions(snapshot, ())
    songs = Songs(none, none)
    return Person(
        songs, nothing, nothing, none, songs, frozenset(), EVERYTHING, 0, reactions, rules()
    )


def test_filtered_songs_come_from_what_was_reached_if_that_is_enough(snapshot: Snapshot) -> None:
    reached = np.arange(300)

    rows, nodes = allowed(snapshot, reached, replace(anybody(snapshot), filters=ROCK), RNG)

    assert set(nodes.tolist()) <= set(reached.tolist())
    assert snapshot.nodes(rows).tolist() == nodes.tolist()
    assert {snapshot.track_at(int(row)).genre for row in rows} == {"rock"}


def test_too_few_filtered_songs_are_sought_everywhere(snapshot: Snapshot) -> None:
    wish = replace(anybody(snapshot), filters=ROCK)

    rows, nodes = allowed(snapshot, np.arange(20), wish, RNG)

    assert len(rows) == 450
    assert snapshot.nodes(rows).tolist() == nodes.tolist()


def test_heard_songs_do_not_count_as_enough(snapshot: Snapshot) -> None:
    wish = replace(anybody(snapshot), filters=ROCK)

    few, _ = allowed(snapshot, np.arange(300), wish, RNG)
    more, _ = allowed(snapshot, np.arange(300), replace(wish, heard=Songs(few, few)), RNG)

    assert len(more) > len(few)


def test_diverse_by_hand() -> None:
    # The second is a twin of the first; the third is a little worse and different.
    values = np.array([[0.0, 0.0], [0.0, 0.0], [5.0, 5.0], [9.0, 0.0]])
    scores = np.array([1.0, 0.95, 0.8, 0.1])

    chosen = diverse(values, scores, [np.array([1, 2, 3, 1])], 4)

    assert chosen.tolist() == [0, 2, 1]  # the fourth is by the artist of the first
