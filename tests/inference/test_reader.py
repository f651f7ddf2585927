import csv
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image as Pillow
from PIL import ImageFilter

from inference.emotions import EMOTIONS, Emotion
from inference.errors import InferenceError, NoFaceError, TooDarkError
from inference.media import Media, MediaKind
from inference.reader import Reader, fuse
from inference.reading import Advice
from tests.drawing import as_file, clip_of, draw_face, draw_picture

ASTRONAUT = Pillow.fromarray(skimage.data.astronaut())
CLOSE = ASTRONAUT.crop((110, 0, 350, 240)).resize((512, 512))


def read(reader: Reader, picture: Pillow.Image, kind: str = "PNG"):
    return reader.read(Media.of(as_file(picture, kind)))


def test_smiling_photograph_reads_happy(reader: Reader):
    reading = read(reader, ASTRONAUT)

    assert reading.emotion is Emotion.HAPPY
    assert (reading.kind, reading.faces, reading.frames) == (MediaKind.PHOTO, 1, 1)
    assert (reading.arc, reading.advice) == ((), ())
    assert reading.second in set(EMOTIONS) - {Emotion.HAPPY}


def test_size_of_the_file_does_not_change_the_reading(reader: Reader):
    small, large = (
        read(reader, ASTRONAUT.resize((side, side), Pillow.Resampling.LANCZOS), "JPEG")
        for side in (512, 2048)
    )

    assert large.scores.probabilities == pytest.approx(small.scores.probabilities, abs=0.1)
    assert np.allclose(np.array(large.box) / 4, small.box, atol=6)


def test_small_face_of_a_large_picture_is_read_from_all_its_pixels(reader: Reader):
    alone = read(reader, ASTRONAUT)
    wide = Pillow.new("RGB", (2560, 1920), (90, 90, 90))
    wide.paste(ASTRONAUT.resize((800, 800)).crop((150, 0, 650, 500)), (1000, 700))

    reading = read(reader, wide, "JPEG")

    assert reading.emotion is alone.emotion
    assert Advice.TINY not in reading.advice


def test_box_stays_within_the_picture(reader: Reader):
    reading = read(reader, ASTRONAUT.crop((180, 0, 420, 200)))

    left, top, right, bottom = reading.box
    assert 0 <= left < right <= 240
    assert 0 <= top < bottom <= 200


def test_picture_without_a_face_says_so(reader: Reader):
    with pytest.raises(NoFaceError):
        reader.read(Media.of(draw_face(face=0)))


def test_good_picture_gets_no_advice(reader: Reader):
    assert read(reader, ASTRONAUT).advice == ()


@pytest.mark.parametrize(
    ("code", "picture"),
    [
        (Advice.DARK, ASTRONAUT.point(lambda level: level * 0.1)),
        (Advice.BRIGHT, ASTRONAUT.point(lambda level: level * 1.9)),
        (Advice.BLURRED, ASTRONAUT.filter(ImageFilter.GaussianBlur(6))),
        (Advice.TINY, ASTRONAUT.resize((150, 150))),
        (Advice.COVERED, ASTRONAUT.crop((205, 0, 512, 512))),
    ],
)
def test_degraded_picture_gets_its_advice(reader: Reader, code: Advice, picture: Pillow.Image):
    assert code in read(reader, picture).advice


def test_dark_picture_keeps_its_reading(reader: Reader):
    dark = read(reader, ASTRONAUT.point(lambda level: level * 0.15))

    assert dark.emotion is read(reader, ASTRONAUT).emotion


def test_night_is_told_from_a_picture_without_a_face(reader: Reader):
    with pytest.raises(TooDarkError):
        read(reader, draw_picture(face=0).point(lambda level: level * 0.02))
    with pytest.raises(NoFaceError) as refused:
        read(reader, draw_picture(face=0))

    assert not isinstance(refused.value, TooDarkError)


def test_several_faces_are_counted_and_told(reader: Reader):
    pair = Pillow.new("RGB", (1024, 512))
    for place in range(2):
        pair.paste(ASTRONAUT, (512 * place, 0))

    reading = read(reader, pair)

    assert reading.faces == 2
    assert reading.advice == (Advice.SEVERAL,)


