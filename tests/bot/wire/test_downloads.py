"""Limits are checked on the message, before anything is fetched."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Animation, Chat, Document, Message, PhotoSize, Video, VideoNote

from bot.wire.downloads import attachment_of, big_enough
from bot.wire.room import MAX_BYTES
from inference.errors import TooLargeError, TooLongError, UnsupportedError


def photo(width: int, height: int) -> PhotoSize:
    return PhotoSize(f"{width}x{height}", f"u{width}x{height}", width, height, 1000)


def video(duration: int, *, size: int | None = 1000) -> Video:
    return Video("video", "u", 640, 480, duration, file_size=size)


def document(mime_type: str | None, *, size: int = 1000) -> Document:
    return Document("document", "u", mime_type=mime_type, file_size=size)


def message(**content: Any) -> Message:  # Any: the library's own parameters
    return Message(1, datetime(2026, 1, 1, tzinfo=UTC), Chat(1, Chat.PRIVATE), **content)


@pytest.mark.parametrize(
    ("sizes", "chosen"),
    [
        ([(90, 60), (320, 213), (800, 533), (1280, 853)], "800x533"),
        ([(60, 90), (213, 320), (533, 800), (853, 1280)], "533x800"),
        ([(1280, 853), (90, 60), (640, 427)], "640x427"),
        ([(90, 60), (320, 213)], "320x213"),
        ([(2560, 1920)], "2560x1920"),
    ],
)
def test_the_smallest_size_that_is_big_enough_is_taken(
    sizes: Sequence[tuple[int, int]], chosen: str
) -> None:
    assert big_enough([photo(*size) for size in sizes]).file_id == chosen


def test_a_photo_is_found() -> None:
    assert attachment_of(message(photo=[photo(90, 60), photo(800, 600)])).file_id == "800x600"


def test_a_minute_is_not_too_long() -> None:
    assert attachment_of(message(video=video(60))).file_id == "video"


@pytest.mark.parametrize(
    "content",
    [
        {"video": video(61)},
        {"video_note": VideoNote("note", "u", 240, 61)},
        {"animation": Animation("gif", "u", 320, 240, 61)},
    ],
)
def test_more_than_a_minute_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(TooLongError):
        attachment_of(message(**content))


@pytest.mark.parametrize(
    "content",
    [
        {"video": video(5, size=MAX_BYTES + 1)},
        {"document": document("image/png", size=MAX_BYTES + 1)},
        {"video_note": VideoNote("note", "u", 240, 5, file_size=MAX_BYTES + 1)},
    ],
)
def test_more_than_a_bot_can_fetch_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(TooLargeError):
        attachment_of(message(**content))


def test_just_what_a_bot_can_fetch_is_taken() -> None:
    found = attachment_of(message(document=document("image/png", size=MAX_BYTES)))

    assert found.file_id == "document"


def test_a_size_that_is_not_told_is_no_reason_to_refuse() -> None:
    assert attachment_of(message(video=video(5, size=None))).file_id == "video"


@pytest.mark.parametrize(
    "mime_type", ["image/jpeg", "image/heic", "video/mp4", None, "application/octet-stream"]
)
def test_a_document_that_may_show_a_face_is_taken(mime_type: str | None) -> None:
    assert attachment_of(message(document=document(mime_type))).file_id == "document"


@pytest.mark.parametrize("mime_type", ["application/pdf", "text/plain", "audio/mpeg"])
def test_a_document_that_cannot_show_a_face_is_refused(mime_type: str) -> None:
    with pytest.raises(UnsupportedError):
        attachment_of(message(document=document(mime_type)))


def test_an_animation_goes_before_the_document_beside_it() -> None:
    gif = Animation("gif", "u", 320, 240, 3)

    found = attachment_of(message(animation=gif, document=document("video/mp4")))

    assert found is gif
