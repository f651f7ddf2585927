from io import BytesIO
from math import dist

import numpy as np
import pytest
import skimage
from PIL import Image as Pillow

from inference.faces import Face, FaceFinder, choose_face
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
        nose=(x, y + size / 5),
        ears=((left, y), (left + size, y)),
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
    x, y = known.nose
    expected = [(x, y), (y, width - x), (width - x, height - y), (height - y, x)][turns]
    assert face.nose == pytest.approx(expected, abs=8)
    lean = (roll_degrees(face.eyes) - roll_degrees(known.eyes) + 90 * turns) % 360
    assert min(lean, 360 - lean) < 6


def far_away(picture: Pillow.Image, width: int, turns: int = 0) -> Image:
    """Return the picture, so wide, as a part of a wide gray one, turned by quarters of a circle."""
    wide = Pillow.new("RGB", (1200, 900), (120, 120, 120))
    wide.paste(picture.resize((width, width), Pillow.Resampling.BOX), (500, 300))
    return Image.of(np.ascontiguousarray(np.rot90(np.array(wide), turns)))


def test_closer_look_finds_the_eyes_of_a_small_face_better(finder: FaceFinder):
    head = Pillow.fromarray(skimage.data.astronaut()[0:240, 110:350])
    (large,) = finder.find(image_of(head))
    before: list[float] = []
    after: list[float] = []
    for width in range(160, 400, 20):
        image = far_away(head, width)
        (face,) = finder.find(image)
        closer = finder.look_closer(image, face)
        true = [(500 + x * width / 240, 300 + y * width / 240) for x, y in large.eyes]
        for errors, eyes in ((before, face.eyes), (after, closer.eyes)):
            errors.append(max(map(dist, eyes, true)) / dist(*true))
        assert (closer.box, closer.score) == (face.box, face.score)

    assert np.mean(after) < np.mean(before) / 2


def test_closer_look_at_a_face_that_lies_on_its_side(finder: FaceFinder):
    head = Pillow.fromarray(skimage.data.astronaut()[0:240, 110:350])
    upright, lying = far_away(head, 240), far_away(head, 240, turns=1)
    known = finder.look_closer(upright, finder.find(upright)[0])

    face = finder.look_closer(lying, finder.find(lying)[0])

    for (x, y), found in zip(known.eyes, face.eyes, strict=True):
        assert found == pytest.approx((y, 1200 - x), abs=6)


def test_face_that_fills_the_picture_is_as_it_was_found(finder: FaceFinder):
    image = Image.of(skimage.data.astronaut()[0:240, 110:350].copy())
    (face,) = finder.find(image)

    assert finder.look_closer(image, face) is face


def test_closer_look_that_shows_no_such_face_changes_nothing(finder: FaceFinder):
    beside = face_at(100, 100, 60)  # the head of the picture is at its right edge
    picture = draw_picture(1200, 900, face=0.2, at=(0.2, 0.2))

    assert finder.look_closer(image_of(draw_picture(1200, 900, face=0)), beside) is beside
    assert finder.look_closer(image_of(picture), beside) is beside


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


def test_turn_tells_profile_from_straight_ahead():
    straight = face_at(0, 0, 100)
    profile = Face(straight.box, 0.9, straight.eyes, (100.0, 60.0), straight.ears)

    assert straight.turn == pytest.approx(0)
    assert profile.turn == pytest.approx(1)


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
