import asyncio
import io

import pytest
from PIL import Image

from bot.localchat.attachments import attachment, keep, suitable_kind
from bot.localchat.errors import RefusedError
from bot.localchat.files import Files, Kind
from bot.localchat.probe import Clip, Picture, probe


def encoded(size: tuple[int, int], kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size).save(stream, kind)
    return stream.getvalue()


async def kept(files: Files, content: bytes, kind: Kind | None) -> int:
    return (await keep(files, content, kind, name="x.bin")).number


async def test_file_is_forgotten_after_its_time(picture: bytes):
    files = Files(keep_s=0.02)
    await kept(files, picture, None)

    await asyncio.sleep(0.05)

    assert len(files) == 0


async def test_oldest_files_make_room(picture: bytes):
    files = Files(limit_bytes=2 * len(picture))
    for _ in range(5):
        await kept(files, picture, None)

    assert len(files) == 2


async def test_file_is_found_by_its_own_id_and_path_alone(picture: bytes):
    files = Files()
    first, second = [await keep(files, picture, Kind.PHOTO, name="x.png") for _ in range(2)]
    ids = [stored.reference()["file_id"] for stored in (first, second)]

    assert [files.find(each) for each in ids] == [first, second]
    assert [files.at(each.path) for each in (first, second)] == [first, second]
    for wrong in ("", "local-9-o-x", ids[0][:-1], ids[0].replace("local-1", "local-2"), first.path):
        with pytest.raises(RefusedError):
            files.find(wrong)
    for wrong in (
        "",
        "x",
        f"{first.path}x",
        first.path.replace("photos", "videos"),
        "photos/file_",
    ):
        assert files.at(wrong) is None


async def test_photo_has_three_sizes_of_the_same_bytes(picture: bytes):
    files = Files()
    stored = await keep(files, picture, Kind.PHOTO, name="a.jpg")

    sizes = attachment(stored)["photo"]

    assert [(s["width"], s["height"]) for s in sizes] == [(90, 67), (320, 240), (640, 480)]
    assert {s["file_size"] for s in sizes} == {len(picture)}
    assert len({s["file_unique_id"] for s in sizes}) == 3
    assert all(files.find(s["file_id"]) is stored for s in sizes)


async def test_animation_is_a_document_too():
    stored = await keep(Files(), encoded((30, 20), "GIF"), None, name="x.gif")

    sent = attachment(stored)

    assert sent["animation"]["mime_type"] == "image/gif"
    assert sent["document"]["file_id"] == sent["animation"]["file_id"]


async def test_round_note_says_its_length(clip: bytes):
    stored = await keep(Files(), clip, Kind.VIDEO_NOTE, name="x.mp4")

    assert attachment(stored)["video_note"].items() >= {"length": 96, "duration": 2}.items()


def test_clip_says_size_and_duration(clip: bytes):
    assert probe(clip) == Clip(128, 96, 2, "video/mp4", ".mp4")


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x00\x00\x00\x18ftypmp42", b"GIF89a"])
def test_damaged_bytes_are_neither_picture_nor_clip(content: bytes):
    assert probe(content) is None
    assert suitable_kind(content, None) is Kind.DOCUMENT


@pytest.mark.parametrize(
    ("size", "fault"),
    [((9000, 1001), "PHOTO_INVALID_DIMENSIONS"), ((2100, 100), "PHOTO_INVALID_DIMENSIONS")],
)
async def test_photo_out_of_shape_is_refused(size: tuple[int, int], fault: str):
    with pytest.raises(RefusedError, match=fault):
        await kept(Files(), encoded(size, "PNG"), Kind.PHOTO)


def test_what_is_no_photo_goes_as_document():
    content = encoded((2100, 100), "PNG")

    assert suitable_kind(content, probe(content)) is Kind.DOCUMENT
    assert suitable_kind(b"x", Picture(10, 10, "image/png", ".png")) is Kind.PHOTO
