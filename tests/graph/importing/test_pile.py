from pathlib import Path

import numpy as np
import pyarrow as pa

from graph.importing.pile import Pile, chosen
from graph.importing.rows import checked
from graph.importing.scales import scales

SPOTIFY = "4uLU6hMCjMI75M1A2tKUQC"


def batch(*titles: str, popularity: str = "50", track_id: str = "") -> pa.Table:
    n = len(titles)
    columns = {
        "title": pa.array(titles, pa.string()),
        "artist": pa.array(["Artist"] * n, pa.string()),
        "id": pa.array([track_id] * n, pa.string()),
        "popularity": pa.array([popularity] * n, pa.string()),
        "valence": pa.array(["0.5"] * n, pa.string()),
        "energy": pa.array(["0.5"] * n, pa.string()),
    }
    return checked(columns, scales(columns, {})).kept


def test_rows_come_back_in_their_order(tmp_path: Path) -> None:
    with Pile(tmp_path / "pile") as pile:
        pile.add(batch("One", "Two"))
        pile.add(batch())
        pile.add(batch("Three"))

        titles = [title for part in pile.batches() for title in part["title"].to_pylist()]

        assert len(pile) == 3
        assert titles == ["One", "Two", "Three"]


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    with Pile(tmp_path / "pile") as pile:
        pile.add(batch("One"))
        assert (tmp_path / "pile").exists()

    assert list(tmp_path.iterdir()) == []


def test_rows_of_one_song_are_found_across_batches(tmp_path: Path) -> None:
    with Pile(tmp_path / "pile") as pile:
        pile.add(batch("One - Live", "Two", popularity="90"))
        pile.add(batch("One", "Three"))
        pile.add(batch("Else", "Other", track_id=SPOTIFY))

        by_id, by_name = chosen(pile.taken_marks())

    assert by_id.tolist() == [0, 1, 2, 3, 4, 4]
    assert by_name[:5].tolist() == [2, 1, 2, 3, 4]  # the studio version stands for the concert
    assert by_name.dtype == np.int64
