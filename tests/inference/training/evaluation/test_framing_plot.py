"""The picture of both sides: drawn of drawn faces."""

from pathlib import Path

import numpy as np
import pytest

from inference.finder import FaceFinder
from inference.preprocess import SIDE
from inference.training.data.framing import serving_crops
from inference.training.evaluation.framing_plot import ENOUGH_FOR_A_FACE, draw_framing
from tests.drawing import draw_face


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Two faces, a picture without one, and something that is no picture."""
    for name, content in {
        "a.jpg": draw_face(),
        "b.jpg": draw_face(320, 240),
        "c.jpg": draw_face(face=0),
        "d.txt": b"words",
    }.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_every_face_of_a_folder_is_cropped(photos: Path) -> None:
    finder = FaceFinder()

    crops = serving_crops(photos, finder)

    finder.close()
    assert crops.shape == (2, SIDE, SIDE)


def test_both_sides_are_drawn(photos: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (ENOUGH_FOR_A_FACE, SIDE, SIDE), np.uint8)

    left, _, right = draw_framing(noise, photos).axes

    assert left.get_title(loc="left") == "Mean of 1,000 pictures"
    assert len(right.lines) == 3  # both sides, and the line of the eyes


def test_a_mean_that_might_show_somebody_is_not_drawn() -> None:
    few = np.zeros((ENOUGH_FOR_A_FACE - 1, SIDE, SIDE), np.uint8)

    with pytest.raises(ValueError, match="1000 pictures"):
        draw_framing(few, None)