def row_of(*faces: Pillow.Image) -> Pillow.Image:
    """Return square pictures side by side on gray."""
    row = Pillow.new("RGB", (512 * len(faces), 512), (120, 120, 120))
    for place, face in enumerate(faces):
        row.paste(face, (512 * place + (512 - face.width) // 2, (512 - face.height) // 2))
    return row


def test_every_face_of_a_group_is_read_from_left_to_right(reader: Reader):
    faces = [CLOSE, draw_picture(512, 512, face=0.8), CLOSE]

    people = read(reader, row_of(*faces)).people

    assert [(person.box[0] + person.box[2]) // 2 // 512 for person in people] == [0, 1, 2]
    alone = [read(reader, face).emotion for face in faces]
    assert [person.scores.ranked()[0] for person in people] == alone


def test_one_face_is_no_group(reader: Reader):
    assert read(reader, ASTRONAUT).people == ()


def test_small_faces_of_a_large_group_are_read_from_all_their_pixels(reader: Reader):
    wide = Pillow.new("RGB", (2560, 1920), (120, 120, 120))
    for left in (440, 1720):
        wide.paste(CLOSE.resize((400, 400)), (left, 640))

    reading = read(reader, wide, "JPEG")

    assert [person.scores.ranked()[0] for person in reading.people] == [reading.emotion] * 2
    assert Advice.TINY not in reading.advice


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "n"), [("group_5_friends.jpg", 5), ("group_11_stage.jpg", 11), ("two_men.jpg", 2)]
)
def test_groups_on_photographs_are_read_whole(reader: Reader, photos: Path, name: str, n: int):
    reading = reader.read(Media.of((photos / name).read_bytes()))

    assert len(reading.people) == n
    lefts = [person.box[0] + person.box[2] for person in reading.people]
    assert lefts == sorted(lefts)


def moving_face(n: int = 20) -> list[Pillow.Image]:
    return [draw_picture(320, 240, face=0.6, at=(0.35 + 0.01 * k, 0.5)) for k in range(n)]


def test_clip_is_read_frame_by_frame(reader: Reader):
    reading = reader.read(Media.of(clip_of(moving_face())))

    assert (reading.kind, reading.faces) == (MediaKind.VIDEO, 1)
    assert reading.frames == len(reading.arc) > 8
    seconds = [second for second, _ in reading.arc]
    assert seconds == sorted(seconds)
    assert seconds[-1] == pytest.approx(1.9, abs=0.2)


def test_frames_without_a_face_are_left_out(reader: Reader):
    nobody = [draw_picture(320, 240, face=0)] * 10

    reading = reader.read(Media.of(clip_of(nobody + moving_face(10))))

    assert min(second for second, _ in reading.arc) >= 0.9


def test_clip_without_any_face_says_so(reader: Reader):
    with pytest.raises(NoFaceError):
        reader.read(Media.of(clip_of([draw_picture(320, 240, face=0)] * 4)))


@pytest.mark.parametrize("degrees", [90, 135, 180, 270])
def test_clip_that_does_not_stand_is_read_as_its_photo(reader: Reader, degrees: int):
    leaning = ASTRONAUT.crop((0, 0, 448, 448)).rotate(degrees, Pillow.Resampling.BICUBIC)

    reading = reader.read(Media.of(clip_of([leaning] * 8, crf=18)))

    assert (reading.emotion, reading.certain, reading.frames) == (Emotion.HAPPY, True, 8)


def test_small_face_in_a_large_photograph_is_kept(reader: Reader):
    """What was found in the reduced picture is not looked for anew in the full one."""
    wide = Pillow.new("RGB", (3000, 2000), (110, 120, 130))
    wide.paste(ASTRONAUT.resize((800, 800)), (1200, 700))

    reading = read(reader, wide, "JPEG")

    assert (reading.emotion, reading.faces) == (Emotion.HAPPY, 1)


def test_same_person_is_followed_through_a_clip(reader: Reader):
    """A second, larger face that comes in later does not take over."""
    frames = []
    for number in range(12):
        frame = draw_picture(640, 320, face=0.5, at=(0.2, 0.5))
        if number >= 6:
            frame.paste(draw_picture(320, 320, face=0.9), (320, 0))
        frames.append(frame)

    reading = reader.read(Media.of(clip_of(frames)))

    assert reading.box[2] < 320


@pytest.mark.parametrize(("shown", "size", "faces"), [(4, 0.9, 2), (4, 0.2, 1), (0, 0.9, 1)])
def test_clip_tells_of_somebody_who_is_in_a_part_of_it(
    reader: Reader, shown: int, size: float, faces: int
):
    frames = []
    for number in range(16):
        frame = draw_picture(640, 320, face=0.6, at=(0.2, 0.5))
        if 4 <= number < 4 + shown:
            frame.paste(draw_picture(320, 320, face=size), (320, 0))
        frames.append(frame)

    reading = reader.read(Media.of(clip_of(frames)))

    assert reading.faces == faces
    assert (Advice.SEVERAL in reading.advice) == (faces > 1)


def test_fused_answer_of_one_look_is_that_look():
    answers = np.random.default_rng(1).dirichlet(np.ones(7), 1)

    assert fuse(answers, np.array([0.3])) == pytest.approx(answers[0])


def test_blink_does_not_decide():
    calm, blink = np.eye(7)[6], np.eye(7)[4]

    fused = fuse(np.array([calm] * 9 + [blink]), np.ones(10))

    assert fused == pytest.approx(calm)


def test_better_looks_weigh_more():
    answers = np.array([np.eye(7)[3]] * 2 + [np.eye(7)[6]] * 2)

    fused = fuse(answers, np.array([0.9, 0.9, 0.1, 0.1]))

    assert fused[3] > 0.85


def test_reading_as_json_has_every_field(reader: Reader):
    fields = reader.read(Media.of(clip_of(moving_face(4)))).as_json()

    assert list(fields) == [
        "kind", "faces", "emotion", "second", "certain", "scores", "box", "frames", "arc", "advice",
        "people",
    ]  # fmt: skip
    assert list(fields["scores"]) == list(EMOTIONS)
    assert sum(fields["scores"].values()) == pytest.approx(1, abs=0.001)
    assert list(fields["arc"][0][1]) == list(EMOTIONS)


@pytest.mark.shared
def test_every_real_picture_is_read_or_refused(reader: Reader, photos: Path):
    with (photos / "manifest.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    found = {row["file"]: outcome(reader, photos / row["file"]) for row in rows}

    assert found == {row["file"]: expected(int(row["faces"])) for row in rows}


def expected(faces: int) -> int | str:
    return {0: "no_face", -1: "unreadable"}.get(faces, faces)


def outcome(reader: Reader, path: Path) -> int | str:
    """Return the number of faces in a reading, or the code of what stood in its way."""
    try:
        return reader.read(Media.of(path.read_bytes())).faces
    except InferenceError as error:
        return error.code


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("dark_10.jpg", Advice.DARK),
        ("overexposed.jpg", Advice.BRIGHT),
        ("lowres_96.jpg", Advice.TINY),
        ("partial_face_left.jpg", Advice.COVERED),
        ("group_5_friends.jpg", Advice.SEVERAL),
    ],
)
def test_advice_on_real_pictures(reader: Reader, photos: Path, name: str, code: Advice):
    assert code in reader.read(Media.of((photos / name).read_bytes())).advice


@pytest.mark.shared
def test_smile_shows_in_the_arc_of_a_clip(reader: Reader, photos: Path):
    clip = (photos / "vid_single_neutral_to_smile.mp4").read_bytes()

    arc = reader.read(Media.of(clip)).arc

    happy = [scores[Emotion.HAPPY] for _, scores in arc]
    assert max(happy[:2]) < 0.5 < min(happy[-2:])


@pytest.mark.shared
@pytest.mark.parametrize("seed", range(3))
def test_damaged_real_pictures_are_read_or_refused(reader: Reader, photos: Path, seed: int):
    rng = np.random.default_rng(seed)
    for path in sorted(photos.glob("*.*")):
        content = np.frombuffer(path.read_bytes(), np.uint8).copy()
        places = rng.integers(0, len(content), 5)
        content[places] ^= (1 << rng.integers(0, 8, 5)).astype(np.uint8)
        cut = content[: rng.integers(len(content) // 2, len(content) + 1)]

        for damaged in (content, cut):
            with suppress(InferenceError):
                assert reader.read(Media.of(damaged.tobytes())).faces >= 1
