from itertools import starmap
from math import cos, radians, sin
from pathlib import Path

import numpy as np
import pytest
import skimage
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from inference.finder import FaceFinder
from inference.images import Image
from inference.preprocess import (
    EYE_DISTANCE,
    EYE_LINE,
    LIT,
    SIDE,
    Eyes,
    crop_face,
    crop_transform,
    cut_face,
    eye_distance,
    lighten,
    middle_of,
    share_inside,
)
from inference.stills import decode_photo

coordinates = st.floats(0, 2000)


def dots(eyes: Eyes, size: int = 400) -> Image:
    """Return a gray picture with a white disc at each eye."""
    y, x = np.mgrid[:size, :size]
    pixels = np.full((size, size, 3), 60, np.uint8)
    for eye_x, eye_y in eyes:
        pixels[(x - eye_x) ** 2 + (y - eye_y) ** 2 <= 8**2] = 255
    return Image.of(pixels)


def centre_of(bright: np.ndarray) -> tuple[float, float]:
    """Return the centre of mass (x, y) of what is brighter than the ground."""
    weights = np.clip(bright.astype(float) - 62, 0, None)
    y, x = np.mgrid[: bright.shape[0], : bright.shape[1]]
    return float((x * weights).sum() / weights.sum()), float((y * weights).sum() / weights.sum())


