import csv
import gzip
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import CatalogueError
from graph.importing.artists import DOUBLY_ENCODED
from graph.importing.catalogue import read_catalogue
from graph.importing.importer import import_files
from graph.importing.report import ImportReport, NoSongsError
from tests.graph.conftest import Row, WriteRows, silent, song

HEADER = "title,artist,valence,energy"
IDS = ("4uLU6hMCjMI75M1A2tKUQC", "7GhIk7Il098yCjg4BQjzvb")


def kept(path: Path, directory: Path) -> tuple[list[Row], ImportReport]:
    """The catalogue's rows after one file, and the report."""
    report = import_files([path], directory, silent)
    rows: list[Row] = read_catalogue(directory).to_pylist()
    return rows, report


def written(directory: Path, content: str | bytes, name: str = "songs.csv") -> Path:
    path = directory / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def zstd(content: bytes) -> bytes:
    return bytes(pa.compress(content, codec="zstd", asbytes=True))


def parquet(content: bytes) -> bytes:
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    typed = [{**row, "valence": float(row["valence"])} for row in rows]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(typed), out)
    return out.getvalue()


def json_lines(content: bytes) -> bytes:
    rows = csv.DictReader(io.StringIO(content.decode()))
    return "\n".join(json.dumps({**row, "energy": float(row["energy"])}) for row in rows).encode()


def tabs(content: bytes) -> bytes:
    return content.replace(b",", b"\t")


FORMS = {
    "csv": bytes,
    "bom": lambda content: b"\xef\xbb\xbf" + content,
    "utf-16": lambda content: content.decode().encode("utf-16"),
    "crlf": lambda content: content.replace(b"\n", b"\r\n"),
    "tsv": tabs,
    "semicolon": lambda content: content.replace(b",", b";"),
    "bar": lambda content: content.replace(b",", b"|"),
    "gz": gzip.compress,
    "zst": zstd,
    "parquet": parquet,
    "jsonl": json_lines,
    "jsonl.gz": lambda content: gzip.compress(json_lines(content)),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_every_form_gives_the_same_rows(tmp_path: Path, form: Callable[[bytes], bytes]) -> None:
    plain = f"{HEADER}\nÀ bientôt,Zoé,0.25,0.5\n名前,歌手,0.5,0.75\n".encode()

    rows, _ = kept(written(tmp_path, form(plain), "songs.any"), tmp_path)

    found = [(row["title"], row["artist"], row["valence"], row["energy"]) for row in rows]
    assert found == [("À bientôt", "Zoé", 0.25, 0.5), ("名前", "歌手", 0.5, 0.75)]


def test_cp1252_is_read(tmp_path: Path) -> None:
    content = f"{HEADER}\nCafé \u2013 “noir”,Zoé,0.5,0.5\n".encode("cp1252")

    rows, _ = kept(written(tmp_path, content), tmp_path)

    assert rows[0]["title"] == "Café \u2013 “noir”"


def test_unnamed_index_and_repeated_columns_are_harmless(tmp_path: Path) -> None:
    content = ",title,artist,valence,energy,energy\n0,Song,Artist,0.5,0.25,9\n"

    rows, _ = kept(written(tmp_path, content), tmp_path)

    assert rows[0]["energy"] == 0.25


# Line ends that are not a newline, letters that were encoded twice, and what no text file holds,
# are left out of the claim.
TITLES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cn"]), min_size=1, max_size=40
).filter(lambda title: not re.search(DOUBLY_ENCODED, title))  # these are mended


