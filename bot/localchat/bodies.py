"""Bodies read into memory: the web library's own form parser would write files to disk."""

from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web

from bot.localchat.wire import JsonObject

# The largest file that can be handed on, and what a form puts around it.
BODY_LIMIT_BYTES = 21 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    file_name: str
    content: bytes = field(repr=False)


async def read_parts(request: web.Request) -> tuple[dict[str, str], dict[str, Upload]]:
    """Return the fields and the files of a form by name.

    Raises:
        HTTPRequestEntityTooLarge: More than `BODY_LIMIT_BYTES` in all.
    """
    fields: dict[str, str] = {}
    uploads: dict[str, Upload] = {}
    left = BODY_LIMIT_BYTES
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            raise web.HTTPBadRequest(text="expected named form fields")
        content = await _read(part, left)
        left -= len(content)
        if part.filename is None:
            fields[part.name] = content.decode(errors="replace")
        else:
            uploads[part.name] = Upload(part.filename, content)
    return fields, uploads


async def read_json(request: web.Request) -> JsonObject:
    """Return a JSON body; nothing else is taken: a foreign form cannot send that type."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="expected application/json")
    try:
        body = await request.json()
    except ValueError:
        raise web.HTTPBadRequest(text="expected JSON") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="expected an object")
    return body


async def _read(part: BodyPartReader, limit_bytes: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        content += chunk
        if len(content) > limit_bytes:
            raise web.HTTPRequestEntityTooLarge(limit_bytes, len(content))
    return bytes(content)
