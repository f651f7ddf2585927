from pathlib import Path

import numpy as np
import skimage
from PIL import Image as Pillow

from inference.__main__ import main
from inference.drawing import FRAME, draw_sights
from inference.media import Media
from inference.reader import Reader
from tests.drawing import as_file, clip_of

ASTRONAUT = Pillow.fromarray(skimage.data.astronaut())


def test_frame_of_the_crop_is_drawn_around_the_eyes(reader: Reader):
    sights = reader.look(Media.of(as_file(ASTRONAUT, "PNG")))

    drawn = np.asarray(draw_sights(sights)).astype(int)

    assert max(drawn.shape) == 960
    y, x = np.nonzero(np.abs(drawn - FRAME).max(axis=2) < 4)
    scale = 960 / 512
    (left, eye_y), (right, _) = sights[0].face.eyes
    assert x.min() < left * scale < right * scale < x.max()
    assert y.min() < eye_y * scale < y.max()


def test_clip_is_drawn_as_a_strip(reader: Reader):
    sights = reader.look(Media.of(clip_of([ASTRONAUT.crop((0, 0, 448, 448))] * 8)))

    assert draw_sights(sights).size == (6 * 320, 320)


def test_command_draws_a_file(tmp_path: Path):
    picture, drawn = tmp_path / "in.png", tmp_path / "out.png"
    picture.write_bytes(as_file(ASTRONAUT, "PNG"))

    assert main(["draw", str(picture), "-o", str(drawn)]) == 0

    with Pillow.open(drawn) as result:
        assert result.size == (960, 960)


def test_command_refuses_a_picture_of_nobody(tmp_path: Path):
    picture = tmp_path / "in.png"
    picture.write_bytes(as_file(Pillow.new("RGB", (64, 64), "gray"), "PNG"))

    assert main(["draw", str(picture), "-o", str(tmp_path / "out.png")]) == 1
    assert not (tmp_path / "out.png").exists()
