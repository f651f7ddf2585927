"""The mirror's addresses: the page and its files, and the little that the page asks."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.services import Services
from bot.storage.database import StorageError
from bot.storage.history import UnknownSuggestionError
from bot.storage.launches import save_launch
from bot.upkeep.choosing import NoSongsError
from bot.web.mirror.answers import body_of, large_answer, refusal, small_answer
from bot.web.mirror.asked import AskedError, read_object, read_rating, read_songs
from bot.web.mirror.files import LargeFile, PageFile, network_files, page_files, runtime_files
from bot.web.mirror.guards import HEADERS, is_local
from bot.web.mirror.launch import MAX_AGE, LaunchError, Refusal, read_launch
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
        answer = small_answer(request, self.page["index.html"])
        if self.runtime:
            answer.headers["Link"] = ", ".join(
                f"<{self.networks[name].as_json()['url']}>; rel=preload; as=fetch; crossorigin"
                for name in FIRST
            )
        return answer

    async def show_part(self, request: Request) -> Response:
        """Return the page's style, a script or its icon."""
        found = self.page.get(request.path_params["name"])
        return small_answer(request, found) if found else Response(status_code=404)

    async def show_file(self, request: Request) -> Response:
        """Return a network or a part of the runtime."""
        key = request.path_params["key"]
        known = {each.key: each for each in (*self.networks.values(), *self.runtime.values())}
        return large_answer(request, known[key]) if key in known else Response(status_code=404)

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
            body = read_object(await body_of(request))
            language = body.get("language")
            texts = self.services.speaking(language if isinstance(language, str) else None).texts
            return JSONResponse({"session": await self._pass(request, body, texts.language)})
        except LaunchError as error:
            log.info("mirror_refused reason=%s", error.refusal)
            key = "mirror.closed" if error.refusal is Refusal.FORGED else "mirror.closed_old"
            return refusal(403, plain(texts(key)))
        except (AskedError, StorageError) as error:
            status, key = refusal_of(error)
            return refusal(status, plain(texts(key)))

    async def _pass(self, request: Request, body: dict[str, Any], language: str) -> str:
        now, text = self.services.now(), body.get("init_data")
        if not isinstance(text, str):
            raise AskedError("expected init_data")
        if not text and self.local and is_local(request):
            return self.passes.write(Visitor(self.local.user_id, language), now=now)
        launch = read_launch(text, self.token, now=now)
        forget = now - 2 * MAX_AGE
        known = self.services.database
        if not await known.run(save_launch, launch.digest, at=now, forget=forget):
            raise LaunchError(Refusal.REPEATED, "expected a launch that was not shown before")
        return self.passes.write(Visitor(launch.user_id, launch.language), now=now)

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
            body = await body_of(request)
            if not services.limits.allow(visitor.user_id, cost=COST, at=services.now()):
                return refusal(429, plain(services.texts("toast.slow")))
            return JSONResponse(await answer(self, services, visitor, body))
        except tuple(REFUSALS) as error:
            log.info("mirror_request_refused reason=%s", type(error).__name__)
            status, key = refusal_of(error)
            return refusal(status, plain(services.texts(key)))
        except NoSongsError as error:
            key = "songs.unfit" if error.filtered else "songs.none"
            return refusal(409, plain(services.texts(key)))

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


async def _rating(
    mirror: Mirror, services: Services, visitor: Visitor, body: bytes
) -> dict[str, Any]:
    asked = read_rating(body)
    return {"said": await rating_of(services, mirror.bot, visitor.user_id, asked)}


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


def refusal_of(error: Exception) -> tuple[int, str]:
    """Return the status and the sentence for an error, or for what it is a kind of."""
    return next(REFUSALS[kind] for kind in type(error).__mro__ if kind in REFUSALS)
