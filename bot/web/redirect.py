"""Redirects to songs: a tap on a link is recorded and redirected at once.

No cookie is set, and neither a network address nor a browser is looked at for longer than it takes
to tell people from programs.
"""

import logging
import re
from collections.abc import Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.screens.links import LinkError, LinkSigner, Service
from bot.services import Services
from bot.storage.database import StorageError
from bot.storage.evidence import open_song
from bot.storage.history import UnknownSuggestionError
from graph.links import links

log = logging.getLogger(__name__)

# Programs that fetch a link for a preview, an index or a check: they are no taps. Telegram's own is
# "TelegramBot (like TwitterBot)"; Cubot is a maker of phones.
PROGRAM = re.compile(
    r"(?<!cu)bot|crawl|spider|preview|scan|monitor|facebookexternalhit|whatsapp|skype|curl|wget"
    r"|python|java/|go-http|okhttp",
    re.IGNORECASE,
)
# No caching, so that each tap reaches the bot; no referrer, so that the service does not learn it.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def link_routes(services: Services) -> Sequence[Route]:
    """Return where links to songs arrive: nowhere, unless the settings say that they come here."""
    signer = LinkSigner.of(services.settings)
    if signer is None:
        return ()
    return (Route(f"{signer.path}/{{token}}", partial(lead_on, services, signer)),)


async def lead_on(services: Services, signer: LinkSigner, request: Request) -> Response:
    """Answer a tap with where the song can be heard, and remember it where a person made it."""
    try:
        link = signer.read(request.path_params["token"])
        at = services.now() if by_person(request) else None
        stored = await services.database.run(open_song, link.suggestion_id, link.position, at=at)
    except (LinkError, UnknownSuggestionError):
        return PlainTextResponse(services.texts("link.gone"), 404, HEADERS)
    except StorageError as error:
        log.warning("link_not_read error=%s", type(error).__name__)
        return PlainTextResponse(services.texts("link.busy"), 503, HEADERS)
    if at:
        services.shared_taste.note()
    addresses = links(services.track_of(stored))
    target = addresses.spotify if link.service is Service.SPOTIFY else addresses.youtube
    return RedirectResponse(target, 302, HEADERS)


def by_person(request: Request) -> bool:
    """Return whether a request looks like a tap: no robot, no preview, nothing fetched ahead."""
    agent = request.headers.get("User-Agent", "")
    ahead = request.headers.get("Sec-Purpose") or request.headers.get("Purpose")
    return request.method == "GET" and bool(agent) and not PROGRAM.search(agent) and not ahead
