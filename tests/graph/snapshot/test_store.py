from pathlib import Path

import numpy as np
import pytest

from graph.building.build import Settings, build
from graph.errors import UnknownTrackError
from graph.importing.catalogue import read_catalogue
from graph.importing.importer import import_files
from graph.snapshot.store import Snapshot, open_snapshot
from graph.tracks import Track, TrackId
from tests.graph.conftest import WriteRows, silent, song, songs

SPOTIFY = "4uLU6hMCjMI75M1A2tKUQC"


@pytest.fixture
def snapshot(write_rows: WriteRows, tmp_path: Path) -> Snapshot:
    full = song(
        "हम तुम",
        "A; B",
        id=SPOTIFY,
        year=1973,
        genre="filmi",
        language="hi",
        popularity=55,
        explicit="True",
        youtube_url="https://youtu.be/dQw4w9WgXcQ",
    )
    bare = song("Bare", "C", id="own.1", valence=0.1)
    import_files([write_rows([full, bare, *songs(20)])], tmp_path, silent)
    build(tmp_path, Settings(), silent)
    return open_snapshot(tmp_path)


def test_everything_known_comes_back(snapshot: Snapshot) -> None:
    assert snapshot.track(TrackId(SPOTIFY)) == Track(
        id=TrackId(SPOTIFY),
        title="हम तुम",
        artist="A; B",
        year=1973,
        genre="filmi",
        language="hi",
        spotify_id=SPOTIFY,
        youtube_id="dQw4w9WgXcQ",
        popularity=55,
        explicit=True,
    )


def test_unknown_stays_unknown(snapshot: Snapshot) -> None:
    assert snapshot.track(TrackId("own.1")) == Track(TrackId("own.1"), "Bare", "C")


@pytest.mark.parametrize(
    "track_id", ["", "nobody", f"{SPOTIFY}0", "own.1\0", "é", "own.1é", "own.1 "]
)
def test_unknown_id_is_refused(snapshot: Snapshot, track_id: str) -> None:
    with pytest.raises(UnknownTrackError, match="expected the id of a track"):
        snapshot.track(TrackId(track_id))


def test_every_track_is_found_by_its_id(built_graph: Path, starter: Snapshot) -> None:
    ids = read_catalogue(built_graph)["id"].to_pylist()

    rows = starter.rows(ids)

    assert sorted(rows.tolist()) == list(range(len(starter)))
    assert [starter.track_at(row).id for row in rows.tolist()] == ids


def test_titles_are_those_of_the_catalogue(built_graph: Path, starter: Snapshot) -> None:
    catalogue = read_catalogue(built_graph)
    expected = dict(zip(catalogue["id"].to_pylist(), catalogue["title"].to_pylist(), strict=True))

    found = {starter.track_at(row).id: starter.track_at(row).title for row in range(len(starter))}

    assert found == expected


def test_rows_and_nodes_belong_together(starter: Snapshot) -> None:
    nodes = starter.nodes(starter.rows_of(np.array([3, 1, 2])))

    assert list(dict.fromkeys(nodes.tolist())) == [3, 1, 2]


@pytest.mark.parametrize("name", ["title", "artist", "youtube_id"])
def test_texts_are_those_of_each_row(snapshot: Snapshot, name: str) -> None:
    rows = np.array([5, 0, 5, 21, 3])

    assert snapshot.texts(name, rows) == [snapshot.text(name, row) for row in rows.tolist()]


def test_lookup_says_which_ids_are_unknown(snapshot: Snapshot) -> None:
    known = snapshot.track_at(4).id

    found = snapshot.lookup([TrackId("nobody"), known, TrackId("x" * 99), TrackId("é"), known])

    assert found.tolist() == [-1, 4, -1, -1, 4]
