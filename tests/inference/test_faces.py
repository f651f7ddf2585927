from io import BytesIO
from math import dist

import numpy as np
import pytest
import skimage
from PIL import Image as Pillow

from inference.detector import turn_of
from inference.faces import Face, choose_face, choose_group
from inference.finder import FaceFinder
from inference.images import Image
from inference.preprocess import eye_distance, roll_degrees
from tests.drawing import draw_picture


def image_of(picture: Pillow.Image) -> Image:
    return Image.of(np.array(picture))


def face_at(left: float, top: float, size: float) -> Face:
    """Return a face whose box is this square."""
    x, y = left + size / 2, top + size / 2
    return Face(
        box=(left, top, left + size, top + size),
        score=0.9,
        eyes=((x - size / 5, y), (x + size / 5, y)),
        turn=0.0,
    )


def test_drawn_face_is_found_where_it_was_drawn(finder: FaceFinder):
    (face,) = finder.find(image_of(draw_picture(640, 480, face=0.5, at=(0.3, 0.6))))

    assert face.centre == pytest.approx((0.3 * 640, 0.6 * 480), abs=40)
    assert eye_distance(face.eyes) == pytest.approx(0.6 * 120, abs=12)
    assert face.turn < 0.2


def test_photograph_shows_one_face(finder: FaceFinder):
    (face,) = finder.find(Image.of(skimage.data.astronaut()))

    left, top, right, bottom = face.box
    assert (left < 224 < right, top < 115 < bottom) == (True, True)  # the nose


def test_small_and_frame_filling_faces_are_found(finder: FaceFinder):
    for share in (0.15, 1.0):
        assert len(finder.find(image_of(draw_picture(640, 480, face=share)))) == 1


def test_empty_picture_has_no_face(finder: FaceFinder):
    assert finder.find(image_of(draw_picture(640, 480, face=0))) == ()


def test_single_pixel_has_no_face(finder: FaceFinder):
    assert finder.find(Image.of(np.zeros((1, 1, 3), np.uint8))) == ()


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_turned_picture_gives_the_same_face_in_its_own_coordinates(finder: FaceFinder, turns: int):
    upright = skimage.data.astronaut()[:400]
    (known,) = finder.find(Image.of(upright.copy()))

    (face,) = finder.find(Image.of(np.ascontiguousarray(np.rot90(upright, turns))))

    # A point (x, y) of the upright picture, carried along by `np.rot90`.
    height, width = upright.shape[:2]
    x, y = known.eyes[0]
    expected = [(x, y), (y, width - x), (width - x, height - y), (height - y, x)][turns]
    assert face.eyes[0] == pytest.approx(expected, abs=4)
    lean = (roll_degrees(face.eyes) - roll_degrees(known.eyes) + 90 * turns) % 360
    assert min(lean, 360 - lean) < 6


def far_away(picture: Pillow.Image, width: int, turns: int = 0) -> Image:
    """Return the picture, so wide, as a part of a wide gray one, turned by quarters of a circle."""
    wide = Pillow.new("RGB", (1200, 900), (120, 120, 120))
    wide.paste(picture.resize((width, width), Pillow.Resampling.BOX), (500, 300))
    return Image.of(np.ascontiguousarray(np.rot90(np.array(wide), turns)))


def test_mesh_finds_the_eyes_of_a_small_face_better(finder: FaceFinder):
    head = Pillow.fromarray(skimage.data.astronaut()[0:240, 110:350])
    (large,) = finder.find(image_of(head))
    before: list[float] = []
    after: list[float] = []
    for width in range(160, 400, 20):
        image = far_away(head, width)
        (found,) = finder.detect(image)
        fitted = finder.fit(image, found)
        true = [(500 + x * width / 240, 300 + y * width / 240) for x, y in large.eyes]
        for errors, eyes in ((before, found.eyes), (after, fitted.eyes)):
            errors.append(max(map(dist, eyes, true)) / dist(*true))
        assert (fitted.box, fitted.score) == (found.box, found.score)

    assert np.mean(after) < np.mean(before) / 2


def test_mesh_of_a_face_that_lies_on_its_side(finder: FaceFinder):
    head = Pillow.fromarray(skimage.data.astronaut()[0:240, 110:350])
    (known,), (face,) = (finder.find(far_away(head, 240, turns=turns)) for turns in (0, 1))

    for (x, y), found in zip(known.eyes, face.eyes, strict=True):
        assert found == pytest.approx((y, 1200 - x), abs=4)
    assert face.points == pytest.approx(known.points @ [[0, -1], [1, 0]] + [0, 1200], abs=8)


