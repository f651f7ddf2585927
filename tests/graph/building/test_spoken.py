"""The language of songs whose artists are known to sing in one."""

from collections.abc import Sequence
from pathlib import Path

from graph.building.build import Settings, build
from graph.choosing.filters import offered
from graph.choosing.languages import distance
from graph.choosing.recommend import Request
from graph.importing.importer import import_files
from graph.snapshot.store import Snapshot, open_snapshot
from inference.emotions import Emotion, EmotionScores
from tests.graph.conftest import Row, WriteRows, silent, songs

KANA = ["さくら", "よる", "そら"]  # Japanese by their letters
TAMIL = ["Kadhal", "Uyire"]  # in a genre of India's films


def built(write_rows: WriteRows, tmp_path: Path, rows: Sequence[Row]) -> Snapshot:
    """Build a graph of these rows and of others, which differ from them in everything."""
    others = songs(60 + len(rows))
    mine = [{**other, **row} for other, row in zip(others, rows, strict=False)]
    import_files([write_rows([*mine, *others[len(rows) :]])], tmp_path, silent)
    build(tmp_path, Settings(), silent)
    return open_snapshot(tmp_path)


def language_of(snapshot: Snapshot, title: str) -> str | None:
    tracks = map(snapshot.track_at, range(len(snapshot)))
    return next(track.language for track in tracks if track.title == title)


def sung_by(artist: str, *titles: str, **values: object) -> list[Row]:
    return [{"title": title, "artist": artist, **values} for title in titles]


def test_a_song_is_in_the_language_of_its_artist(write_rows: WriteRows, tmp_path: Path) -> None:
    rows = [*sung_by("Aiko", *KANA, "花火"), *sung_by("Ben", "花束")]

    snapshot = built(write_rows, tmp_path, rows)

    assert language_of(snapshot, "花火") == "ja"
    assert language_of(snapshot, "花束") is None


def test_most_of_those_who_sing_it_must_sing_in_it(write_rows: WriteRows, tmp_path: Path) -> None:
    rows = [
        *sung_by("Aiko", *KANA),
        *sung_by("Cleo", *(f"Solo {at}" for at in range(6))),
        *sung_by("Cleo; Dora; Aiko; Emil", "Fuego"),
        *sung_by("Cleo; Aiko", "Hanabi"),
    ]

    snapshot = built(write_rows, tmp_path, rows)

    assert language_of(snapshot, "Fuego") is None
    assert language_of(snapshot, "Hanabi") == "ja"


def test_an_english_title_or_silence_leaves_it_open(write_rows: WriteRows, tmp_path: Path) -> None:
    rows = [
        *sung_by("Aiko", *KANA, instrumentalness=0),
        *sung_by("Aiko", "Night of My Life", instrumentalness=0),
        *sung_by("Aiko", "Hanabi", instrumentalness=0.9),
        *sung_by("Aiko", "Matsuri", instrumentalness=0.1),
    ]

    snapshot = built(write_rows, tmp_path, rows)

    assert language_of(snapshot, "Night of My Life") is None
    assert language_of(snapshot, "Hanabi") is None
    assert language_of(snapshot, "Matsuri") == "ja"


def test_a_table_that_says_languages_is_believed(write_rows: WriteRows, tmp_path: Path) -> None:
    rows = [
        *sung_by("Ben", "One", "Two", "Of My Life", language="en"),
        *sung_by("Ben", "Love of Mine", language=""),
        *sung_by("Fay", "Air", "Sea", "Sky", language="zxx"),
        *sung_by("Fay", "Sun", language=""),
    ]

    snapshot = built(write_rows, tmp_path, rows)

    assert language_of(snapshot, "Love of Mine") == "en"
    assert language_of(snapshot, "Sun") is None


def test_some_language_of_india_is_near_to_who_speaks_one(
    write_rows: WriteRows, tmp_path: Path
) -> None:
    rows = [*sung_by("Gita", *TAMIL, genre="pop-film"), *sung_by("Aiko", *KANA)]

    snapshot = built(write_rows, tmp_path, rows)
    places = {word: at for at, word in enumerate(snapshot.manifest["words"]["language"])}

    def cost(language: str, of: str) -> float:
        request = Request(EmotionScores.only(Emotion.SAD), languages=(language,))
        return float(distance(snapshot, request, snapshot.rows([]))[places[of]])

    assert cost("ta", "und-IN") == cost("hi", "und-IN") == 0
    assert cost("en", "und-IN") == cost("de", "und-IN") == cost("en", "ja") > 0
    assert offered(snapshot).languages == ("ja",)
