"""The one web server of the process: webhook, song links, health and the mirror, on one port."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.errors import OperatorError
from bot.services import Services
from bot.settings import Settings
from bot.web.health import health_routes
from bot.web.listening import EVERYWHERE, LOOPBACK, ImpatientProtocol, listen
from bot.web.redirect import link_routes

log = logging.getLogger(__name__)

SHUTDOWN_S = 2  # an answer takes some milliseconds
IDLE_S = 75  # a connection may rest that long between two requests, as behind nginx
MAX_HEADER_BYTES = 16 * 2**10


def routes_of(services: Services) -> list[BaseRoute]:
    """Return all that is served, whatever takes updates in left aside."""
    return [*health_routes(services), *link_routes(services)]


def is_public(settings: Settings) -> bool:
    """Return whether anybody but this computer is expected at the web server."""
    return bool(settings.webhook_url or settings.links_url or settings.mirror_url)


def listen_for(settings: Settings) -> socket.socket | None:
    """Return the socket where the settings want the web server; None where it can do without.

    A bot that polls and has no public address serves health only: a taken port is no reason
    not to answer people.

    Raises:
        OperatorError: The port is taken, and somebody outside is to reach it.
    """
    host = settings.host or (EVERYWHERE if is_public(settings) else LOOPBACK)
    try:
        return listen(host, settings.port)
    except OperatorError as error:
        if is_public(settings) or settings.host:
            raise
        log.warning("web_not_served reason=%s", error)
        return None


@asynccontextmanager
async def serve_web(
    listener: socket.socket | None, routes: Sequence[BaseRoute]
) -> AsyncIterator[None]:
    """Serve on a socket while the context lasts, and close it then.

    Args:
        listener: As `listen` returns it; None serves nothing.
        routes: What to serve.
    """
    if listener is None:
        yield
        return
    application = Starlette(routes=list(routes))
    application.router.redirect_slashes = False  # it would lead where the Host header says
    server = uvicorn.Server(_config(application))
    serving = asyncio.create_task(_serve(server, listener))
    log.info("web_served port=%d", listener.getsockname()[1])
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.wait({serving})
        listener.close()
        if error := serving.exception():
            log.error("web_failed", exc_info=error)


def _config(application: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http=ImpatientProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # it would write down who asked
        server_header=False,
        proxy_headers=False,  # nothing here depends on who asks
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
        h11_max_incomplete_event_size=MAX_HEADER_BYTES,
    )


async def _serve(server: uvicorn.Server, listener: socket.socket) -> None:
    """Do what `Server.serve` does, without its signal handlers: the bot has its own."""
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup(sockets=[listener])
    await server.main_loop()
    await server.shutdown(sockets=[listener])
