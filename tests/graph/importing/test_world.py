# ruff: noqa: ARG005, E501, PLW0108, RUF001 - cases read best a line each; letters are of many scripts
"""Tables as the world writes them: encodings, quotes, layouts, names of columns, scales."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.importing.catalogue import read_catalogue
from graph.importing.encodings import encoding_of
from graph.importing.files import Hints
from graph.importing.importer import import_files
from graph.importing.report import ImportReport, NoSongsError
from tests.graph.conftest import Row, silent, song

HEADER = "title,artist,valence,energy"


def read(
    directory: Path, content: str | bytes, name: str = "songs.csv", hints: Hints | None = None
) -> tuple[list[Row], ImportReport]:
    """The catalogue's rows of one file, and the report."""
    path = directory / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    report = import_files([path], directory, silent, hints=hints or Hints())
    rows: list[Row] = read_catalogue(directory).to_pylist()
    return rows, report


def table(*rows: object, names: str = HEADER) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names.split(","))
    writer.writerows(rows)  # type: ignore[arg-type]  # each a list of cells
    return out.getvalue()


def many(n: int = 60) -> list[list[object]]:
    return [[f"Song {at}", f"Band {at}", f"0.{at + 20}", f"0.{at + 30}"] for at in range(n)]


WRITTEN = {
    "cp1251": "Ночной поезд;Тёплый ветер",
    "koi8_r": "Белая ночь;Лесной хор",
    "cp932": "夜の電車;北の星",
    "euc_jp": "さくらの歌;春風バンド",
    "gb18030": "夜空中的星;月亮乐队",
    "big5": "夜空中的星;月亮樂隊",
    "cp949": "봄날의 노래;하늘밴드",
    "cp1252": "Café – “naïve”;Zoé Müller",
    "cp1250": "Dziewczyna z gitarą i łzą;Żółty Wąż",
    "cp1253": "Τα παιδιά της θάλασσας;Μελίνα Νερού",
    "cp1254": "Dağların şarkısı;Gülşen Yıldız",
    "cp1256": "أغنية الليل;نجم الشرق",
    "utf-16-le": "Ночной поезд;Zoé",
    "utf-16-be": "Ночной поезд;Zoé",
    "utf-16": "夜の電車;北の星",
    "utf-8-sig": "夜の電車;Zoé",
}


@pytest.mark.parametrize("encoding", WRITTEN)
def test_letters_are_right_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    title, artist = WRITTEN[encoding].split(";")
    rows = [[f"{title} {at}", artist, 0.4, 0.5] for at in range(40)]

    found, report = read(tmp_path, table(*rows).encode(encoding))

    assert [(row["title"], row["artist"]) for row in found[:2]] == [
        (f"{title} 0", artist),
        (f"{title} 1", artist),
    ]
    assert report.files[0]["damaged"] == 0


def test_an_encoding_can_be_said(tmp_path: Path) -> None:
    rows, _ = read(
        tmp_path, table(["Ё", "Ж", 0.5, 0.5]).encode("cp866"), hints=Hints(encoding="cp866")
    )

    assert (rows[0]["title"], rows[0]["artist"]) == ("Ё", "Ж")


def test_one_bad_byte_costs_one_letter(tmp_path: Path) -> None:
    content = table(*(["Ночь", f"Zoé {at}", 0.5, 0.5] for at in range(20))).encode()
    bad = content.replace("é 7".encode(), b"\xff 7")

    rows, report = read(tmp_path, bad)

    assert [row["artist"] for row in rows[6:9]] == ["Zoé 6", "Zo\ufffd 7", "Zoé 8"]
    assert report.files[0]["damaged"] == 1
    assert "damaged letters, which stand as \ufffd: 1." in report.words()


def test_letters_that_come_late_are_read_in_their_own_encoding(tmp_path: Path) -> None:
    rows = [[f"Song {at}", "Band", 0.5, 0.5] for at in range(20_000)]
    rows += [[f"Café {at}", "Zoé", 0.5, 0.5] for at in range(20)]

    found, report = read(tmp_path, gzip.compress(table(*rows).encode("latin-1")), "late.csv.gz")

    assert found[-1]["title"] == "Café 19"
    assert "read as cp1252" in report.words()


