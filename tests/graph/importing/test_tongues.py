"""The language of a song where its table says none."""

from pathlib import Path

import numpy as np
import pytest

from graph.building.build import Settings, build
from graph.choosing.recommend import Request, suggest
from graph.importing.catalogue import read_catalogue
from graph.importing.importer import import_files
from graph.snapshot.store import open_snapshot
from inference.emotions import EMOTIONS, EmotionScores
from tests.graph.conftest import Row, WriteRows, silent, song, songs

TOLD: list[tuple[Row, str]] = [
    ({"title": "さくらの歌"}, "ja"),
    ({"title": "봄날"}, "ko"),
    ({"title": "Ночной поезд"}, "ru"),
    ({"title": "Її очі"}, "uk"),
    ({"title": "τραγούδι"}, "el"),
    ({"title": "دل من گرفته"}, "fa"),
    ({"title": "أغنية الليل"}, "ar"),
    ({"title": "दिल"}, "hi"),
    ({"title": "夜空", "genre": "mandopop"}, "zh"),
    ({"title": "Saudade", "genre": "MPB"}, "pt"),
    ({"title": "Saudade - Live (feat. The Band of My Life)", "genre": "samba"}, "pt"),
    ({"title": "La Noche", "genre": "['reggaeton', 'pop']"}, "es"),
    ({"title": "Sajna", "genre": "pop-film"}, "hi"),
    ({"title": "Kadhal", "genre": "pop-film"}, "und-IN"),  # Tamil
    ({"title": "Agar Tum Saath Ho (From a Film)", "genre": "k-pop"}, "hi"),
]
UNTOLD: list[Row] = [
    {"title": "夜空"},  # Chinese or Japanese
    {"title": "Love of My Life", "genre": "latin"},
    {"title": "Choro", "genre": "samba", "instrumentalness": 0.9},
    {"title": "Dil"},
    {"title": "La Noche", "genre": "pop"},
    {"title": "Σ"},
]


@pytest.mark.parametrize(("values", "language"), TOLD)
def test_letters_and_genres_tell(
    write_rows: WriteRows, tmp_path: Path, values: Row, language: str
) -> None:
    report = import_files([write_rows([{**song(), **values}])], tmp_path, silent)

    assert read_catalogue(tmp_path)["language"].to_pylist() == [language]
    assert "Language told by letters or genre, where none stands: 1." in report.words()


@pytest.mark.parametrize("values", UNTOLD)
def test_what_is_doubtful_stays_untold(write_rows: WriteRows, tmp_path: Path, values: Row) -> None:
    report = import_files([write_rows([{**song(), **values}])], tmp_path, silent)

    assert read_catalogue(tmp_path)["language"].to_pylist() == [""]
    assert "Language told" not in report.words()


def test_a_table_with_languages_is_believed(write_rows: WriteRows, tmp_path: Path) -> None:
    rows = [{**song(), "title": title, "language": "en"} for title in ("さくら", "봄날")]

    import_files(
        [write_rows([*rows, {**song(), "title": "Ночь", "language": ""}])], tmp_path, silent
    )

    assert sorted(read_catalogue(tmp_path)["language"].to_pylist()) == ["", "en", "en"]


def test_whoever_reads_english_gets_few_songs_in_other_languages(
    write_rows: WriteRows, tmp_path: Path
) -> None:
    rows = [
        {**row, "genre": ("latino", "rock")[at % 2], "title": f"Canción {at}"}
        for at, row in enumerate(songs(300))
    ]
    import_files([write_rows(rows)], tmp_path, silent)
    build(tmp_path, Settings(), silent)
    snapshot = open_snapshot(tmp_path)

    def share(language: str) -> float:
        found = [
            pick.track.language == "es"
            for emotion in EMOTIONS
            for pick in suggest(
                snapshot,
                Request(EmotionScores.only(emotion), languages=(language,)),
                rng=np.random.default_rng(0),
            ).picks
        ]
        return float(np.mean(found))

    assert share("en") < 0.2
    assert share("es") > 0.4
