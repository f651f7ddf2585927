import numpy as np

from graph.candidates import diverse


def test_diverse_by_hand() -> None:
    # The second is a twin of the first; the third is a little worse and different.
    values = np.array([[0.0, 0.0], [0.0, 0.0], [5.0, 5.0], [9.0, 0.0]])
    scores = np.array([1.0, 0.95, 0.8, 0.1])

    chosen = diverse(values, scores, np.array([1, 2, 3, 1]), 4)

    assert chosen.tolist() == [0, 2, 1]  # the fourth is by the artist of the first