def test_encodings_are_told_by_few_letters() -> None:
    assert encoding_of("título,artista\nCanção,Zé\n".encode("cp1252")) == "cp1252"
    assert encoding_of(b"plain,ascii\n") == "utf-8"


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("at", [(10,), (10, 30), (0, 59), (20, 21)])
def test_a_quote_that_is_never_closed_costs_no_row(
    tmp_path: Path, separator: str, at: tuple[int, ...]
) -> None:
    lines = [separator.join(map(str, row)) for row in many()]
    for place in at:
        lines[place] = f'"{lines[place]}'
    header = HEADER.replace(",", separator)

    rows, report = read(tmp_path, "\n".join([header, *lines]) + "\n")

    assert len(rows) == report.read == 60
    assert rows[at[0]]["title"] == f'"Song {at[0]}'
    assert report.files[0]["mended"] == len(at)


def test_a_cell_of_several_lines_stays_whole(tmp_path: Path) -> None:
    rows = many(30)
    rows[3][0] = 'Two\nlines, and "quotes"'
    rows[9][0] = "Three\n\nlines"

    found, report = read(tmp_path, table(*rows))

    assert found[3]["title"] == 'Two\nlines, and "quotes"'
    assert found[9]["title"] == "Three\n\nlines"
    assert (len(found), report.files[0]["mended"]) == (30, 0)


def test_quotes_with_backslashes_are_read(tmp_path: Path) -> None:
    content = HEADER + '\n"He said \\"hi, you\\"","Band",0.5,0.5\n"B","C",0.5,0.5\n'

    rows, _ = read(tmp_path, content)

    assert rows[0]["title"] == 'He said "hi, you"'


