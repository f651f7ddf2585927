"""Files as parts of a message: from bytes to the objects Telegram puts there."""

import asyncio

from bot.localchat.errors import bad_request
from bot.localchat.files import Files, Kind, StoredFile
from bot.localchat.probe import Clip, Picture, probe
from bot.localchat.wire import JsonObject

# https://core.telegram.org/bots/api#sendphoto
PHOTO_LIMIT_BYTES = 10 * 1024 * 1024
PHOTO_SIDES_PX = 10_000
PHOTO_RATIO = 20
# Longest sides of the two small sizes that Telegram offers beside the picture itself.
SMALL_SIZES_PX = {"s": 90, "m": 320}


async def keep(files: Files, content: bytes, kind: Kind | None, *, name: str) -> StoredFile:
    """Return `content` as a file that is sent as `kind`, or as what suits it best.

    Raises:
        RefusedError: 400 for a photo that is no picture, too large or too narrow.
    """
    found = await asyncio.to_thread(probe, content)
    if kind is Kind.PHOTO:
        check_photo(content, found)
    elif kind is None:
        kind = suitable_kind(content, found)
    elif kind is not Kind.DOCUMENT and not isinstance(found, Clip):
        kind = Kind.DOCUMENT
    return files.keep(content, kind, found, name=name)


def suitable_kind(content: bytes, found: Picture | Clip | None) -> Kind:
    """Return as what a chat program would send these bytes."""
    match found:
        case Clip(mime_type="image/gif"):
            return Kind.ANIMATION
        case Clip():
            return Kind.VIDEO
        case Picture() if _photo_fault(content, found) is None:
            return Kind.PHOTO
        case _:
            return Kind.DOCUMENT


def check_photo(content: bytes, found: Picture | Clip | None) -> None:
    """Raise RefusedError when Telegram would not take the bytes as a photo."""
    if fault := _photo_fault(content, found):
        raise bad_request(fault)


def attachment(stored: StoredFile) -> JsonObject:
    """Return the field of a message that holds the file."""
    match stored.kind, stored.found:
        case Kind.PHOTO, Picture() as picture:
            return {"photo": _sizes(stored, picture)}
        case Kind.VIDEO_NOTE, Clip() as clip:
            note = {"length": min(clip.width, clip.height), "duration": clip.duration_s}
            return {"video_note": stored.reference() | note}
        case Kind.VIDEO, Clip() as clip:
            return {"video": _named(stored) | _moving(clip)}
        case Kind.ANIMATION, Clip() as clip:
            # "For backward compatibility, when this field is set, the document field will also
            # be set", says the description of Message.
            return {"animation": _named(stored) | _moving(clip), "document": _named(stored)}
        case _:
            return {"document": _named(stored)}


def _photo_fault(content: bytes, found: Picture | Clip | None) -> str | None:
    if not isinstance(found, Picture):
        return "IMAGE_PROCESS_FAILED"
    short, long = sorted((found.width, found.height))
    if short + long > PHOTO_SIDES_PX or long > short * PHOTO_RATIO:
        return "PHOTO_INVALID_DIMENSIONS"
    return "file is too big for a photo" if len(content) > PHOTO_LIMIT_BYTES else None


def _sizes(stored: StoredFile, picture: Picture) -> list[JsonObject]:
    """The small sizes lead to the same bytes: nothing is encoded anew on the way to the bot."""
    whole = {"width": picture.width, "height": picture.height}
    longest = max(whole.values())
    small = [
        stored.reference(size) | {k: max(1, v * side // longest) for k, v in whole.items()}
        for size, side in SMALL_SIZES_PX.items()
        if side < longest
    ]
    return [*small, stored.reference("x") | whole]


def _named(stored: StoredFile) -> JsonObject:
    return stored.reference() | {"file_name": stored.name, "mime_type": stored.mime_type}


def _moving(clip: Clip) -> JsonObject:
    return {"width": clip.width, "height": clip.height, "duration": clip.duration_s}