@pytest.mark.parametrize("degrees", [0, 20, -45, 90, 180])
def test_eyes_lie_level_at_their_places(degrees: float):
    dx, dy = 50 * cos(radians(degrees)), 50 * sin(radians(degrees))
    eyes = ((200 - dx, 200 - dy), (200 + dx, 200 + dy))

    crop = cut_face(dots(eyes), eyes)

    left_x, left_y = centre_of(crop[:, : SIDE // 2])
    right_x, right_y = centre_of(crop[:, SIDE // 2 :])
    assert left_y == pytest.approx(EYE_LINE * SIDE - 0.5, abs=0.3)
    assert right_y == pytest.approx(left_y, abs=0.3)
    assert right_x + SIDE // 2 - left_x == pytest.approx(EYE_DISTANCE * SIDE, abs=0.5)
    assert (left_x + right_x + SIDE // 2) / 2 == pytest.approx((SIDE - 1) / 2, abs=0.3)


@given(coordinates, coordinates, coordinates, coordinates, st.floats(0, 1))
def test_transform_is_a_similarity(ax: float, ay: float, bx: float, by: float, turn: float):
    matrix = crop_transform(((ax, ay), (bx, by)), SIDE, turn=turn)[:, :2]

    scale = np.hypot(*matrix[0])
    assert np.allclose(matrix @ matrix.T, scale**2 * np.eye(2))
    assert np.linalg.det(matrix) > 0


def test_gray_is_pillows():
    pixels = np.random.default_rng(1).integers(0, 256, (3, 3), np.uint8)[:, None, :]
    eyes = ((90.0, 100.0), (110.0, 100.0))
    for pixel in pixels:
        image = Image.of(np.tile(pixel, (200, 200, 1)))
        luma = np.asarray(Pillow.fromarray(image.pixels).convert("L"))

        level = int(crop_face(image, eyes)[20, 20])

        assert abs(level - max(int(luma[0, 0]), LIT)) <= 1


def test_large_face_is_averaged_and_not_sampled():
    """A checkerboard of single pixels is gray from afar; looking at single pixels shows black."""
    board = (np.indices((1200, 1200)).sum(axis=0) % 2 * 255).astype(np.uint8)
    image = Image.of(np.repeat(board[:, :, None], 3, axis=2))

    crop = cut_face(image, ((450.3, 600.4), (750.9, 601.2)))

    assert crop.std() < 20
    assert crop.mean() == pytest.approx(127.5, abs=3)


def test_edge_of_the_picture_is_repeated():
    image = Image.of(np.full((60, 60, 3), 220, np.uint8))

    crop = crop_face(image, ((2.0, 20.0), (40.0, 20.0)))

    assert (crop == 220).all()


def test_dark_face_becomes_as_bright_as_training_pictures():
    crop = np.random.default_rng(1).integers(0, 25, (SIDE, SIDE), np.uint8)

    assert np.quantile(lighten(crop), 0.95) == pytest.approx(LIT, abs=12)
    assert lighten(np.zeros((SIDE, SIDE), np.uint8)).max() == 0


def test_dark_face_before_a_bright_wall_is_brought_to_light_too():
    crop = np.full((SIDE, SIDE), 250, np.uint8)
    crop[1:, 5:43] = np.random.default_rng(1).integers(20, 90, (47, 38), np.uint8)

    lit = lighten(crop)

    assert np.quantile(lit[1:, 5:43], 0.95) == pytest.approx(LIT, abs=10)
    assert lit[0, 0] == 255


def test_well_lit_face_is_left_alone():
    crop = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE), np.uint8)

    assert np.array_equal(lighten(crop), crop)


def test_share_inside_counts_what_the_picture_holds():
    image = Image.of(np.zeros((400, 400, 3), np.uint8))
    middle = ((180.0, 200.0), (220.0, 200.0))
    corner = ((-20.0, 0.0), (20.0, 0.0))

    assert share_inside(image, middle, turn=0) == 1
    assert share_inside(image, corner, turn=0) == pytest.approx(0.5 * (1 - EYE_LINE), abs=0.02)


def test_photograph_is_framed_like_the_training_pictures(finder: FaceFinder):
    """Where the eyes and the mouth come to lie, judged by the detector on the crop itself."""
    image = Image.of(skimage.data.astronaut())
    (face,) = finder.find(image)
    crop = crop_face(image, face.eyes, turn=face.turn)
    margin, times = 16, 4
    framed = np.pad(crop, margin, mode="edge").repeat(times, 0).repeat(times, 1)

    (again,) = finder.find_upright(Image.of(np.repeat(framed[:, :, None], 3, axis=2)))

    (left_x, left_y), (right_x, right_y) = starmap(
        lambda x, y: (x / times - margin, y / times - margin), again.eyes
    )
    # Four fifths of the training pictures lie between these.
    assert 0.29 < (right_x - left_x) / SIDE < 0.41
    assert 0.31 < (left_y + right_y) / 2 / SIDE < 0.45


def reframed(eyes: Eyes, *, zoom: float, drop: float) -> Eyes:
    """Return other points, for which the crop shows `zoom` times as much, and lower by `drop`."""
    (left_x, left_y), (right_x, right_y) = eyes
    x, y = middle_of(eyes)
    y += drop * eye_distance(eyes)
    reach_x, reach_y = zoom * (right_x - left_x) / 2, zoom * (right_y - left_y) / 2
    return (x - reach_x, y - reach_y), (x + reach_x, y + reach_y)


@pytest.mark.shared
def test_no_other_framing_is_more_like_the_training_pictures(
    finder: FaceFinder, photos: Path, fer2013: Path
):
    sheet = np.asarray(Pillow.open(fer2013 / "test_faces.png").convert("L"))
    rows = sheet.reshape(-1, SIDE, 85, SIDE).swapaxes(1, 2).reshape(-1, SIDE, SIDE)[:7178]
    mean = rows.mean(axis=0).ravel()
    names = "selfie_single webcam_happy webcam_sad webcam_anger webcam_surprised webcam_fear"
    more = "glasses dark_stage far_person two_men partial_face_left group_5_friends"
    files = [photos / f"{name}.jpg" for name in f"{names} {more}".split()]
    images = [decode_photo(file.read_bytes()) for file in files]
    faces = [finder.find(image)[0] for image in images]

    def likeness(zoom: float, drop: float) -> float:
        crops = [
            crop_face(image, reframed(face.eyes, zoom=zoom, drop=drop), turn=face.turn)
            for image, face in zip(images, faces, strict=True)
        ]
        return float(np.corrcoef(np.mean(crops, axis=0).ravel(), mean)[0, 1])

    chosen = likeness(1.0, 0.0)
    assert chosen > 0.4
    for zoom, drop in ((0.85, 0.0), (1.15, 0.0), (1.0, -0.15), (1.0, 0.15)):
        assert chosen > likeness(zoom, drop)