@given(titles=st.lists(TITLES, min_size=1, max_size=8))
@settings(deadline=None, max_examples=20)
def test_any_title_survives(tmp_path_factory: pytest.TempPathFactory, titles: list[str]) -> None:
    import unicodedata

    folder = tmp_path_factory.mktemp("titles")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER.split(","))
    writer.writerow(["Anchor", "Artist", 0.5, 0.5])
    writer.writerows([title, f"Artist {at}", 0.5, 0.5] for at, title in enumerate(titles))

    rows, _ = kept(written(folder, out.getvalue()), folder)

    whole = [unicodedata.normalize("NFC", title).strip() for title in titles]
    expected = {title for title in whole if title not in {"", "nan", "NaN", "None", "null"}}
    assert {row["title"] for row in rows} - {"Anchor"} == expected - {"Anchor"}


@pytest.mark.parametrize(
    "title", ["=1+1", "+cmd", "-1", "@x", 'He said "hi, you"', "two\nlines", "שלום", "🙂 👍🏽"]
)
def test_troublesome_title_survives(write_rows: WriteRows, tmp_path: Path, title: str) -> None:
    rows, _ = kept(write_rows([song(title)]), tmp_path)

    assert rows[0]["title"] == title


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"title": " "}, "no_title"),
        ({"artist": ""}, "no_artist"),
        ({"artist": "4adSXA1GDOxNG7Zw89YHyz"}, "no_artist"),
        ({"valence": "nan"}, "no_feeling"),
        ({"energy": "loud"}, "no_feeling"),
        ({"valence": 1.5}, "out_of_range"),
        ({"danceability": -0.1}, "out_of_range"),
        ({"valence": 0, "energy": 0, "danceability": 0}, "all_zero"),
        ({"tempo": 0}, "no_tempo"),
        ({"duration_ms": 0}, "no_length"),
        ({"duration_ms": -5}, "no_length"),
        ({"duration_ms": 16 * 60_000}, "too_long"),
    ],
)
def test_refused_with_its_reason(
    write_rows: WriteRows, tmp_path: Path, values: Row, reason: str
) -> None:
    good = {"danceability": 0.5, "tempo": 120, "duration_ms": 200_000}
    path = write_rows([{**song("Good"), **good}, {**song("Bad"), **good, **values}])

    rows, report = kept(path, tmp_path)

    assert [row["title"] for row in rows] == ["Good"]
    assert report.refused == {reason: 1}
    assert report.examples[reason][0]["row"] == 2


def test_examples_are_the_first_three(write_rows: WriteRows, tmp_path: Path) -> None:
    path = write_rows([song(), *(song(f"Bad {at}", valence=7) for at in range(9))] + [song()] * 200)

    _, report = kept(path, tmp_path)

    assert report.refused["out_of_range"] == 9
    assert [example["row"] for example in report.examples["out_of_range"]] == [2, 3, 4]


def test_broken_rows_are_counted(tmp_path: Path) -> None:
    content = f"{HEADER}\nSong,Artist,0.5,0.5\nSong,with,too,many,cells\nshort\n"

    rows, report = kept(written(tmp_path, content), tmp_path)

    assert len(rows) == 1
    assert report.refused == {"broken_row": 2}
    assert report.read == 3


def test_compressed_file_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    lines = "".join(
        f"Song {at * 7919 % 65537},Artist {at},0.5,0.{at % 89 + 10}\n" for at in range(40_000)
    )
    whole = gzip.compress(f"{HEADER}\n{lines}".encode())

    rows, report = kept(written(tmp_path, whole[: len(whole) // 2]), tmp_path)

    assert 10_000 < len(rows) < 40_000
    assert report.files[0]["cut_short"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("valence", lambda at: (at - 25) / 10),  # standardised
        ("tempo", lambda at: at / 50),  # squeezed into 0..1
        ("loudness", lambda at: at / 50),
    ],
)
def test_rescaled_file_is_refused(
    write_rows: WriteRows, tmp_path: Path, column: str, value: Callable[[int], float]
) -> None:
    path = write_rows({**song(f"Song {at}"), column: value(at)} for at in range(50))

    with pytest.raises(CatalogueError, match=f"rescaled ones: .'{column}'"):
        import_files([path], tmp_path, silent)


def test_percentages_are_understood(tmp_path: Path) -> None:
    lines = "".join(f"Song {at},Artist,{at + 20},{at}\n" for at in range(50))
    content = f"Track Name,Artist(s)_Name,valence_%,Energy\n{lines}"

    rows, _ = kept(written(tmp_path, content), tmp_path)

    assert (rows[3]["valence"], rows[3]["energy"]) == (pytest.approx(0.23), pytest.approx(0.03))


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1999", 1999),
        ("1999.0", 1999),
        ("2004-07-12", 2004),
        ("9999-99-99", None),
        ("0", None),
        ("", None),
        ("7/4/68", 1968),
        ("12/31/05", 2005),
        ("1785", 1785),
        ("1824-05-07", 1824),
        ("0950", None),
    ],
)
def test_years(write_rows: WriteRows, tmp_path: Path, text: str, year: int | None) -> None:
    rows, _ = kept(write_rows([song(release_date=text)]), tmp_path)

    assert rows[0]["year"] == year


