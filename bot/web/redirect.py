"""The way to a song by way of the bot: a tap is noted, and leads on at once.

No cookie is set, and neither a network address nor a browser is looked at for longer than it takes
to tell people from programs.
"""

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from aiohttp import web
from aiohttp.http import HttpProcessingError

from bot.errors import OperatorError
from bot.screens.links import TOKEN, LinkError, LinkSigner, Service
from bot.services import Services
from bot.storage.database import StorageError
from bot.storage.evidence import open_song
from bot.storage.history import UnknownSuggestionError
from graph.links import links

log = logging.getLogger(__name__)

SHUTDOWN_S = 1.0  # an answer takes some milliseconds
# What fetches a link for a preview, an index or a check: nobody heard a song. Telegram's own says
# "TelegramBot (like TwitterBot)". Cubot makes phones.
PROGRAM = re.compile(
    r"(?<!cu)bot|crawl|spider|preview|scan|monitor|facebookexternalhit|whatsapp|skype|curl|wget"
    r"|python|java/|go-http|okhttp",
    re.IGNORECASE,
)
# A tap must reach the bot each time, and the service need not learn where it was made.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@asynccontextmanager
async def serve_links(services: Services) -> AsyncIterator[None]:
    """Lead on whoever taps a link, where the settings say that links come here.

    Raises:
        OperatorError: The port is taken, or not for this program.
    """
    signer, port = LinkSigner.of(services.settings), services.settings.links_port
    if signer is None:
        yield
        return
    application = web.Application()
    path = f"{signer.path}/{{token:{TOKEN.pattern}}}"
    application.router.add_get(path, partial(lead_on, services, signer))
    runner = web.AppRunner(
        application, access_log=None, logger=_logger(), shutdown_timeout=SHUTDOWN_S
    )
    await runner.setup()
    try:
        await _listen(runner, port)
        log.info("links_served port=%d", port)
        yield
    finally:
        await runner.cleanup()


async def lead_on(services: Services, signer: LinkSigner, request: web.Request) -> web.Response:
    """Answer a tap with where the song can be heard, and remember it where a person made it."""
    try:
        link = signer.read(request.match_info["token"])
        at = services.now() if by_person(request) else None
        stored = await services.database.run(open_song, link.suggestion_id, link.position, at=at)
    except (LinkError, UnknownSuggestionError):
        return web.Response(status=404, text=services.texts("link.gone"), headers=HEADERS)
    except StorageError as error:
        log.warning("link_not_read error=%s", type(error).__name__)
        return web.Response(status=503, text=services.texts("link.busy"), headers=HEADERS)
    if at:
        services.shared_taste.note()
    addresses = links(services.track_of(stored))
    target = addresses.spotify if link.service is Service.SPOTIFY else addresses.youtube
    return web.Response(status=302, headers={**HEADERS, "Location": target})


def by_person(request: web.Request) -> bool:
    """Return whether a request looks like a tap: no robot, no preview, nothing fetched ahead."""
    agent = request.headers.get("User-Agent", "")
    ahead = request.headers.get("Sec-Purpose") or request.headers.get("Purpose")
    return request.method == "GET" and bool(agent) and not PROGRAM.search(agent) and not ahead


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, port=port).start()
    except OSError as error:
        raise OperatorError(f"BOT_LINKS_PORT {port}: {error.strerror or error}") from error


def _logger() -> logging.Logger:
    """Return a log for the server, which would write down who asked."""
    logger = logging.getLogger(f"{__name__}.server")
    logger.addFilter(_forget_who)
    return logger


def _forget_who(record: logging.LogRecord) -> bool:
    """Take the network address out of a record; drop it where a stranger spoke no proper HTTP."""
    record.msg, record.args = "link_failed", ()
    fault = record.exc_info[1] if record.exc_info else None
    return not isinstance(fault, HttpProcessingError)
