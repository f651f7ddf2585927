"""Covered faces: a photograph with things painted over it at full size, and real pictures."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image as Pillow
from PIL import ImageDraw

from inference.classifier import Classifier
from inference.cover import CoverFinder
from inference.errors import InferenceError, ModelError
from inference.faces import Face, choose_face
from inference.finder import FaceFinder
from inference.images import Image
from inference.looks import MIN_INSIDE, look
from inference.media import Frame, Media
from inference.preprocess import crop_face, share_inside
from inference.quantised import MODELS
from inference.reader import Reader
from inference.reading import Advice
from inference.stills import decode_photo
from tests.drawing import as_file

ASTRONAUT = Pillow.fromarray(skimage.data.astronaut())
# Where eyes, nose and chin of that face are, in pixels.
LEFT_EYE, RIGHT_EYE, NOSE, CHIN = (207, 107), (242, 107), (224, 128), (224, 166)


def with_mask(pen: ImageDraw.ImageDraw) -> None:
    """A white surgical mask with two folds."""
    x, top = NOSE
    shape = [(x, top - 6), (x + 40, top), (x + 34, CHIN[1]), (x, CHIN[1] + 8), (x - 34, CHIN[1])]
    pen.polygon([*shape, (x - 40, top)], fill=(225, 232, 238))
    for fold in (14, 26):
        pen.line([(x - 34, top + fold), (x + 34, top + fold)], fill=(200, 208, 215), width=2)


def with_sunglasses(pen: ImageDraw.ImageDraw) -> None:
    for x, y in (LEFT_EYE, RIGHT_EYE):
        pen.ellipse((x - 16, y - 12, x + 16, y + 14), fill=(18, 18, 22))
    pen.line([LEFT_EYE, RIGHT_EYE], fill=(18, 18, 22), width=4)


def with_phone(pen: ImageDraw.ImageDraw) -> None:
    x, y = NOSE
    pen.rectangle((x - 26, y, x + 26, y + 90), fill=(30, 30, 34))
    pen.ellipse((x - 20, y + 6, x - 10, y + 16), fill=(80, 80, 90))


def painted(cover: Callable[[ImageDraw.ImageDraw], None]) -> Pillow.Image:
    picture = ASTRONAUT.copy()
    cover(ImageDraw.Draw(picture))
    return picture


@pytest.fixture(scope="module")
def cover() -> CoverFinder:
    return CoverFinder()


@pytest.mark.parametrize("thing", [with_mask, with_sunglasses, with_phone])
def test_what_lies_before_the_face_is_told(reader: Reader, thing):
    reading = reader.read(Media.of(as_file(painted(thing), "PNG")))

    assert Advice.COVERED in reading.advice


def test_hidden_mouth_makes_the_reading_unsure_and_a_broad_smile_does_not(reader: Reader):
    clear, masked, smiling = (
        reader.read(Media.of(as_file(picture, "PNG")))
        for picture in (ASTRONAUT, painted(with_mask), painted(with_sunglasses))
    )

    assert (clear.certain, masked.certain, smiling.certain) == (True, False, True)
    enough = Classifier().settings.certain_above
    assert masked.scores[masked.emotion] > enough  # for a face that shows its mouth


def test_clear_face_counts_more_than_the_same_one_covered(finder: FaceFinder, cover: CoverFinder):
    """In a clip, a hand that passes before the face does not decide."""

    def quality(picture: Pillow.Image, face: Face) -> float:
        image = Image.of(np.asarray(picture))
        return look(Frame(0.0, image), face, 1, cover).quality

    image = Image.of(np.asarray(ASTRONAUT))
    face = choose_face(finder.find(image), image)

    assert quality(painted(with_mask), face) < quality(ASTRONAUT, face) / 2


@pytest.mark.shared
def test_sunglasses_among_five_friends_are_noticed(
    finder: FaceFinder, cover: CoverFinder, photos: Path
):
    image = decode_photo((photos / "group_5_friends.jpg").read_bytes())

    covered = [
        cover.is_covered(crop_face(image, face.eyes, turn=face.turn)) for face in finder.find(image)
    ]

    assert sorted(covered) == [False, False, False, False, True]


@pytest.mark.shared
def test_no_clear_face_in_real_pictures_is_called_covered(
    finder: FaceFinder, cover: CoverFinder, photos: Path
):
    """Glasses, beards, darkness and small faces included."""
    called = {}
    for path in sorted(photos.glob("*.*")):
        try:
            image = decode_photo(path.read_bytes())
        except InferenceError:
            continue
        for face in finder.find(image):
            if share_inside(image, face.eyes, turn=face.turn) >= MIN_INSIDE:
                crop = crop_face(image, face.eyes, turn=face.turn)
                called[path.name, face.box] = cover.is_covered(crop)

    assert len(called) > 35
    assert [name for (name, _), covered in called.items() if covered] == ["group_5_friends.jpg"]


@pytest.mark.parametrize("name", ["cover.tflite", "cover.json"])
def test_missing_file_is_told_with_its_folder(tmp_path: Path, name: str):
    models = Path(shutil.copytree(MODELS, tmp_path / "models"))
    (models / name).unlink()

    with pytest.raises(ModelError, match=str(models)):
        Reader(models)


@pytest.mark.parametrize("threshold", [None, "high", [1]])
def test_threshold_that_is_no_number_is_refused(tmp_path: Path, threshold: object):
    for kind in ("tflite", "json"):
        shutil.copy(MODELS / f"cover.{kind}", tmp_path)
    path = tmp_path / "cover.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"covered_above": threshold}))

    with pytest.raises(ModelError, match="covered_above"):
        CoverFinder(tmp_path)


def test_emotion_network_is_not_taken_for_the_one_of_covers(tmp_path: Path):
    for kind in ("tflite", "json"):
        shutil.copy(MODELS / f"emotion.{kind}", tmp_path / f"cover.{kind}")

    with pytest.raises(ModelError, match="covered"):
        CoverFinder(tmp_path)
