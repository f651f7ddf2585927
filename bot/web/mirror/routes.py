"""The mirror's addresses: the page and its files, and the little that the page asks."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.services import Services
from bot.storage.database import StorageError
from bot.storage.history import UnknownSuggestionError
from bot.upkeep.choosing import NoSongsError
from bot.web.mirror.asked import MAX_BYTES, AskedError, read_object, read_rating, read_songs
from bot.web.mirror.files import LargeFile, PageFile, network_files, page_files, runtime_files
from bot.web.mirror.guards import HEADERS, is_local
from bot.web.mirror.launch import LaunchError, Refusal, read_launch
from bot.web.mirror.setup import describe, reading_settings
from bot.web.mirror.songs import NotTheirsError, rating_of, songs_for
from bot.web.mirror.visitors import PassError, Passes, Visitor
from bot.words.texts import plain

if TYPE_CHECKING:
    from telegram import Bot

log = logging.getLogger(__name__)

COST = 1.0  # tokens of a person's bucket, as for a word in the chat
# What a first reading needs whichever build of the runtime the browser can run.
FIRST = ("short_range", "emotion")
FOR_EVER = "public, max-age=31536000, immutable"
# By what went wrong: the status, and the sentence that a person reads.
REFUSALS: dict[type[Exception], tuple[int, str]] = {
    PassError: (401, "mirror.closed_old"),
    AskedError: (400, "mirror.odd"),
    NotTheirsError: (404, "toast.old"),
    UnknownSuggestionError: (404, "toast.old"),
    StorageError: (503, "link.busy"),
}
Answer = Callable[["Mirror", Services, Visitor, bytes], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class LocalPerson:
    """Who looks into the mirror of this computer, where there is no Telegram.

    Attributes:
        chat: The address of the local chat.
    """

    user_id: int
    chat: str


@dataclass(frozen=True, slots=True)
class Mirror:
    """What the page is made of, and whom it serves."""

    services: Services
    bot: "Bot"
    token: str = field(repr=False)
    local: LocalPerson | None
    passes: Passes
    page: dict[str, PageFile]
    networks: dict[str, LargeFile]
    runtime: dict[str, LargeFile]
    reading: dict[str, Any]

    async def show_page(self, request: Request) -> Response:
        """Return the page itself; the browser fetches two networks while it reads on."""
        answer = _small(request, self.page["index.html"])
        if self.runtime:
            answer.headers["Link"] = ", ".join(
                f"<{self.networks[name].as_json()['url']}>; rel=preload; as=fetch; crossorigin"
                for name in FIRST
            )
        return answer

    async def show_part(self, request: Request) -> Response:
        """Return the page's style, a script or its icon."""
        found = self.page.get(request.path_params["name"])
        return _small(request, found) if found else Response(status_code=404)

    async def show_file(self, request: Request) -> Response:
        """Return a network or a part of the runtime."""
        key = request.path_params["key"]
        known = {each.key: each for each in (*self.networks.values(), *self.runtime.values())}
        return _large(request, known[key]) if key in known else Response(status_code=404)

    async def describe(self, request: Request) -> Response:
        """Return what the page needs to begin, in the person's language."""
        texts = self.services.speaking(request.query_params.get("language")).texts
        chat = self.local.chat if self.local else None
        found = describe(texts, self.networks, self.runtime, self.reading, chat=chat)
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    async def admit(self, request: Request) -> Response:
        """Return a pass for whom Telegram names, or for the person of this computer."""
        texts = self.services.texts
        try:
            body = read_object(await _body(request))
            language = body.get("language")
            texts = self.services.speaking(language if isinstance(language, str) else None).texts
            return JSONResponse({"session": self._pass(request, body, texts.language)})
        except LaunchError as error:
            log.info("mirror_refused reason=%s", error.refusal)
            key = "mirror.closed" if error.refusal is Refusal.FORGED else "mirror.closed_old"
            return _said(403, plain(texts(key)))
        except AskedError:
            return _said(400, plain(texts("mirror.odd")))

    def _pass(self, request: Request, body: dict[str, Any], language: str) -> str:
        now, text = self.services.now(), body.get("init_data")
        if not isinstance(text, str):
            raise AskedError("expected init_data")
        if not text and self.local and is_local(request):
            return self.passes.write(Visitor(self.local.user_id, language), now=now)
        return self.passes.admit(read_launch(text, self.token, now=now), now=now)

    async def give_songs(self, request: Request) -> Response:
        """Answer seven numbers with songs."""
        return await self._answer(request, _songs)

    async def take_rating(self, request: Request) -> Response:
        """Keep what a person thinks of a song."""
        return await self._answer(request, _rating)

    async def _answer(self, request: Request, answer: Answer) -> Response:
        """Do what a person asks, within their limits; or say in their language why not."""
        services = self.services
        try:
            visitor = self._visitor(request)
            services = await services.speaking_to(visitor.user_id, visitor.language)
            body = await _body(request)
            if not services.limits.allow(visitor.user_id, cost=COST, at=services.now()):
                return _said(429, plain(services.texts("toast.slow")))
            return JSONResponse(await answer(self, services, visitor, body))
        except tuple(REFUSALS) as error:
            log.info("mirror_request_refused reason=%s", type(error).__name__)
            status, key = REFUSALS[type(error)]
            return _said(status, plain(services.texts(key)))
        except NoSongsError as error:
            key = "songs.unfit" if error.filtered else "songs.none"
            return _said(409, plain(services.texts(key)))

    def _visitor(self, request: Request) -> Visitor:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer":
            raise PassError("expected a pass")
        return self.passes.read(text, now=self.services.now())


