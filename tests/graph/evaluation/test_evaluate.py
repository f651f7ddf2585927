from pathlib import Path

import numpy as np
import pytest

from graph.__main__ import main
from graph.evaluation import evaluate
from tests.graph.conftest import WriteRows, songs


def test_ndcg_by_hand() -> None:
    hits = np.array([True, False, True])

    assert evaluate.ndcg(hits, 2) == pytest.approx((1 + 0.5) / (1 + 1 / np.log2(3)))
    assert evaluate.ndcg(np.zeros(3, bool), 0) == 0


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

    code = main(["evaluate", str(write_rows(rows)), "--to", str(page), "--people", "40"])

    told = capsys.readouterr().out
    assert code == 0
    assert "1.000 happy: precision at 10 (" in told
    assert "0.000 repeats: share heard before" in told
    assert "songs.csv --seed 0 --people 40`" in page.read_text(encoding="utf-8")
    assert "Artist" not in page.read_text(encoding="utf-8")


def test_table_without_labels_is_refused(
    write_rows: WriteRows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["evaluate", str(write_rows(songs(20))), "--to", str(tmp_path / "page.md")])

    assert code == 1
    assert "expected track_id, tag_valence, tag_arousal" in capsys.readouterr().err
