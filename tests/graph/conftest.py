"""Graphs and song files for the tests of this package."""

import csv
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest

from graph.snapshot.store import Snapshot, open_snapshot

Row = Mapping[str, object]
WriteRows = Callable[..., Path]


def song(title: str = "Song", artist: str = "Artist", **values: object) -> Row:
    """One good row, unless the values say otherwise."""
    return {"title": title, "artist": artist, "valence": 0.5, "energy": 0.5, **values}


def silent(_step: str, _done: float) -> None:
    """Progress that nobody hears."""


def songs(n: int, seed: int = 0) -> list[Row]:
    """Rows that differ in everything, spread over the whole plane of feelings."""
    rng = np.random.default_rng(seed)
    names = ("valence", "energy", "danceability", "acousticness")
    return [
        song(
            f"Song {at}",
            f"Artist {at % (n // 2 + 1)}",
            **dict(zip(names, rng.random(4).round(4).tolist(), strict=True)),
            tempo=round(float(rng.uniform(60, 180)), 2),
            genre=("rock", "pop")[at % 2],
            year=1950 + at % 70,
        )
        for at in range(n)
    ]


@pytest.fixture
def write_rows(tmp_path: Path) -> WriteRows:
    """Writes rows as a CSV file."""

    def write(rows: Iterable[Row], name: str = "songs.csv", delimiter: str = ",") -> Path:
        rows = list(rows)
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            columns = list(dict.fromkeys(column for row in rows for column in row))
            writer = csv.DictWriter(file, columns, delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.fixture(scope="session")
def starter(built_graph: Path) -> Snapshot:
    """The starter graph."""
    return open_snapshot(built_graph)
