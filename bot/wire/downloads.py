"""A message in, its picture or clip out: limits first, bytes in memory only."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from telegram import Animation, Document, Message, PhotoSize, Video, VideoNote
from telegram.error import BadRequest, InvalidToken, NetworkError

from bot.wire.room import MAX_BYTES, Room
from inference.errors import InferenceError, TooLargeError, TooLongError, UnsupportedError
from inference.media import MAX_SECONDS, Media

ATTEMPTS = 3
TIMEOUT_S = 60.0  # 20 MB at some 3 Mbit/s
# The face detector looks at 640 px; a larger photo costs time and brings nothing.
ENOUGH_PX = 640

Attachment = PhotoSize | Document | Video | VideoNote | Animation


class NotFetchedError(InferenceError):
    """The media did not get here: nothing is wrong with it, and it may be sent again."""

    code = "not_fetched"


@asynccontextmanager
async def downloaded(message: Message, room: Room) -> AsyncIterator[Media]:
    """Give the picture or clip in a message, and hold room for it while the context lasts.

    What the message itself says about size and length is checked before anything is fetched.

    Args:
        message: With a picture or a clip.
        room: What is free for all files in memory.

    Raises:
        TooLargeError: More than 20 MB.
        TooLongError: More than a minute.
        UnsupportedError: Neither a picture nor a clip, by what the message says.
        UnreadableError: The bytes are no picture and no clip.
        NotFetchedError: Telegram no longer has it, or it does not arrive in time.
    """
    attachment = attachment_of(message)
    async with room.for_file(attachment.file_size):
        yield Media.of(await fetch(attachment))


async def fetch(attachment: Attachment) -> bytes:
    """Return the bytes of what was sent.

    Raises:
        TooLargeError: More than 20 MB.
        NotFetchedError: Telegram no longer has it, or it does not arrive in time.
    """
    check_size(attachment.file_size)
    try:
        async with asyncio.timeout(TIMEOUT_S):
            content = await _fetch(attachment)
    except BadRequest as error:  # the Bot API tells them apart by their words only
        if "too big" in error.message.lower():
            raise TooLargeError(f"expected {MAX_BYTES} bytes at most") from error
        raise NotFetchedError("expected a file that Telegram still has") from error
    except (NetworkError, InvalidToken, TimeoutError) as error:  # a 404 passes for a wrong token
        raise NotFetchedError(f"expected the file within {TIMEOUT_S:.0f} s") from error
    check_size(len(content))
    return content


async def _fetch(attachment: Attachment) -> bytes:
    """Return the bytes of what was sent; ask once more where a connection breaks."""
    for left in reversed(range(ATTEMPTS)):
        file = await attachment.get_file()
        check_size(file.file_size)
        try:
            return bytes(await file.download_as_bytearray())
        except NetworkError as error:
            if not left or isinstance(error, BadRequest):
                raise
    raise AssertionError("unreachable")


def attachment_of(message: Message) -> Attachment:
    """Return what is to be fetched: of a photo, the smallest size that is big enough.

    Raises:
        TooLargeError: More than 20 MB.
        TooLongError: More than a minute.
        UnsupportedError: Neither a picture nor a clip, by what the message says.
    """
    # An animation comes with a document beside it, for clients that know no animations.
    found = message.animation or message.video or message.video_note or message.document
    if found is None:
        return big_enough(message.photo)
    if isinstance(found, Document) and not _is_seen(found):
        raise UnsupportedError(f"expected a picture or a clip, found {found.mime_type}")
    if not isinstance(found, Document) and (seconds := _seconds(found)) > MAX_SECONDS:
        raise TooLongError(f"expected {MAX_SECONDS} s at most, found {seconds}")
    check_size(found.file_size)
    return found


def big_enough(sizes: Sequence[PhotoSize]) -> PhotoSize:
    """Return the smallest size with a side of 640 pixels or more, else the largest."""
    by_side = sorted(sizes, key=lambda size: max(size.width, size.height))
    enough = (size for size in by_side if max(size.width, size.height) >= ENOUGH_PX)
    return next(enough, by_side[-1])


def _is_seen(document: Document) -> bool:
    """Return whether a document says that it is a picture or a clip, or says nothing."""
    kind = (document.mime_type or "image/").partition("/")[0]
    return kind in {"image", "video"} or document.mime_type == "application/octet-stream"


def _seconds(clip: Video | VideoNote | Animation) -> float:
    """Return how long a clip lasts, as the Bot API says it.

    The library's own attribute is about to change its type, and warns of that at each use.
    """
    return float(clip.to_dict()["duration"])


def check_size(size_bytes: int | None) -> None:
    """Refuse more than a bot can fetch; a size that is not told is checked on arrival."""
    if (size_bytes or 0) > MAX_BYTES:
        raise TooLargeError(f"expected {MAX_BYTES} bytes at most, found {size_bytes}")
