import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from graph.arrays import standardised
from graph.building.features import distinct, features


def table(**columns: list[float | None]) -> pa.Table:
    n = len(next(iter(columns.values())))
    names = (
        "valence energy danceability acousticness instrumentalness liveness speechiness loudness "
        "tempo key mode"
    )
    return pa.table(
        {name: pa.array(columns.get(name, [None] * n), pa.float32()) for name in names.split()}
    )


def test_standardised_by_hand() -> None:
    column = standardised(np.array([1.0, 3.0, np.nan]))

    assert column.tolist() == [-1, 1, 0]


def test_freak_value_is_held_in() -> None:
    column = standardised(np.array([0.0] * 999 + [1.0]))

    assert column.max() == 5


def test_missing_columns_take_no_part() -> None:
    found = features(table(valence=[0.1, 0.5, 0.9], energy=[0.2, 0.2, 0.8]))

    assert found.names == ("valence", "energy")
    assert found.values.shape == (3, 2)


def test_column_known_of_few_takes_no_part() -> None:
    found = features(table(valence=[0.1, 0.5], energy=[0.2, 0.9], tempo=[120, None]))

    assert "tempo" not in found.names


def test_key_is_a_circle() -> None:
    n = 12
    found = features(
        table(valence=[i / n for i in range(n)], energy=[0.5] * n, key=[float(i) for i in range(n)])
    )
    circle = found.values[:, [found.names.index("key_sine"), found.names.index("key_cosine")]]

    steps = np.linalg.norm(circle - np.roll(circle, 1, axis=0), axis=1)

    assert steps == pytest.approx(np.full(n, steps[0]), abs=1e-5)


def test_equal_sounds_share_a_node() -> None:
    found = features(table(valence=[0.1, 0.5, 0.1], energy=[0.2, 0.9, 0.2]))

    assert found.values.shape == (2, 2)
    assert found.node.tolist() == [0, 1, 0]


@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 30), st.just(3)),
        elements=st.sampled_from([0, -0.0, 0.5, 1]),
    )
)
def test_distinct_agrees_with_numpy(rows: np.ndarray) -> None:
    first, kinds = distinct(rows)

    assert np.array_equal(rows[first][kinds], rows)
    assert len(first) == len(np.unique(rows + np.float32(0), axis=0))