LAYOUTS = {
    "sep=": "sep=;\n" + table(*many()).replace(",", ";"),
    "notes above": "Chart of the week,,,\n\n,,,made by hand\n" + table(*many()),
    "R row names": "title,artist,valence,energy\n"
    + "".join(f'"{at}","{a}","{b}",{c},{d}\n' for at, (a, b, c, d) in enumerate(many())),
    "separator at every end": "title,artist,valence,energy\n"
    + "".join(f"{a},{b},{c},{d},\n" for a, b, c, d in many()),
    "old Mac": table(*many()).replace("\n", "\r"),
    "blank lines": table(*many()).replace("\n", "\n" * 700),
    "blank lines of Windows": table(*many()).replace("\n", "\r\n\r\n"),
    "decimal commas": HEADER.replace(",", ";")
    + "\n"
    + "".join(
        f"{a};{b};{str(c).replace('.', ',')};{str(d).replace('.', ',')}\n" for a, b, c, d in many()
    ),
    "newline in cells": HEADER
    + "\n"
    + "".join(f'{a},{b},"{c}\n","\f{d}"\n' for a, b, c, d in many()),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_rows(tmp_path: Path, layout: str) -> None:
    rows, _ = read(tmp_path, LAYOUTS[layout])

    assert len(rows) == 60
    assert [(row["title"], row["artist"]) for row in rows[:2]] == [
        ("Song 0", "Band 0"),
        ("Song 1", "Band 1"),
    ]
    assert rows[1]["valence"] == pytest.approx(0.21)


RECORDS = [dict(zip(HEADER.split(","), row, strict=True)) for row in many()]
COLUMNS = {name: [record[name] for record in RECORDS] for name in HEADER.split(",")}
NESTED = [
    {
        "added_at": "2020",
        "track": {"name": record["title"], "artists": [{"name": record["artist"], "id": "x"}]},
        "audio_features": {"valence": record["valence"], "energy": record["energy"]},
    }
    for record in RECORDS
]
DOCUMENTS = {
    "array": json.dumps(RECORDS),
    "indented": json.dumps(RECORDS, indent=2),
    "array of arrays": json.dumps([HEADER.split(","), *many()]),
    "inside an object": json.dumps({"total": 60, "items": RECORDS}),
    "columns": json.dumps(COLUMNS),
    "pandas columns": json.dumps(
        {name: dict(enumerate(column)) for name, column in COLUMNS.items()}
    ),
    "pandas index": json.dumps({str(at): record for at, record in enumerate(RECORDS)}),
    "pandas split": json.dumps(
        {"columns": HEADER.split(","), "index": list(range(60)), "data": many()}
    ),
    "as a web service answers": json.dumps(NESTED),
    "lines of a web service": "\n".join(map(json.dumps, NESTED)),
    "lines": "\n".join(map(json.dumps, RECORDS)),
    "lines with many blank ones": ("\n" * 40_000).join(map(json.dumps, RECORDS)),
}


@pytest.mark.parametrize("form", DOCUMENTS)
def test_every_shape_of_json_gives_the_same_rows(tmp_path: Path, form: str) -> None:
    rows, _ = read(tmp_path, DOCUMENTS[form], "songs.json")

    assert len(rows) == 60
    assert (rows[1]["title"], rows[1]["artist"]) == ("Song 1", "Band 1")


def test_a_json_line_without_a_needed_key_is_refused_alone(tmp_path: Path) -> None:
    lines = [json.dumps(RECORDS[0])] * 33_000 + [json.dumps({"title": "A", "artist": "B"})]

    _, report = read(tmp_path, "\n".join(lines), "songs.jsonl")

    assert report.refused == {"no_feeling": 1}


def test_json_nested_without_end_is_refused(tmp_path: Path) -> None:
    for content in ("[" * 200_000, '{"a":' * 200_000):
        with pytest.raises(NoSongsError):
            read(tmp_path, content, "deep.json")


HEADERS = {
    "Spanish": "Título;Artista;Valencia;Energía;Bailabilidad;Acústica;Duración (ms);Año;Popularidad",
    "Portuguese": "Nome da música;Cantor;Valência;Energia;Dançabilidade;Acústico;Duração;Ano;Popularidade",
    "German": "Titel;Künstler;Valenz;Energie;Tanzbarkeit;Akustik;Dauer;Erscheinungsjahr;Beliebtheit",
    "French": "Titre;Artiste;Valence;Énergie;Dansabilité;Acoustique;Durée;Année;Popularité",
    "Russian": "Название;Исполнитель;Валентность;Энергия;Танцевальность;Акустичность;Длительность;Год;Популярность",
    "Exportify": "Track Name;Artist Name(s);Valence;Energy;Danceability;Acousticness;Track Duration (ms);Album Release Date;Popularity",
    "Chosic": "Song;Artist;Happy;Energy;Dance;Acoustic;Time;Album Date;Popularity",
    "Organize Your Music": "title;artist;val;nrgy;dnce;acous;dur;year;pop",
    "camelCase": "trackName;artistName;valence;energy;danceability;acousticness;durationMs;releaseDate;trackPopularity",
    "a merge": "name_x;artists_x;valence_x;energy_y;danceability_x;acousticness_y;duration_ms_x;year_x;popularity_x",
    "dots": "track.name;track.artists;audio_features.valence;audio_features.energy;audio_features.danceability;audio_features.acousticness;track.duration_ms;year;track.popularity",
    "capitals": "TRACK NAME;ARTIST NAME;VALENCE;ENERGY;DANCEABILITY;ACOUSTICNESS;DURATION MS;YEAR;POPULARITY",
}


@pytest.mark.parametrize("header", HEADERS)
def test_columns_are_known_by_any_usual_name(tmp_path: Path, header: str) -> None:
    lines = "".join(f"Song {at};Band {at};.4;.5;.6;.7;200000;1999;50\n" for at in range(30))

    rows, _ = read(tmp_path, f"{HEADERS[header]}\n{lines}")

    wanted = {"title": "Song 3", "artist": "Band 3", "year": 1999, "popularity": 50}
    numbers = {"valence": 0.4, "energy": 0.5, "danceability": 0.6, "acousticness": 0.7}
    assert wanted.items() <= rows[3].items()
    assert {name: rows[3][name] for name in numbers} == pytest.approx(numbers)


@pytest.mark.parametrize(
    ("names", "cells"),
    [
        ("name,title,artist,valence,energy", lambda at: ["My list", f"Song {at}", f"Band {at}"]),
        (
            "Title,Track,Artist,valence,energy",
            lambda at: [f"Band {at} - Song {at} (Official Video)", f"Song {at}", f"Band {at}"],
        ),
        ("track,song,artist,valence,energy", lambda at: [str(at), f"Song {at}", f"Band {at}"]),
        ("name,title,artist,valence,energy", lambda at: [f"Band {at}", f"Song {at}", f"Band {at}"]),
        (
            "title,artist,artists,valence,energy",
            lambda at: [f"Song {at}", f"Band {at}", f"{at:022d}"],
        ),
    ],
)
def test_the_cells_choose_between_two_columns(tmp_path: Path, names: str, cells) -> None:
    rows, _ = read(tmp_path, table(*([*cells(at), 0.4, 0.5] for at in range(40)), names=names))

    assert {(row["title"], row["artist"]) for row in rows} == {
        (f"Song {at}", f"Band {at}") for at in range(40)
    }


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"valence": lambda at: 20 + at, "energy": lambda at: 0.5},
            {"valence": 0.23, "energy": 0.5},
        ),
        ({"danceability": lambda at: 20 + at}, {"danceability": 0.23}),
        ({"liveness": lambda at: at % 5, "valence": lambda at: 20 + at}, {"liveness": 0.03}),
        ({"popularity": lambda at: at / 100}, {"popularity": 3}),
        ({"popularity": lambda at: float(at)}, {"popularity": 3}),
        ({"popularity": lambda at: -1}, {"popularity": None}),
        ({"loudness": lambda at: f"-{at} dB"}, {"loudness": -3}),
        ({"tempo": lambda at: "1e39" if at == 3 else 120}, {"tempo": None}),
        ({"tempo": lambda at: "120 BPM"}, {"tempo": 120}),
        ({"key": lambda at: "F#", "mode": lambda at: "Minor"}, {"key": 6, "mode": 0}),
        ({"key": lambda at: "D♭ major"}, {"key": 1, "mode": 1}),
        ({"key": lambda at: "Am"}, {"key": 9, "mode": 0}),
        ({"key": lambda at: "8A"}, {"key": 9, "mode": 0}),
        ({"key": lambda at: -1}, {"key": None}),
        ({"explicit": lambda at: "Y"}, {"explicit": True}),
        ({"explicit": lambda at: "Explicit"}, {"explicit": True}),
        ({"explicit": lambda at: "notExplicit"}, {"explicit": False}),
        ({"explicit": lambda at: "f"}, {"explicit": False}),
    ],
)
def test_every_column_has_a_scale_of_its_own(
    tmp_path: Path, values: Mapping[str, object], expected: Row
) -> None:
    rows = [
        {**song(f"Song {at}"), **{name: value(at) for name, value in values.items()}}  # type: ignore[operator]
        for at in range(40)
    ]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)

    found, _ = read(tmp_path, out.getvalue())

    assert {name: found[3][name] for name in expected} == pytest.approx(expected, abs=1e-6)


