import numpy as np
import pytest

from graph.feelings.bridge import around, cell_arrays, start
from inference.emotions import Emotion, EmotionScores


@pytest.mark.parametrize("n", [1, 7, 500, 20_000])
def test_every_node_lies_in_one_square(n: int) -> None:
    places = np.random.default_rng(0).random((n, 2))

    cells = cell_arrays(places)

    assert sorted(cells["cell_nodes"].tolist()) == list(range(n))
    assert cells["cell_starts"][-1] == n


@pytest.mark.parametrize("place", [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (0.99, 0.01)])
def test_all_that_is_near_is_around(place: tuple[float, float]) -> None:
    places = np.random.default_rng(1).random((20_000, 2))
    cells = cell_arrays(places)

    found = around(cells["cell_nodes"], cells["cell_starts"], np.array(place))

    near = np.flatnonzero(np.linalg.norm(places - place, axis=1) < 0.08)
    assert set(near.tolist()) <= set(found.tolist())
    assert len(found) < 4000


def test_start_by_hand() -> None:
    assert start(EmotionScores.only(Emotion.SAD)) == pytest.approx([0.12, 0.12])
    assert start(EmotionScores.only(Emotion.ANGRY)) == pytest.approx([0.12, 0.88])
