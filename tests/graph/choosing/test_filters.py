from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from graph.building.build import Settings, build
from graph.choosing.filters import EVERYTHING, Filters, offered, passing, unwanted_marks
from graph.importing.importer import import_files
from graph.snapshot.kinds import BITS
from graph.snapshot.store import Snapshot, open_snapshot
from inference.emotions import Emotion, EmotionScores
from tests.graph.conftest import WriteRows, silent, songs

ALL = slice(None)
SAD, HAPPY, ANGRY = (
    EmotionScores.only(each) for each in (Emotion.SAD, Emotion.HAPPY, Emotion.ANGRY)
)


@pytest.fixture
def explicit(write_rows: WriteRows, tmp_path: Path) -> Snapshot:
    """Thirty songs: of ten it is known that they are explicit, of ten that they are not."""
    rows = [
        {**row, "explicit": ("true", "false", "")[at % 3], "year": 1990 if at % 2 else ""}
        for at, row in enumerate(songs(30))
    ]
    import_files([write_rows(rows)], tmp_path, silent)
    build(tmp_path, Settings(), silent)
    return open_snapshot(tmp_path)


def test_everything_passes_no_filter(starter: Snapshot) -> None:
    assert passing(starter, EVERYTHING, ALL).all()
    assert not EVERYTHING


@pytest.mark.parametrize(
    "filters",
    [
        Filters(languages=frozenset({"el", "FI"})),
        Filters(genres=frozenset({"Jazz"})),
        Filters(decades=frozenset({1960, 2010})),
        Filters(frozenset({"en"}), frozenset({"rock", "soul"}), frozenset({1970})),
    ],
)
def test_what_passes_is_what_was_asked_for(starter: Snapshot, filters: Filters) -> None:
    tracks = [starter.track_at(row) for row in range(len(starter))]

    passed = passing(starter, filters, ALL)

    assert passed.tolist() == [
        (not filters.languages or track.language in {each.lower() for each in filters.languages})
        and (not filters.genres or track.genre in {each.lower() for each in filters.genres})
        and (not filters.decades or track.decade in filters.decades)
        for track in tracks
    ]
    assert passed.any()


def test_some_rows_are_judged_as_all_are(starter: Snapshot) -> None:
    rows = np.array([7, 1000, 3, 3])
    filters = Filters(genres=frozenset({"pop", "metal", "folk"}))

    assert passing(starter, filters, rows).tolist() == passing(starter, filters, ALL)[rows].tolist()


def test_only_songs_known_to_be_explicit_are_left_out(explicit: Snapshot) -> None:
    passed = passing(explicit, Filters(explicit=False), ALL)

    known = [explicit.track_at(row).explicit for row in range(len(explicit))]
    assert passed.tolist() == [value is not True for value in known]
    assert Counter(known) == {True: 10, False: 10, None: 10}


def test_unknown_words_and_years_pass_nothing(explicit: Snapshot) -> None:
    assert not passing(explicit, Filters(genres=frozenset({"polka"})), ALL).any()
    assert not passing(explicit, Filters(languages=frozenset({"", "en"})), ALL).any()
    assert passing(explicit, Filters(decades=frozenset({0, 1990})), ALL).sum() == 15


def test_offered_is_what_occurs_most_frequent_first(starter: Snapshot) -> None:
    tracks = [starter.track_at(row) for row in range(len(starter))]

    found = offered(starter)

    pairs: list[tuple[tuple[object, ...], Counter[object]]] = [
        (found.languages, Counter(track.language for track in tracks)),
        (found.genres, Counter(track.genre for track in tracks)),
        (found.decades, Counter(track.decade for track in tracks)),
    ]
    for values, of in pairs:
        assert {*values} == {*of} - {None}
        counts = [of[value] for value in values]
        assert counts == sorted(counts, reverse=True)


def test_nothing_is_offered_where_nothing_is_known(explicit: Snapshot) -> None:
    found = offered(explicit)

    assert found.languages == ()
    assert found.decades == (1990,)


NOVEMBER, ADVENT = date(2026, 11, 30), date(2026, 12, 1)
EPIPHANY, BALLS = date(2027, 1, 6), date(2027, 1, 7)


@pytest.mark.parametrize(
    ("day", "comes"),
    [
        (None, False),
        (NOVEMBER, False),
        (ADVENT, True),
        (date(2027, 1, 6), True),
        (date(2027, 1, 7), False),
    ],
)
def test_songs_of_a_season_come_in_season(day: date | None, *, comes: bool) -> None:
    marks = unwanted_marks(EVERYTHING, HAPPY, day)

    assert (marks & BITS["seasonal"] == 0) is comes


def test_what_is_no_song_comes_only_where_it_is_allowed() -> None:
    allowed = Filters(kinds=frozenset({"comedy"}))

    assert unwanted_marks(EVERYTHING, HAPPY, None) & BITS["comedy"]
    assert not unwanted_marks(allowed, HAPPY, None) & BITS["comedy"]
    assert unwanted_marks(allowed, HAPPY, None) & BITS["karaoke"]


@pytest.mark.parametrize(
    ("heavy", "scores", "kept_away"),
    [
        (None, SAD, True),
        (None, ANGRY, True),
        (None, HAPPY, False),
        (False, HAPPY, True),
        (True, SAD, False),
    ],
)
def test_heavy_songs_stay_away_from_low_moods(
    scores: EmotionScores, *, heavy: bool | None, kept_away: bool
) -> None:
    marks = unwanted_marks(Filters(heavy=heavy), scores, None)

    assert bool(marks & BITS["heavy"]) is kept_away
