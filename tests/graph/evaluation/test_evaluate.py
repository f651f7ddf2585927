from pathlib import Path

import numpy as np
import pytest

from graph.__main__ import main
from graph.evaluation.figures import average_precision, interval, ndcg
from tests.graph.conftest import WriteRows, songs


def test_ndcg_by_hand() -> None:
    hits = np.array([True, False, True])

    assert ndcg(hits, 2) == pytest.approx((1 + 0.5) / (1 + 1 / np.log2(3)))
    assert ndcg(np.zeros(3, bool), 0) == 0


def test_average_precision_by_hand() -> None:
    hits = np.array([True, False, True, False])

    assert average_precision(hits) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(np.zeros(3, bool)) == 0


def test_interval_holds_what_was_drawn() -> None:
    rng = np.random.default_rng(0)
    relevant = rng.random(2000) < 0.3

    low, high = interval(rng.random(2000), relevant, 100, rng)

    assert low < 0.3 < high
    assert 0.1 < high - low < 0.3


def test_lists_that_follow_the_sound_are_found(
    write_rows: WriteRows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {
            **row,
            "track_id": f"own.{at}",
            "track_name": row["title"],
            "artists": row["artist"],
            "mood": mood_of(float(str(row["valence"])), float(str(row["energy"]))),
            "source": "S1",
            "list_name": "mine",
            "agree": "1/1",
            "tag_valence": float(str(row["valence"])) - 0.5,
            "tag_arousal": float(str(row["energy"])) - 0.5,
        }
        for at, row in enumerate(songs(1500))
    ]
    table, page = write_rows(rows), tmp_path / "EVALUATION.md"
    options = ["--playlists", str(table), "--lists", str(table), "--people", "2"]

    code = main(["evaluate", str(table), *options, "--to", str(page)])

    lines = [line.partition(" ") for line in capsys.readouterr().out.splitlines()]
    told = {figure.split(" (")[0]: value for value, _, figure in lines}
    assert code == 0
    assert float(told["happy: precision at 100"]) > 0.9
    assert float(told["sad: precision at 100"]) > 0.9
    assert float(told["happy, S1: average precision"]) > 0.8
    assert float(told["lists that share three songs or more"]) < 0.1
    assert "--playlists" in page.read_text(encoding="utf-8")


def mood_of(valence: float, energy: float) -> str:
    """Return the mood of a corner of the plane."""
    return {
        (True, True): "happy",
        (False, True): "angry",
        (False, False): "sad",
        (True, False): "calm",
    }[valence > 0.5, energy > 0.5]


def test_labels_that_follow_the_sound_are_found(
    write_rows: WriteRows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {
            **row,
            "track_id": f"own.{at}",
            "tag_valence": float(str(row["valence"])) - 0.5,
            "tag_arousal": float(str(row["energy"])) - 0.5,
        }
        for at, row in enumerate(songs(1500))
    ]
    page = tmp_path / "EVALUATION.md"

    code = main(["evaluate", str(write_rows(rows)), "--to", str(page), "--people", "8"])

    told = capsys.readouterr().out
    assert code == 0
    assert "1.000 happy: precision at 10 (" in told
    assert "0.000 repeats: share heard before" in told
    assert "songs.csv --seed 0 --people 8`" in page.read_text(encoding="utf-8")
    assert "Artist" not in page.read_text(encoding="utf-8")


def test_table_without_labels_is_refused(
    write_rows: WriteRows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["evaluate", str(write_rows(songs(20))), "--to", str(tmp_path / "page.md")])

    assert code == 1
    assert "expected track_id, tag_valence, tag_arousal" in capsys.readouterr().err
