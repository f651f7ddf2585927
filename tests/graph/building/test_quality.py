import numpy as np
import pytest
from scipy.sparse import csr_array

from graph.building.quality import quality


def test_figures_by_hand() -> None:
    # Two parts: a triangle of which one is of another zone, and a pair of unknown genre.
    edges = np.zeros((5, 5), np.uint8)
    for a, b in ((0, 1), (1, 2), (0, 2), (3, 4)):
        edges[a, b] = edges[b, a] = 1

    figures = quality(csr_array(edges), np.array([0, 0, 1, 3, 3]), np.array([7, 7, 7, -1, -1]))

    assert figures["components"] == 2
    assert figures["coverage"] == pytest.approx(3 / 5)
    assert figures["degree"] == [1, pytest.approx(8 / 5), 2]
    assert figures["hubs"] == pytest.approx(2 / 8)
    assert figures["same_zone"] == pytest.approx(4 / 8)
    assert figures["same_zone_by_chance"] == pytest.approx((4 + 1 + 4) / 25)
    assert figures["same_genre"] == 1
    assert figures["zones"] == {"happy": 2, "angry": 1, "sad": 0, "calm": 2}


def test_no_genre_known_is_not_a_figure() -> None:
    edges = csr_array(np.array([[0, 1], [1, 0]], np.uint8))

    figures = quality(edges, np.array([0, 0]), np.array([-1, -1]))

    assert figures["same_genre"] is None