def test_counted_popularity_goes_from_0_to_100(tmp_path: Path) -> None:
    rows = [[f"Song {at}", "Band", 0.5, 0.5, 10 ** (at / 5)] for at in range(40)]

    found, _ = read(tmp_path, table(*rows, names=HEADER + ",popularity"))

    popularity = [float(str(row["popularity"])) for row in found]
    assert popularity == sorted(popularity)
    assert popularity[-1] == pytest.approx(100)
    assert 40 < popularity[20] < 60


def test_percent_in_the_name_needs_no_rows(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, "title,artist,valence_%,Energy (%)\nA,B,29,1\n")

    assert (rows[0]["valence"], rows[0]["energy"]) == pytest.approx((0.29, 0.01))


def test_a_scale_that_nothing_tells_is_refused_with_its_range(tmp_path: Path) -> None:
    rows = [[f"Song {at}", "Band", 1 + at % 9, 0.5] for at in range(40)]

    with pytest.raises(NoSongsError, match="found valence from 1 to 9"):
        read(tmp_path, table(*rows))


def test_a_spare_column_on_a_strange_scale_is_left_out_and_named(tmp_path: Path) -> None:
    rows = [[f"Song {at}", "Band", 0.4, 0.5, 1 + at % 9] for at in range(40)]

    found, report = read(tmp_path, table(*rows, names=HEADER + ",danceability"))

    assert found[0]["danceability"] is None
    assert "not used: 'danceability'" in report.words()


@pytest.mark.parametrize(
    ("cell", "artist"),
    [
        ("[{'name': 'A', 'id': 'x'}, {'name': \"B's\"}]", "A; B's"),
        ('[{"name": "A", "type": "artist"}]', "A"),
        ("{'name': 'A'}", "A"),
        ('{A,"B, C"}', "A; B, C"),
        ("{'A', 'B'}", "A; B"),
        ("('A', 'B')", "A; B"),
        ("(A)", "(A)"),
        ("[A, B]", "A, B"),
    ],
)
def test_artists_are_read_from_objects_and_arrays(tmp_path: Path, cell: str, artist: str) -> None:
    rows, _ = read(tmp_path, table(["Song", cell, 0.5, 0.5]))

    assert rows[0]["artist"] == artist


