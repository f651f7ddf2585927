"""Answers over HTTP: files as small as the browser takes them, sentences, bodies up to a size."""

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from bot.web.mirror.asked import MAX_BYTES, AskedError
from bot.web.mirror.files import LargeFile, PageFile
from bot.web.mirror.guards import HEADERS

FOR_EVER = "public, max-age=31536000, immutable"


def small_answer(request: Request, file: PageFile) -> Response:
    """Return a file that the browser may keep, but asks about each time."""
    headers = {**HEADERS, "Cache-Control": "no-cache", "ETag": file.tag, "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match") == file.tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(file.packed, media_type=file.media_type, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


def large_answer(request: Request, file: LargeFile) -> Response:
    """Return a file that the browser may keep for ever."""
    headers = {**HEADERS, "Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if file.packed and "br" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "br"
        return FileResponse(file.packed, media_type=file.media_type, headers=headers)
    return FileResponse(file.path, media_type=file.media_type, headers=headers)


def refusal(status: int, sentence: str) -> Response:
    """Return why not, in words for the person."""
    return JSONResponse({"error": sentence}, status, headers=HEADERS)


async def body_of(request: Request) -> bytes:
    """Return what was sent, without reading more than any honest page sends.

    Raises:
        AskedError: It is more, or no JSON: a form of a foreign page can send neither.
    """
    if request.headers.get("Content-Type", "").partition(";")[0] != "application/json":
        raise AskedError("expected JSON")
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BYTES:
            raise AskedError(f"expected at most {MAX_BYTES} bytes")
    return content
