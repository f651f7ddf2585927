import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageFilter
from skimage import data

from inference.finder import UPRIGHT, FaceFinder, is_blurred
from inference.following import DETECT_EVERY, Followed, Follower
from inference.images import Image
from tests.drawing import draw_picture

PORTRAIT = Pillow.fromarray(data.astronaut())


def image_of(picture: Pillow.Image) -> Image:
    return Image.of(np.array(picture))


def followed(finder: FaceFinder, images: list[Image]) -> list[Followed | None]:
    follower, last = Follower(finder, images), None
    found = []
    for place in range(len(images)):
        last = follower.see(place, last)
        found.append(last)
    return found


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_person_is_found_whichever_way_up_the_clip_is(finder: FaceFinder, turns: int):
    upright = image_of(PORTRAIT)
    turned = Image.of(np.ascontiguousarray(np.rot90(upright.pixels, -turns)))

    seen = followed(finder, [turned] * 5)

    assert all(person is not None for person in seen)
    assert all(person.face.uprightness(turns) > UPRIGHT for person in seen if person)


def test_mesh_follows_a_face_between_the_looks_of_the_detector(finder: FaceFinder):
    """The box moves with the face, also in the frames at which the detector does not look."""
    step = 12
    images = [
        image_of(PORTRAIT.transform(PORTRAIT.size, Pillow.Transform.AFFINE, (1, 0, -x, 0, 1, 0)))
        for x in range(0, step * DETECT_EVERY, step)
    ]

    seen = followed(finder, images)

    centres = [person.face.centre[0] for person in seen if person]
    assert np.diff(centres) == pytest.approx([step] * (DETECT_EVERY - 1), abs=3)
    sizes = [person.face.size for person in seen if person]
    assert sizes == pytest.approx([sizes[0]] * DETECT_EVERY, rel=0.05)


def test_person_who_leaves_is_not_followed(finder: FaceFinder):
    face, nobody = draw_picture(face=0.6), draw_picture(face=0)

    seen = followed(finder, [image_of(picture) for picture in (face, face, nobody, nobody)])

    assert [person is not None for person in seen] == [True, True, False, False]


@pytest.mark.parametrize(("blur_px", "expected"), [(0, False), (5, True)])
def test_face_that_the_mesh_doubts_counts_only_where_it_is_blurred(
    finder: FaceFinder, blur_px: int, expected: bool
):
    image = image_of(PORTRAIT.filter(ImageFilter.GaussianBlur(blur_px)))
    face = finder.detect(image)[0]

    assert is_blurred(image, face, presence=0.3) == expected