def test_mesh_is_not_sure_of_what_is_no_face(finder: FaceFinder):
    ground = Image.of(skimage.data.coffee())
    face = face_at(200, 100, 150)

    assert finder.fit(ground, face).presence < 0.5


@pytest.mark.parametrize("margin", [10, 0, -5])
def test_face_that_fills_the_picture_is_found(finder: FaceFinder, margin: int):
    whole = skimage.data.astronaut()
    (known,) = finder.find(Image.of(whole.copy()))
    left, top, right, bottom = (round(edge) for edge in known.box)
    cut = whole[top - margin : bottom + margin, left - margin : right + margin].copy()

    (face,) = finder.find(Image.of(cut))

    for (x, y), found in zip(known.eyes, face.eyes, strict=True):
        assert found == pytest.approx((x - left + margin, y - top + margin), abs=4)


@pytest.mark.parametrize("name", ["hubble_deep_field", "coffee", "chelsea", "rocket", "page"])
def test_nobody_is_found_where_nobody_is(finder: FaceFinder, name: str):
    pixels = getattr(skimage.data, name)()
    picture = Pillow.fromarray(pixels).convert("RGB")

    assert finder.find(image_of(picture)) == ()


def test_largest_face_comes_first(finder: FaceFinder):
    picture = draw_picture(640, 480, face=0.5, at=(0.7, 0.5))
    picture.paste(draw_picture(200, 480, face=0.25), (0, 0))

    faces = finder.find(image_of(picture))

    assert [face.centre[0] > 320 for face in faces] == [True, False]


def test_largest_of_unequal_faces_is_chosen():
    small, large = face_at(270, 190, 60), face_at(0, 0, 100)

    assert choose_face((small, large), image_of(draw_picture())) is large


def test_most_central_of_like_faces_is_chosen():
    edge, middle = face_at(0, 0, 100), face_at(280, 200, 80)

    assert choose_face((edge, middle), image_of(draw_picture())) is middle


def test_two_close_faces_are_both_found(finder: FaceFinder):
    pair = Pillow.new("RGB", (1024, 512), (120, 120, 120))
    smile = Pillow.fromarray(skimage.data.astronaut()).crop((110, 0, 350, 240))
    pair.paste(smile.resize((512, 512)), (0, 0))
    pair.paste(draw_picture(512, 512, face=0.8), (512, 0))

    found = finder.find(image_of(pair))

    assert sorted(face.centre[0] // 512 for face in found) == [0, 1]


def test_group_goes_from_left_to_right_without_those_in_the_background():
    right, left, behind = face_at(400, 0, 100), face_at(0, 0, 50), face_at(200, 0, 30)

    assert choose_group((right, left, behind)) == (left, right)


def test_group_keeps_the_largest_of_very_many():
    crowd = tuple(face_at(100 * n, 0, 90 + n) for n in range(15))

    assert choose_group(crowd) == crowd[3:]


def test_turn_tells_profile_from_straight_ahead():
    left_ear, right_ear = (0.0, 50.0), (100.0, 50.0)

    assert turn_of((50.0, 70.0), left_ear, right_ear) == pytest.approx(0)
    assert turn_of((100.0, 70.0), left_ear, right_ear) == pytest.approx(1)


def test_every_face_of_a_group_is_found(finder: FaceFinder):
    sheet = Pillow.new("RGB", (960, 480))
    for place in range(6):
        head = draw_picture(320, 240, face=0.6)
        sheet.paste(head, (320 * (place % 3), 240 * (place // 3)))

    assert len(finder.find(image_of(sheet))) == 6


def test_dark_face_is_found(finder: FaceFinder):
    dark = (skimage.data.astronaut() * 0.1).astype(np.uint8)

    assert len(finder.find(Image.of(dark))) == 1


def test_finding_does_not_change_the_picture(finder: FaceFinder):
    picture = draw_picture()
    file = BytesIO()
    picture.save(file, "PNG")
    image = image_of(picture)

    finder.find(image)

    assert np.array_equal(image.pixels, np.asarray(Pillow.open(file)))
