"""Tables of songs as people send them: imported with a report, or refused with an error of ours."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from graph.errors import GraphError
from graph.importing.importer import import_files
from tests.fuzz.changes import changed
from tests.fuzz.surface import Surface

SONGS = [
    {"title": "One", "artist": "A", "valence": 0.1, "energy": 0.9, "year": 1999, "tempo": 120.5},
    {"title": "Twö, «x»", "artist": "B & C", "valence": 1, "energy": 0, "year": 2020, "tempo": 60},
    {"title": "悲しい", "artist": '"D"', "valence": 0.5, "energy": 0.5, "year": 1960, "tempo": 90},
]


def surface(files: tuple[bytes, ...]) -> Surface:
    """Return the surface; it starts from a small table in every format that is read."""
    cells = st.one_of(
        st.text(max_size=12), st.floats().map(str), st.sampled_from(["", "NaN", "1e400", "-0", '"'])
    )
    rows = st.lists(st.lists(cells, min_size=4, max_size=6), min_size=1, max_size=4)
    made_up = rows.map(lambda found: as_delimited(found, ","))
    return Surface(st.one_of(changed([*tables(), *files]), made_up), open_tables)


def open_tables() -> Callable[[bytes], None]:
    """Return the check of one table."""

    def check(content: bytes) -> None:
        with TemporaryDirectory() as name:
            path = Path(name) / "songs"
            path.write_bytes(content)
            with suppress(GraphError):  # its words are told to whoever sent it
                report = import_files([path], Path(name) / "graph", lambda _step, _done: None)
                assert report.files

    return check


def as_delimited(rows: list[list[str]], gap: str) -> bytes:
    """Return rows below the names of columns."""
    names = ["title", "artist", "valence", "energy", "year", "tempo"]
    return "\n".join(gap.join(row) for row in [names, *rows]).encode(errors="replace")


def tables() -> list[bytes]:
    """Return the songs in every format."""
    plain = as_delimited([[str(cell) for cell in song.values()] for song in SONGS], "\t")
    lines = "\n".join(json.dumps(song) for song in SONGS).encode()
    parquet, packed = io.BytesIO(), io.BytesIO()
    typed = [{key: str(value) for key, value in song.items()} for song in SONGS]
    pq.write_table(pa.Table.from_pylist(typed), parquet)
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("songs.csv", plain, zipfile.ZIP_DEFLATED)
    zstd = pa.compress(plain, codec="zstd", asbytes=True)
    return [plain, lines, json.dumps(SONGS).encode(), plain.decode().encode("utf-16"),
            parquet.getvalue(), packed.getvalue(), gzip.compress(plain), zstd]  # fmt: skip
