"""OpenCV, which the tests install, samples pictures in the same way and rounds."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.preprocess import sharpness
from inference.warping import LUMA, bordered, inverse, warped


def by_opencv(pixels: np.ndarray, there: np.ndarray, side: int) -> np.ndarray:
    """Return what OpenCV shows in the square."""
    return np.asarray(cv2.warpAffine(pixels, there, (side, side), borderMode=cv2.BORDER_REPLICATE))


def picture(width: int, height: int) -> np.ndarray:
    """Return noise over a gradient, so that every pixel and every channel differs."""
    y, x = np.mgrid[:height, :width]
    slope = np.stack([x, y, x + y], axis=-1) * 255 / (width + height)
    grain = np.random.default_rng(5).integers(-60, 60, slope.shape)
    return (slope + grain).clip(0, 255).astype(np.uint8)


def similarity(x: float, y: float, scale: float, degrees: float, side: int) -> np.ndarray:
    """Return what takes a point of a picture to the middle of a square, scaled and turned."""
    there = np.asarray(cv2.getRotationMatrix2D((x, y), degrees, scale))
    shift = (side - 1) / 2 - np.array([x, y])
    return there + np.column_stack([np.zeros((2, 2)), shift])


@given(
    st.floats(-60, 260),
    st.floats(-60, 200),
    st.floats(0.3, 4),
    st.floats(-180, 180),
    st.sampled_from([48, 96, 192, 300]),
)
def test_square_shows_what_opencv_shows(
    x: float, y: float, scale: float, degrees: float, side: int
):
    pixels, there = picture(200, 140), similarity(x, y, scale, degrees, side)

    square = warped(pixels, there, side)

    # Positions have 24 bits: where neighbours differ by 255 and lie close together, that shows.
    assert np.abs(square - by_opencv(pixels, there, side)).max() < 0.6


def test_gray_square_is_the_luma_of_the_coloured_one():
    pixels, there = picture(200, 140), similarity(90, 70, 1.3, 17, 96)

    gray = warped(pixels, there, 96, gray=True)

    assert gray[..., 0] == pytest.approx(warped(pixels, there, 96) @ LUMA, abs=1e-2)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 9), (9, 1), (2, 2)])
def test_smallest_pictures_have_edges_too(width: int, height: int):
    pixels, there = picture(width, height), similarity(0.4, 0.3, 5, 30, 48)

    square = warped(pixels, there, 48)

    assert np.abs(square - by_opencv(pixels, there, 48)).max() < 0.6


def test_square_beside_the_picture_shows_its_edge():
    pixels = picture(20, 10)

    square = warped(pixels, np.array([[1.0, 0, 500], [0, 1, 0]]), 8)

    assert (square == pixels[:8, :1]).all()


def test_way_back_leads_back():
    there = similarity(30, 40, 2.5, 33, 96)

    assert inverse(there) == pytest.approx(cv2.invertAffineTransform(there))


@pytest.mark.parametrize(("x", "y"), [(0, 0), (7, 0), (0, 7), (60, 40)])
def test_border_repeats_the_edge(x: int, y: int):
    pixels = picture(23, 17)

    framed = bordered(pixels, x, y)

    assert (framed == cv2.copyMakeBorder(pixels, y, y, x, x, cv2.BORDER_REPLICATE)).all()


def test_sharpness_is_the_variance_of_the_laplacian():
    crop = picture(48, 48)[..., 0]

    edges = cv2.Laplacian(crop, cv2.CV_32F)

    assert sharpness(crop) == pytest.approx(edges.var() / (crop.var() + 1))