@pytest.mark.parametrize(
    ("text", "artist"),
    [
        ("A;B", "A; B"),
        ("['A', 'B']", "A; B"),
        ("""['A', "B's"]""", "A; B's"),
        ("'The Stones'", "The Stones"),
        ('"Weird Al" Yankovic', '"Weird Al" Yankovic'),
        ("Earth, Wind & Fire", "Earth, Wind & Fire"),
        ("['Earth, Wind & Fire']", "Earth, Wind & Fire"),
    ],
)
def test_artists(write_rows: WriteRows, tmp_path: Path, text: str, artist: str) -> None:
    rows, _ = kept(write_rows([song(artist=text)]), tmp_path)

    assert rows[0]["artist"] == artist


@pytest.mark.parametrize(
    "twin",
    [
        {"title": "SONG"},
        {"title": "Söng"},
        {"title": "Song - Remastered 2011"},
        {"title": "Song (2011 Remaster)"},
        {"title": "Song (Live at Wembley)"},
        {"title": "Song - Live"},
        {"title": "Song (feat. Someone)"},
        {"artist": "Artist; Someone"},
        {"artist": "artist feat. Someone"},
    ],
)
def test_other_edition_is_merged(write_rows: WriteRows, tmp_path: Path, twin: Row) -> None:
    rows, report = kept(write_rows([{**song(), **twin, "valence": 0.9}, song()]), tmp_path)

    assert len(rows) == 1
    assert report.merged == {"id": 0, "title_and_artist": 1}


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Song 2"},
        {"title": "Live and Let Die"},
        {"title": "Song (Live 4711)"},
        {"artist": "Another"},
        {"title": "???"},
    ],
)
def test_other_song_stays(write_rows: WriteRows, tmp_path: Path, other: Row) -> None:
    rows, _ = kept(write_rows([song(), {**song(), **other}]), tmp_path)

    assert len(rows) == 2


def test_studio_version_is_kept(write_rows: WriteRows, tmp_path: Path) -> None:
    live = song("Song - Live", popularity=90)

    rows, _ = kept(write_rows([live, song("Song", popularity=10)]), tmp_path)

    assert rows[0]["title"] == "Song"


def test_one_id_is_one_song(write_rows: WriteRows, tmp_path: Path) -> None:
    twice = [song("One", id=IDS[0]), song("Uno", id=IDS[0], valence=0.9), song("Two", id=IDS[1])]

    rows, report = kept(write_rows(twice), tmp_path)

    assert [row["id"] for row in rows] == list(IDS)
    assert report.merged["id"] == 1
    assert report.conflicting == 1


