import pytest

from graph.importing.columns import matched, simplified


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("\ufefftrack.id", "track_id"),
        ("Artist Name(s)", "artist_name_s"),
        ("danceability_%", "danceability_percent"),
        ("Duration (ms)", "duration_ms"),
        (" Top Genre ", "top_genre"),
        ("\uff34\uff25\uff2d\uff30\uff2f", "tempo"),
    ],
)
def test_names_are_simplified(name: str, expected: str) -> None:
    assert simplified(name) == expected


def test_best_source_of_a_column_counts() -> None:
    assert matched(["name", "artist", "artists", "track_name"]) == {"title": 3, "artist": 2}


def test_first_of_equal_names_counts() -> None:
    assert matched(["Energy", "energy"]) == {"energy": 0}


def test_unknown_names_are_left() -> None:
    assert matched(["", "Unnamed: 0", "artist_id", "album"]) == {}