async def _songs(
    mirror: Mirror, services: Services, visitor: Visitor, body: bytes
) -> dict[str, Any]:
    above = float(mirror.reading["reading"]["certain_above"])
    return await songs_for(services, mirror.bot, visitor, read_songs(body), certain_above=above)


async def _rating(_: Mirror, services: Services, visitor: Visitor, body: bytes) -> dict[str, Any]:
    return {"said": await rating_of(services, visitor.user_id, read_rating(body))}


def mirror_routes(
    services: Services, bot: "Bot", *, local: LocalPerson | None = None
) -> list[BaseRoute]:
    """Return the addresses of the mirror.

    Args:
        services: With a token in its settings.
        bot: Writes the chosen songs to the chat.
        local: Who looks in without Telegram; only where nobody but this computer can ask.
    """
    assert services.settings.token is not None  # the bot serves, so it has one
    token = services.settings.token.get_secret_value()
    mirror = Mirror(
        services,
        bot,
        token,
        local,
        Passes.of(token),
        page_files(),
        network_files(),
        runtime_files(),
        reading_settings(),
    )
    return [
        Route("/mirror", lambda _: RedirectResponse("mirror/", headers=HEADERS)),
        Route("/mirror/", mirror.show_page),
        Route("/mirror/page/{name}", mirror.show_part),
        Route("/mirror/files/{key}", mirror.show_file),
        Route("/mirror/setup", mirror.describe),
        Route("/mirror/session", mirror.admit, methods=["POST"]),
        Route("/mirror/songs", mirror.give_songs, methods=["POST"]),
        Route("/mirror/ratings", mirror.take_rating, methods=["POST"]),
    ]


def _small(request: Request, file: PageFile) -> Response:
    """Return a file that the browser may keep, but asks about each time."""
    headers = {**HEADERS, "Cache-Control": "no-cache", "ETag": file.tag, "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match") == file.tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(file.packed, media_type=file.media_type, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


def _large(request: Request, file: LargeFile) -> Response:
    """Return a file that the browser may keep for ever."""
    headers = {**HEADERS, "Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if file.packed and "br" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "br"
        return FileResponse(file.packed, media_type=file.media_type, headers=headers)
    return FileResponse(file.path, media_type=file.media_type, headers=headers)


def _said(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status, headers=HEADERS)


async def _body(request: Request) -> bytes:
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