@pytest.mark.parametrize("column", ["spotify_id", "id"])
def test_ids_of_albums_are_no_ids_of_songs(
    write_rows: WriteRows, tmp_path: Path, column: str
) -> None:
    albums = [song(f"Song {at}", **{column: IDS[at // 12]}) for at in range(24)]

    rows, report = kept(write_rows(albums), tmp_path)

    assert len(rows) == 24
    assert not {row["id"] for row in rows} & set(IDS)
    assert {"id", "spotify"}.isdisjoint(report.files[0]["columns"])


def test_ids_in_a_row_for_each_genre_are_ids_of_songs(
    write_rows: WriteRows, tmp_path: Path
) -> None:
    rows = [song(f"Song {at % 12}", id=f"{IDS[0][:-2]}{at % 12:02d}") for at in range(48)]
    rows[0] = song("Other", id=rows[0]["id"])

    found, report = kept(write_rows(rows), tmp_path)

    assert len(found) == 12
    assert report.merged["id"] == 36


@pytest.mark.parametrize(
    "text", ["{}", "spotify:track:{}", "https://open.spotify.com/track/{}?si=1"]
)
def test_spotify_ids_are_found(write_rows: WriteRows, tmp_path: Path, text: str) -> None:
    rows, _ = kept(write_rows([song(uri=text.format(IDS[0]))]), tmp_path)

    assert rows[0]["id"] == IDS[0]


def test_own_id_of_a_file_is_kept_unless_two_songs_share_it(
    write_rows: WriteRows, tmp_path: Path
) -> None:
    path = write_rows([song("A", id="a-1"), song("B", id="7"), song("C", id="7"), song("D", id="")])

    rows, _ = kept(path, tmp_path)

    ids = [str(row["id"]) for row in rows]
    assert ids[0] == "a-1"
    assert "7" not in ids
    assert len(set(ids)) == 4


def test_made_id_depends_on_title_and_artist_alone(write_rows: WriteRows, tmp_path: Path) -> None:
    before, _ = kept(write_rows([song("A"), song("B")]), tmp_path)
    after, _ = kept(write_rows([song("B", valence=0.9), song("C")]), tmp_path)

    assert before[1]["id"] == after[0]["id"]


def test_same_files_give_the_same_catalogue(write_rows: WriteRows, tmp_path: Path) -> None:
    paths = [
        write_rows([song("A"), song("B")], "1.csv"),
        write_rows([song("b"), song("C")], "2.csv"),
    ]

    import_files(paths, tmp_path, silent)
    first = (tmp_path / "catalogue" / "tracks.parquet").read_bytes()
    import_files(paths, tmp_path, silent)

    assert (tmp_path / "catalogue" / "tracks.parquet").read_bytes() == first


@pytest.mark.parametrize("content", ["", "\n", "title,artist\nA,B\n", "\x00\x01", "[1]", "PAR1"])
def test_no_table_of_songs_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(CatalogueError, match="no usable song"):
        import_files([written(tmp_path, content)], tmp_path, silent)


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=30)
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    good = written(folder, f"{HEADER}\nSong,Artist,0.5,0.5\n", "good.csv")

    report = import_files([written(folder, content, "any"), good], folder, silent)

    assert report.kept == 1


def test_missing_file_is_reported(write_rows: WriteRows, tmp_path: Path) -> None:
    report = import_files([tmp_path / "none.csv", write_rows([song()])], tmp_path, silent)

    assert report.refused == {"unreadable": 1}
    assert "none.csv" in report.words()


def test_refused_import_leaves_the_old_catalogue(write_rows: WriteRows, tmp_path: Path) -> None:
    before, _ = kept(write_rows([song()]), tmp_path)

    with pytest.raises(CatalogueError):
        import_files([written(tmp_path, "nothing")], tmp_path, silent)

    assert read_catalogue(tmp_path).to_pylist() == before


def test_import_that_dies_leaves_the_old_catalogue(write_rows: WriteRows, tmp_path: Path) -> None:
    before, _ = kept(write_rows([song()]), tmp_path)

    def die(step: str, _done: float) -> None:
        if step == "write":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_files([write_rows([song("Other")])], tmp_path, die)

    assert read_catalogue(tmp_path).to_pylist() == before


def test_damaged_catalogue_is_told(write_rows: WriteRows, tmp_path: Path) -> None:
    kept(write_rows(song(f"Song {at}") for at in range(500)), tmp_path)
    path = tmp_path / "catalogue" / "tracks.parquet"
    damaged = bytearray(path.read_bytes())
    damaged[40] ^= 0xFF
    path.write_bytes(damaged)

    with pytest.raises(CatalogueError, match=r"tracks\.parquet"):
        read_catalogue(tmp_path)


def test_progress_reaches_the_end(write_rows: WriteRows, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []

    import_files(
        [write_rows([song()], name) for name in ("1.csv", "2.csv")],
        tmp_path,
        lambda step, done: told.append((step, done)),
    )

    read = [done for step, done in told if step == "read"]
    assert read == sorted(read)
    assert read[-1] == 1
    assert told[-1] == ("write", 1)


def test_report_in_words(write_rows: WriteRows, tmp_path: Path) -> None:
    _, report = kept(write_rows([song(), song("SONG"), song("Bad", valence=9)]), tmp_path)

    assert report.words().splitlines() == [
        "3 rows read, 1 songs kept.",
        "Merged with a song already there: 1 by title and artist.",
        "songs.csv: columns used: title, artist, valence, energy.",
        "Left out: 1 - a value that must lie from 0 to 1 does not (first: songs.csv, row 3).",
        "Known of each song's sound: valence, energy.",
    ]


def test_kept_songs_stay_as_they_are(write_rows: WriteRows, tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    present = [song("One"), song("Two", id="7"), song("Three", id=IDS[0], genre="jazz")]
    old, _ = kept(write_rows(present), before)
    new = [
        song("One", id=IDS[1], popularity=99),
        song("Four", id="7"),
        song("3", id=IDS[0], valence=0.9),
        song("Five", id="8"),
    ]

    report = import_files([write_rows(new)], after, silent, keep=before)

    rows: list[Row] = read_catalogue(after).to_pylist()
    assert rows[:3] == old
    assert [row["title"] for row in rows[3:]] == ["Four", "Five"]
    assert [row["id"] == wanted for row, wanted in zip(rows[3:], "78", strict=True)] == [0, 1]
    assert (report.present, report.kept, sum(report.merged.values())) == (3, 5, 2)


def test_without_a_new_song_that_can_be_used_nothing_changes(
    write_rows: WriteRows, tmp_path: Path
) -> None:
    kept(write_rows([song("One")]), tmp_path)

    with pytest.raises(NoSongsError) as refused:
        import_files([write_rows([song("")])], tmp_path, silent, keep=tmp_path)

    assert refused.value.report.refused == {"no_title": 1}
    assert read_catalogue(tmp_path)["title"].to_pylist() == ["One"]


def test_without_a_catalogue_nothing_can_be_kept(write_rows: WriteRows, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="expected a catalogue"):
        import_files([write_rows([song()])], tmp_path, silent, keep=tmp_path / "none")


@pytest.mark.parametrize(
    ("content", "code", "columns"),
    [
        ("title,artist,valence\na,b,1\n", "no_columns", ["energy"]),
        ("%PDF-1.7\n", "no_columns", ["title", "artist", "valence", "energy"]),
        (HEADER + ",tempo\n" + "a,b,.5,.5,.1\n" * 30, "rescaled", ["tempo"]),
        ("PAR1 but broken", "unreadable", []),
    ],
)
def test_a_whole_file_is_refused_with_a_code(
    tmp_path: Path, content: str, code: str, columns: list[str]
) -> None:
    with pytest.raises(NoSongsError) as refused:
        import_files([written(tmp_path, content)], tmp_path, silent)

    [file] = refused.value.report.files
    assert (file["fault_code"], file["fault_columns"]) == (code, columns)
