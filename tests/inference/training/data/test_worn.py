"""Glasses and fringes painted on faces, in training and for the model card."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.preprocess import EYE_LINE, SIDE
from inference.training.data.worn import fringe, glasses, put_on

seeds = st.integers(0, 2**32 - 1)
FACE = np.random.default_rng(0).integers(60, 200, (SIDE, SIDE), np.uint8)


@given(seed=seeds)
def test_pair_is_drawn_around_the_eyes_and_leaves_the_mouth(seed: int):
    kept, added = glasses(np.random.default_rng(seed))

    assert kept.shape == added.shape == (SIDE, SIDE)
    assert 0 <= kept.min() <= kept.max() <= 1
    assert added.min() >= 0
    rows = np.average(np.arange(SIDE), weights=(1 - kept).sum(axis=1))
    assert rows == pytest.approx(EYE_LINE * SIDE, abs=6)
    below = int(0.72 * SIDE)
    assert (kept[below:].mean(), added[below:].mean()) == pytest.approx((1, 0), abs=0.01)


@given(seed=seeds)
def test_face_shows_through(seed: int):
    worn = put_on(FACE, glasses(np.random.default_rng(seed)))

    assert (worn.shape, worn.dtype) == (FACE.shape, FACE.dtype)
    changed = (np.abs(worn.astype(int) - FACE) > 1).mean()
    assert 0.02 < changed < 0.5


def test_rims_are_mostly_darker_than_skin():
    light = np.full((SIDE, SIDE), 180, np.uint8)
    frames = [put_on(light, glasses(np.random.default_rng(seed))).min() for seed in range(40)]

    assert np.mean(np.array(frames) < 120) > 0.6


@given(seed=seeds)
def test_fringe_hangs_from_above_and_leaves_the_mouth(seed: int):
    layer = fringe(np.random.default_rng(seed))

    assert layer.kept[:4].max() < 0.3
    below = int(0.85 * SIDE)
    assert (layer.kept[below:].min(), layer.added[below:].max()) == pytest.approx((1, 0), abs=0.01)
    assert 0 <= layer.added.min() <= layer.added.max() <= 255
