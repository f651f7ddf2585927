"""What data/README.md promises about the starter catalogue."""

import csv
import io
import re
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"
COLUMNS = [
    "title",
    "artist",
    "year",
    "genre",
    "language",
    "valence",
    "energy",
    "danceability",
    "acousticness",
    "tempo",
    "heavy",
]
UNIT_COLUMNS = ("valence", "energy", "danceability", "acousticness")
ZONES = ("happy/surprise", "angry/fear/disgust", "sad", "neutral/calm")
DECADES = ("1960s", "1970s", "1980s", "1990s", "2000s", "2010s", "2020s")

Row = dict[str, str]


def folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def order(row: Row) -> tuple[str, str, str]:
    return row["language"], folded(row["artist"]), folded(row["title"])


def zone(row: Row) -> str:
    valence, energy = float(row["valence"]), float(row["energy"])
    if valence >= 0.65 and energy >= 0.55:
        return "happy/surprise"
    if valence <= 0.40 and energy >= 0.70:
        return "angry/fear/disgust"
    if valence <= 0.35 and energy <= 0.40:
        return "sad"
    return "neutral/calm" if 0.40 <= valence <= 0.65 and energy <= 0.40 else "between"


def decade(row: Row) -> str:
    year = int(row["year"])
    return "before 1960" if year < 1960 else f"{year // 10 * 10}s"


def promised(readme: str, heading: str) -> dict[str, int]:
    """Return the counts of the README's table whose first column has this heading."""
    table = readme.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    lines = re.findall(r"^\| (.+) \| (\d+) \|$", table, flags=re.MULTILINE)
    return {cells: int(count) for cells, count in lines}


@pytest.fixture(scope="module")
def text():
    return (DATA / "starter_catalogue.csv").read_bytes().decode("utf-8")


@pytest.fixture(scope="module")
def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.fixture(scope="module")
def readme():
    return (DATA / "README.md").read_text("utf-8")


def test_columns_are_the_documented_ones(text, readme):
    documented = re.findall(r"^\| `([a-z]+)` \| ", readme, flags=re.MULTILINE)

    assert text.split("\n", 1)[0].split(",") == COLUMNS
    assert documented == COLUMNS


def test_file_is_written_as_a_csv_writer_writes_it(text, rows):
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)

    assert text == written.getvalue()


def test_text_is_composed_and_trimmed(rows):
    cells = [cell for row in rows for cell in row.values()]

    assert [cell for cell in cells if unicodedata.normalize("NFC", cell.strip()) != cell] == []
    assert [row for row in rows if "" in row.values()] == []


def test_rows_stay_in_order(rows):
    assert [after for before, after in pairwise(rows) if order(before) > order(after)] == []


def test_no_song_appears_twice(rows):
    songs = Counter((folded(row["title"]), folded(row["artist"])) for row in rows)

    assert [song for song, count in songs.items() if count > 1] == []


def test_no_artist_has_more_than_four_songs(rows):
    artists = Counter(folded(name) for row in rows for name in row["artist"].split("; "))

    assert {name: count for name, count in artists.items() if count > 4} == {}


@pytest.mark.parametrize("column", UNIT_COLUMNS)
def test_judged_values_stand_in_steps_of_a_twentieth(rows, column):
    assert [row for row in rows if not re.fullmatch(r"0\.\d[05]|1\.00", row[column])] == []


def test_heavy_songs_are_marked_and_counted(rows, readme):
    marks = Counter(row["heavy"] for row in rows)

    assert set(marks) == {"no", "yes"}
    assert f"**{marks['yes']} songs** are marked `heavy`" in readme


def test_tempo_is_plausible_and_rounded_to_five(rows):
    tempi = [int(row["tempo"]) for row in rows]

    assert [tempo for tempo in tempi if tempo % 5 or not 50 <= tempo <= 220] == []


def test_years_are_four_figures_of_the_past(rows):
    assert [
        row for row in rows if not re.fullmatch(r"1[6-9]\d\d|20[01]\d|202[0-6]", row["year"])
    ] == []


def test_languages_are_iso_639_codes(rows):
    code = r"(?!nan$)[a-z]{2,3}(-[A-Z]{2})?"  # a bare nan means "unknown" to an import

    assert [row for row in rows if not re.fullmatch(code, row["language"])] == []


def test_songs_carry_no_addresses_or_ids(text):
    assert re.search(r"https?:|www\.|\b[0-9A-Za-z]{22}\b", text) is None


def test_catalogue_is_large(rows):
    assert len(rows) >= 900


@pytest.mark.parametrize("name", ZONES)
def test_each_zone_is_filled(rows, name):
    assert sum(zone(row) == name for row in rows) >= 150


@pytest.mark.parametrize("name", ZONES)
def test_no_zone_is_mostly_english_or_of_one_time_or_kind(rows, name):
    inside = [row for row in rows if zone(row) == name]
    english = sum(row["language"] == "en" for row in inside)

    assert english <= 0.6 * len(inside)
    assert {decade(row) for row in inside} >= set(DECADES)
    assert len({row["genre"] for row in inside}) >= 10


def test_twenty_genres_and_more_are_in_real_use(rows):
    genres = Counter(row["genre"] for row in rows)

    assert sum(count >= 8 for count in genres.values()) >= 20


def test_eighteen_languages_and_more_are_in_real_use(rows):
    languages = Counter(row["language"] for row in rows)
    del languages["zxx"]

    assert sum(count >= 10 for count in languages.values()) >= 18


def test_every_decade_since_the_sixties_is_in_real_use(rows):
    decades = Counter(decade(row) for row in rows)

    assert min(decades[name] for name in DECADES) >= 40


def test_readme_says_how_many_songs_there_are(rows, readme):
    assert f"**{len(rows)} songs**" in readme


def test_readme_counts_the_zones(rows, readme):
    counts = promised(readme, "zone")

    assert {cells.split(" | ")[0]: n for cells, n in counts.items()} == Counter(map(zone, rows))


def test_readme_counts_the_decades(rows, readme):
    assert promised(readme, "decade") == Counter(map(decade, rows))


def test_readme_lists_and_counts_the_genres(rows, readme):
    assert promised(readme, "genre") == Counter(row["genre"] for row in rows)


def test_readme_lists_and_counts_the_languages(rows, readme):
    counts = promised(readme, "language")

    codes = {cells.split("`")[1]: n for cells, n in counts.items()}
    assert codes == Counter(row["language"] for row in rows)
