from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image as Pillow

from inference.__main__ import main
from inference.drawing import (
    EDGE,
    FRAME,
    crop_corners,
    draw_near,
    draw_picture,
    draw_sights,
    labelled,
    per_row,
)
from inference.images import Image
from inference.media import Media
from inference.reader import Reader
from tests.drawing import as_file, clip_of

ASTRONAUT = Pillow.fromarray(skimage.data.astronaut())


def test_frame_of_the_crop_is_drawn_around_the_eyes(reader: Reader):
    sights = reader.look(Media.of(as_file(ASTRONAUT, "PNG")))

    drawn = np.asarray(draw_picture(sights)).astype(int)

    assert max(drawn.shape) == 960
    y, x = np.nonzero(np.abs(drawn - FRAME).max(axis=2) < 4)
    scale = 960 / 512
    (left, eye_y), (right, _) = sights[0].face.eyes
    assert x.min() < left * scale < right * scale < x.max()
    assert y.min() < eye_y * scale < y.max()


def test_crop_stands_below_beside_the_face_from_near(reader: Reader):
    (sight,) = reader.look(Media.of(as_file(ASTRONAUT, "PNG")))

    drawn = draw_sights([sight])

    assert drawn.size == (960, 960 + 480)
    enlarged = drawn.crop((480 + 92, 960 + 92, 960 - 92, 1440 - 92)).convert("L").resize((48, 48))
    assert np.corrcoef(np.asarray(enlarged).ravel(), sight.crop.ravel())[0, 1] > 0.98


def test_each_of_eleven_faces_has_a_number_above_its_frame(reader: Reader):
    (sight,) = reader.look(Media.of(as_file(ASTRONAUT, "PNG")))
    places = [(40 + 110 * (n % 4), 40 + 150 * (n // 4)) for n in range(11)]
    small = sight.face.scaled(0.5)
    faces = [small.moved(x - small.box[0], y - small.box[1]) for x, y in places]
    plain = Image.of(np.full((512, 512, 3), 128, np.uint8))
    sights = [replace(sight, face=face, image=plain) for face in faces]

    drawn = np.asarray(draw_picture(sights)).astype(int)

    for sight in sights:
        corners = 960 / 512 * np.array(crop_corners(sight))
        x, y = corners[:, 0].mean(), corners[:, 1].min()
        assert np.abs(drawn[round(y) - 4, round(x)] - EDGE).max() < 4
    assert draw_sights(sights).size == (960, 960 + 3 * 240)


@pytest.mark.parametrize(("n", "columns"), [(2, 2), (3, 3), (4, 4), (5, 3), (7, 4), (11, 4)])
def test_rows_of_faces_are_filled(n: int, columns: int):
    assert per_row(n) == columns


def test_clip_is_drawn_as_six_moments(reader: Reader):
    sights = reader.look(Media.of(clip_of([ASTRONAUT.crop((0, 0, 448, 448))] * 8)))

    assert draw_sights(sights).size == (960, 640)


def test_label_is_not_cut_by_a_rounded_corner():
    radius = 960 / 20
    tile = np.asarray(labelled(Pillow.new("RGB", (320, 320), "white"), "0.0 s"))

    y, x = np.nonzero(tile.min(axis=2) < 128)

    cut = (x < radius) & (y < radius) & (np.hypot(x - radius, y - radius) > radius)
    assert len(x) > 500
    assert not cut.any()


def test_clip_upside_down_is_drawn_upright(reader: Reader):
    upright = reader.look(Media.of(clip_of([ASTRONAUT] * 2)))[0]
    turned = reader.look(Media.of(clip_of([ASTRONAUT.rotate(180)] * 2)))[0]

    one, other = (np.asarray(draw_near(sight, 160).convert("L")) for sight in (upright, turned))

    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.9
    assert np.corrcoef(one.ravel(), other[::-1, ::-1].ravel())[0, 1] < 0.5


def test_command_draws_a_file(tmp_path: Path):
    picture, drawn = tmp_path / "in.png", tmp_path / "out.png"
    picture.write_bytes(as_file(ASTRONAUT, "PNG"))

    assert main(["draw", str(picture), "-o", str(drawn)]) == 0

    with Pillow.open(drawn) as result:
        assert result.size == (960, 1440)


def test_command_refuses_a_picture_of_nobody(tmp_path: Path):
    picture = tmp_path / "in.png"
    picture.write_bytes(as_file(Pillow.new("RGB", (64, 64), "gray"), "PNG"))

    assert main(["draw", str(picture), "-o", str(tmp_path / "out.png")]) == 1
    assert not (tmp_path / "out.png").exists()
