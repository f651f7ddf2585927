"""What is no song for a mood is marked and stays."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from graph.building.build import Settings, build
from graph.importing.catalogue import read_catalogue
from graph.importing.importer import import_files
from graph.snapshot.kinds import BITS, HEAVY, bit_mask, marks_of
from graph.snapshot.places import CATALOGUE
from graph.snapshot.store import open_snapshot
from graph.tracks import TrackId
from tests.graph.conftest import Row, WriteRows, silent, song, songs

ROARING: Row = {"danceability": 0.1, "instrumentalness": 0.9}
MARKED: list[tuple[Row, str]] = [
    ({"title": "Rain Sounds for Sleeping"}, "noise"),
    ({"title": "Weißes Rauschen"}, "noise"),
    ({"title": "Белый шум"}, "noise"),
    ({"title": "雨の音でぐっすり"}, "noise"),
    ({"genre": "['sleep', 'piano']"}, "noise"),
    ({"valence": 0.00001, "danceability": 0.1, "instrumentalness": 0.9}, "noise"),
    ({"speechiness": 0.9}, "spoken"),
    ({"genre": "Stand-Up"}, "comedy"),
    ({"title": "Kapitel 12 - Der Schatz"}, "audiobook"),
    ({"artist": "Die drei ???"}, "audiobook"),
    ({"genre": "Children's Music"}, "children"),
    ({"artist": "The Wiggles"}, "children"),
    ({"title": "Canciones infantiles"}, "children"),
    ({"title": "Hello (Karaoke Version)"}, "karaoke"),
    ({"artist": "The Rock Tribute Band"}, "karaoke"),
    ({"title": "Last Christmas"}, "seasonal"),
    ({"title": "Weihnachtslied"}, "seasonal"),
    ({"title": "Feliz Navidad"}, "seasonal"),
    ({"title": "クリスマスの夜"}, "seasonal"),
    ({"heavy": "yes"}, "heavy"),
    ({"title": "빗소리"}, "noise"),
    *(
        ({"title": title}, "heavy")
        for title in (
            "Suicidal Thoughts",
            "Murder Ballad",
            "I Want to Kill Myself",
            "Selbstmord",
            "El asesino",
            "Le meurtre",
            "O assassino",
            "Убийца",
            "انتحار",
            "आत्महत्या",
            "自殺の歌",
            "자살",
        )
    ),
    ({"title": "Christmas Lullaby", "artist": "Kids Choir"}, "children seasonal"),
    *(({"title": title}, "seasonal") for title in ("Santa Tell Me", "Oh Santa!", "The First Noël")),
    *(({"title": title}, "seasonal") for title in ("Noël Noël", "God Jul", "Jul igen hos oss")),
    ({"title": "White Noise", **ROARING}, "noise"),
    ({"genre": "sleep, white noise"}, "noise"),
    ({"artist": "Kids Choir; Ann Doe"}, "children"),
]
ORDINARY: list[Row] = [
    {"title": "Stand Up"},
    {"title": "Lullaby", "artist": "Cure"},
    {"title": "Merry Christmas Mr. Lawrence"},
    {"title": "Comptine d'un autre été", "artist": "Tiersen"},
    {"artist": "New Kids on the Block"},
    {"artist": "Jul"},
    # Holy women, places, people and a month are no season.
    *({"title": title} for title in ("La Santa", "Santa Monica", "Santa Maria", "Mala Santa")),
    *({"title": title} for title in ("Ma jolie (feat. Jul)", "11-Jul", "Sol (Noel Stone Remix)")),
    {"title": "White Noise", "danceability": 0.8, "instrumentalness": 0.1},
    # A guest, or one of several genres, makes no kind.
    {"artist": "Ann Doe; Bob Roe; Kids Choir"},
    {"genre": "christmas, adult standards, vocal jazz"},
    {"genre": "hip hop, comedy, g funk"},
    {"title": "Holiday"},
    {"title": "Joy to the World", "artist": "Three Dog Night"},
    {"speechiness": 0.5},
    {"valence": 0, "danceability": 0.5, "instrumentalness": 0.9},
    {"heavy": "no"},
    {"heavy": "no", "title": "Murder"},
    {"title": "Murder on the Dancefloor"},
    {"title": "Killing Me Softly with His Song"},
    {"title": "Killer Queen"},
    {"title": "Murdoch"},
    {"title": "I Can't Sleep"},
]


@pytest.mark.parametrize(("values", "marks"), MARKED)
def test_is_marked_and_kept(write_rows: WriteRows, tmp_path: Path, values: Row, marks: str) -> None:
    report = import_files([write_rows([{**song(), **values}])], tmp_path, silent)

    assert read_catalogue(tmp_path)["kinds"].to_pylist() == [marks]
    assert report.kinds == dict.fromkeys(marks.split(), 1)
    assert "suggested only to those who ask" in report.words()


@pytest.mark.parametrize("values", ORDINARY)
def test_a_song_is_not_marked(write_rows: WriteRows, tmp_path: Path, values: Row) -> None:
    report = import_files([write_rows([{**song(), **values}])], tmp_path, silent)

    assert read_catalogue(tmp_path)["kinds"].to_pylist() == [""]
    assert report.kinds == {}


def test_a_snapshot_carries_the_marks(write_rows: WriteRows, tmp_path: Path) -> None:
    rows = [*songs(40), song("Silent Night", id="x", valence=0.1, heavy=1, genre="rock")]
    import_files([write_rows(rows)], tmp_path, silent)

    build(tmp_path, Settings(), silent)

    snapshot = open_snapshot(tmp_path)
    found = int(snapshot.kinds[snapshot.row(TrackId("x"))])
    assert marks_of(found) == ("seasonal", "heavy")
    assert int((snapshot.kinds > 0).sum()) == 1


def test_a_graph_from_before_has_no_marks(write_rows: WriteRows, tmp_path: Path) -> None:
    import_files([write_rows(songs(40))], tmp_path, silent)
    path = tmp_path / CATALOGUE
    pq.write_table(pq.read_table(path).drop_columns(["kinds"]), path, write_page_checksum=True)

    build(tmp_path, Settings(), silent)

    assert open_snapshot(tmp_path).kinds.tolist() == [0] * 40


def test_marks_outlive_a_second_import(write_rows: WriteRows, tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in "123")
    import_files([write_rows([song("Dark", heavy=1), song("Silent Night")])], first, silent)

    import_files([first / CATALOGUE], second, silent)
    import_files([write_rows([song("New")])], third, silent, keep=second)

    assert read_catalogue(third)["kinds"].to_pylist() == ["heavy", "seasonal", ""]


def test_every_mark_has_a_bit_of_its_own() -> None:
    assert sorted(BITS.values()) == [1 << place for place in range(8)]
    assert all(marks_of(bit_mask([mark])) == (mark,) for mark in BITS)
    assert marks_of(bit_mask(["noise", HEAVY])) == ("noise", "heavy")