def test_artists_parted_by_commas_are_several_where_each_is_known(tmp_path: Path) -> None:
    artists = [
        "A, B",
        "A",
        "B, C",
        "Earth, Wind & Fire",
        "Tyler, The Creator",
        "A, Tyler, The Creator",
    ]
    rows = [[f"Song {at}", artist, 0.5, 0.5] for at, artist in enumerate(artists)]

    found, _ = read(tmp_path, table(*rows))

    assert [row["artist"] for row in found] == [
        "A; B",
        "A",
        "B; C",
        "Earth, Wind & Fire",
        "Tyler, The Creator",
        "A; Tyler, The Creator",
    ]


@pytest.mark.parametrize(
    ("length", "reason"), [("25:00", "too_long"), ("1:00:01", "too_long"), ("1500", "too_long")]
)
def test_lengths_are_read_in_any_unit(tmp_path: Path, length: str, reason: str) -> None:
    content = table(
        ["A", "B", 0.5, 0.5, "3:45"], ["C", "D", 0.5, 0.5, length], names=HEADER + ",Time"
    )

    _, report = read(tmp_path, content)

    assert report.refused == {reason: 1}


def workbook(*sheets: list[list[object]]) -> bytes:
    """A workbook as Excel writes it, with the cells in place."""

    def cell(value: object) -> str:
        if isinstance(value, int | float):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    numbers = range(1, len(sheets) + 1)
    named = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    linked = "".join(
        f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{named}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{linked}</Relationships>',
    }
    for n, rows in zip(numbers, sheets, strict=True):
        lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
        files[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>'
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return out.getvalue()


def test_a_workbook_is_read_from_the_sheet_with_songs(tmp_path: Path) -> None:
    notes: list[list[object]] = [["Hello"], ["made by hand"]]
    songs: list[list[object]] = [["Chart"], [*HEADER.split(","), "year"]]
    songs += [[f"Song {at}", f"Band {at}", 0.25, 0.5, 1999] for at in range(40)]

    rows, _ = read(tmp_path, workbook(notes, songs), "songs.xlsx")

    assert len(rows) == 40
    assert (rows[7]["title"], rows[7]["valence"], rows[7]["year"]) == ("Song 7", 0.25, 1999)


def test_a_workbook_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")

    with pytest.raises(NoSongsError, match="save its sheet as CSV"):
        read(tmp_path, out.getvalue(), "songs.xlsx")


def test_a_zip_file_is_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("readme.txt", "Hello")
        file.writestr("songs.csv", table(*many()))

    rows, _ = read(tmp_path, out.getvalue(), "archive.zip")

    assert len(rows) == 60


@pytest.mark.parametrize(
    ("place", "byte", "said"),
    [(6, 1, "password"), (6, 32, "patched"), (8, 99, "not supported"), (40, 255, "decompressing")],
)
def test_a_zip_file_that_cannot_be_unpacked_is_refused_with_the_reason(
    tmp_path: Path, place: int, byte: int, said: str
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("songs.csv", table(*many()))
    content = bytearray(out.getvalue())
    content[place] = byte
    directory = content.rindex(b"PK\x01\x02")
    if place < 10:  # what the local header says, the directory says again
        content[directory + place + 2] = byte

    with pytest.raises(NoSongsError, match=said):
        read(tmp_path, bytes(content), "archive.zip")


def test_odd_parquet_is_read(tmp_path: Path) -> None:
    columns = [
        pa.array([f"Song {at}" for at in range(40)]).dictionary_encode(),
        pa.array([["A", "B"]] * 40),
        pa.array([b"0.5"] * 40),
        pa.array([0.25] * 40, pa.float32()),
        pa.array(["other"] * 40),
    ]
    names = ["title", "artists", "valence", "energy", "title"]
    pq.write_table(pa.Table.from_arrays(columns, names=names), tmp_path / "odd.parquet")

    rows, _ = read(tmp_path, (tmp_path / "odd.parquet").read_bytes(), "songs.parquet")

    assert (rows[3]["title"], rows[3]["artist"], rows[3]["valence"]) == ("Song 3", "A; B", 0.5)


@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_called_empty(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NoSongsError, match="the file is empty"):
        read(tmp_path, content)


def test_a_refusal_shows_the_columns_that_stand_there(tmp_path: Path) -> None:
    with pytest.raises(NoSongsError, match=r"no column for valence .* 'mood', 'energy'.* --column"):
        read(tmp_path, table(["A", "B", 0.5, 0.5], names="title,artist,mood,energy"))


def test_a_column_can_be_named_by_hand(tmp_path: Path) -> None:
    content = table(*many(), names="Lied des Tages,artist,Stimmung,energy")
    hints = Hints({"title": "Lied des Tages", "valence": "stimmung"})

    rows, report = read(tmp_path, content, hints=hints)

    assert rows[0]["title"] == "Song 0"
    assert "valence = 'Stimmung'" in report.words()


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    content = gzip.compress(table(*many()).encode() + b"x" * (1 << 23))

    with pytest.raises(NoSongsError, match="expected lines of at most"):
        read(tmp_path, content, "songs.csv.gz")


def test_a_table_that_unpacks_without_end_is_given_up(tmp_path: Path) -> None:
    content = gzip.compress(table(*many()).encode() + b"A,B,0.5,0.5\n" * 8_000_000)

    rows, report = read(tmp_path, content, "songs.csv.gz")

    assert len(rows) == 61
    assert report.read < 6_000_000
    assert "unpack to more than" in report.words()


@pytest.mark.parametrize("title", ["Beyoncé", "Señorita – “Ya”", "夜の電車", "Ночь"])
def test_letters_that_were_encoded_twice_are_right(tmp_path: Path, title: str) -> None:
    twice = title.encode().decode("latin-1")

    rows, _ = read(tmp_path, table([twice, "NÃO; Ânia", 0.4, 0.5], *many()))

    assert (rows[0]["title"], rows[0]["artist"]) == (title, "NÃO; Ânia")


def test_letters_that_were_lost_and_encoded_twice_count_as_damaged(tmp_path: Path) -> None:
    lost = "Bubl\ufffd".encode().decode("latin-1")

    rows, report = read(tmp_path, table(["Song", lost, 0.4, 0.5], *many()))

    assert rows[0]["artist"] == "Bubl\ufffd"
    assert report.files[0]["damaged"] == 1


@pytest.mark.parametrize("word", ["N/A", "set()", "Unknown", "-"])
def test_a_word_for_unknown_is_no_genre(tmp_path: Path, word: str) -> None:
    names = f"{HEADER},genre,language"

    rows, _ = read(tmp_path, table(["Song", "Band", 0.4, 0.5, word, word], names=names))

    assert (rows[0]["genre"], rows[0]["language"]) == ("", "")


def test_a_year_that_a_spreadsheet_took_for_a_date_is_unknown(tmp_path: Path) -> None:
    cells = (["Song", "Band", 0.4, 0.5, when] for when in ("1905-07-12", "1905"))

    for row in cells:
        rows, _ = read(tmp_path, table(row, names=f"{HEADER},release_date"))
        assert rows[0]["year"] is None


def test_plays_stand_for_popularity_where_there_is_none(tmp_path: Path) -> None:
    cells = [[f"Song {at}", "Band", 0.4, 0.5, 10**at] for at in range(10)]

    rows, report = read(tmp_path, table(*cells, names=f"{HEADER},streams"))

    popularity = {str(row["title"]): float(str(row["popularity"])) for row in rows}
    assert popularity["Song 9"] == 100
    assert 0 < popularity["Song 1"] < popularity["Song 5"] < 70
    assert "popularity = 'streams'" in report.words()


def test_a_column_that_differs_from_its_field_by_case_alone_is_named_once(tmp_path: Path) -> None:
    _, report = read(tmp_path, table(*many(), names="Track Name,Artist,Valence,ENERGY"))

    assert "columns used: title = 'Track Name', artist, valence, energy." in report.words()


def test_records_may_stand_under_their_titles(tmp_path: Path) -> None:
    keyed = {str(record["title"]): record for record in RECORDS}
    refused = {at: {"artist": "Band", "title": at} for at in ("One", "Two")}

    rows, _ = read(tmp_path, json.dumps(keyed, indent=1), "songs.json")

    assert len(rows) == 60
    with pytest.raises(NoSongsError) as caught:
        read(tmp_path, json.dumps(refused, indent=1), "refused.json")
    assert "its columns: 'artist', 'title'" in caught.value.report.words()
