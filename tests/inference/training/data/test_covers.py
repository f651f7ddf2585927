"""Things painted before a face, and the rows that a person judged."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.preprocess import SIDE
from inference.training.data.covers import COVERS, paint
from inference.training.data.dataset import Split
from inference.training.data.drawing import smooth
from inference.training.evaluation.judged import Judged, glasses_in_public

FACES = np.random.default_rng(0).integers(60, 200, (12, SIDE, SIDE), np.uint8)
seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("kind", COVERS)
@given(seed=seeds)
def test_cover_hides_part_of_the_face_and_leaves_the_rest(kind: str, seed: int):
    face = FACES[0]

    covered = COVERS[kind](face, np.random.default_rng(seed))

    assert (covered.shape, covered.dtype) == (face.shape, face.dtype)
    changed = (np.abs(covered.astype(int) - face) > 1).mean()
    assert 0.03 < changed < 0.75


def test_same_chance_paints_the_same():
    one, other = (paint(FACES, np.random.default_rng(5)) for _ in range(2))

    assert np.array_equal(one, other)
    assert not np.array_equal(one, paint(FACES, np.random.default_rng(6)))


def test_smoothing_takes_the_grain_and_keeps_the_edge():
    face = np.full((SIDE, SIDE), 60, np.uint8)
    face[:, SIDE // 2 :] = 200
    grainy = (
        (face + np.random.default_rng(1).normal(0, 6, face.shape)).clip(0, 255).astype(np.uint8)
    )

    smoothed = smooth(grainy).astype(float)

    assert smoothed[:, : SIDE // 2 - 2].std() < 4
    assert smoothed[:, SIDE // 2 + 2 :].mean() - smoothed[:, : SIDE // 2 - 2].mean() > 130


@pytest.mark.parametrize("split", [Split.TRAINING, Split.PUBLIC])
def test_no_row_was_judged_in_two_ways(split: Split):
    judged = Judged.of(split)

    for one, other in combinations((judged.covered, judged.clear, judged.unclear), 2):
        assert not set(one) & set(other)
        assert len(np.unique(one)) == len(one) > 20


def test_glasses_are_listed_once_and_few_of_them_cover_a_face():
    rows, judged = glasses_in_public(), Judged.of(Split.PUBLIC)

    assert len(np.unique(rows)) == len(rows) > 100
    assert len(np.intersect1d(rows, judged.covered)) < 5
