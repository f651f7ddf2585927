"""The bot's life cycle: built, introduced to Telegram, served, and stopped gracefully."""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from telegram import Bot
from telegram.error import InvalidToken
from telegram.ext import ApplicationBuilder

from bot.errors import OperatorError
from bot.handlers import register
from bot.handlers.introduction import introduce
from bot.handlers.tending import tending
from bot.handlers.underway import tell_cut_off
from bot.handlers.waiting import refuse, tell_wait
from bot.services import Services
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.inbox import CHANNEL
from bot.storage.signals import Signals
from bot.upkeep.offers import clear_unread
from bot.upkeep.vitals import State
from bot.web.mirror.routes import LocalPerson, mirror_routes
from bot.web.server import listen_for, routes_of, serve_web
from bot.web.webhook import Webhook
from bot.wire.inbox import AnyApplication, Inbox
from bot.wire.pacing import Pacer
from bot.wire.places import Crowd
from bot.wire.polling import ALLOWED_UPDATES, poll_alone
from bot.wire.requests import AiohttpRequest
from bot.wire.retries import persist
from bot.words.texts import Translations

log = logging.getLogger(__name__)

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
WEBHOOK_CONNECTIONS = 40  # Telegram's own default; each waits for one row to be written
CLOSE_S = 1.0  # for what goes on beside the answers, such as a rebuild: it can be begun anew


class TokenError(OperatorError):
    """There is no token, or Telegram does not know it."""


def build_application(
    settings: Settings, services: Services, *, base_url: str | None = None
) -> AnyApplication:
    """Return the bot with all its handlers, not yet connected to anything.

    Args:
        settings: With a token.
        services: What the handlers work with.
        base_url: Of another Bot API server than the settings say.

    Raises:
        TokenError: The settings have no token.
    """
    if settings.token is None:
        raise TokenError("BOT_TOKEN is not set: @BotFather gives one")
    url = base_url or settings.api_url
    application = (
        ApplicationBuilder()
        .token(settings.token.get_secret_value())
        .base_url(f"{url}/bot")
        .base_file_url(f"{url}/file/bot")
        .request(AiohttpRequest())
        .get_updates_request(AiohttpRequest())  # stays unused: `polling` needs no second pool
        .rate_limiter(Pacer(settings.messages_per_second))
        .updater(None)  # it acknowledges updates before they are worked on
        .job_queue(None)
        .build()
    )
    register(application, services)
    return application


async def run(settings: Settings, services: Services, **where: Any) -> None:  # as `serve` takes it
    """Serve until the process is asked to end; a second time breaks off what is in hand.

    Args:
        settings: With a token.
        services: What the handlers work with; the caller closes them.
        where: `base_url` of another Bot API server than the settings say; `on_ready`, called
            once the bot answers; `listener`, the socket of the web server, without it where the
            settings say; `local`, who looks into the mirror without Telegram, with a listener on
            loopback only.

    Raises:
        TokenError: There is no token, or Telegram does not know it.
        OperatorError: The port of a public address is taken.
    """
    loop = asyncio.get_running_loop()
    serving = asyncio.create_task(serve(settings, services, **where))
    for stop_signal in STOP_SIGNALS:
        loop.add_signal_handler(stop_signal, serving.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await serving
    finally:
        for stop_signal in STOP_SIGNALS:
            loop.remove_signal_handler(stop_signal)


async def serve(  # noqa: PLR0913 - where it stands, by name, all with defaults
    settings: Settings,
    services: Services,
    *,
    base_url: str | None = None,
    on_ready: Callable[[], None] = lambda: None,
    listener: socket.socket | None = None,
    local: LocalPerson | None = None,
) -> None:
    """Serve until cancelled; then finish what is in hand, within the set time; see `run`."""
    application = build_application(settings, services, base_url=base_url)
    signals = signals_for(services.database, application.bot.token)
    inbox, webhook = _inbox(application, settings, services, signals), Webhook.of(settings)
    updates = [webhook.route(inbox.accept)] if webhook else []
    mirror = mirror_routes(services, application.bot, local=local)
    web = serve_web(listener or listen_for(settings), [*updates, *routes_of(services), *mirror])
    async with web, services.watching(), running(signals, lead=webhook is None):
        try:
            await _start(application, settings, services.translations, webhook)
            await tell_cut_off(services, application.bot)
            await inbox.replay()
            services.vitals.state = State.READY
            log.info("bot_ready")
            on_ready()
            async with tending(application.bot, services):
                if webhook:
                    await asyncio.Event().wait()
                else:
                    await poll_alone(application.bot, inbox, signals)
        except InvalidToken:
            raise TokenError(
                "Telegram does not know BOT_TOKEN: @BotFather shows the right one"
            ) from None
        finally:
            await _stop(application, settings, services, inbox)


def _inbox(
    application: AnyApplication, settings: Settings, services: Services, signals: Signals | None
) -> Inbox:
    return Inbox(
        application,
        services.database,
        clock=services.now,
        concurrent_updates=settings.concurrent_updates,
        news=signals.news(CHANNEL) if signals else None,
        on_done=services.metrics.note_done,
        crowd=Crowd(partial(tell_wait, services), partial(refuse, services)),
    )


async def _stop(
    application: AnyApplication, settings: Settings, services: Services, inbox: Inbox
) -> None:
    """Take nothing more in, and give the answers in the making the time that is set."""
    services.vitals.state = State.STOPPING
    await inbox.drain(timeout_s=settings.stop_timeout_s)
    await _close(application)
    log.info("bot_stopped")


def signals_for(database: Database, token: str) -> Signals | None:
    """Return what other processes on the same database say; None where there can be none."""
    if database.is_sqlite:
        return None
    return Signals(database.url, int(token.partition(":")[0]), [CHANNEL])


@asynccontextmanager
async def running(signals: Signals | None, *, lead: bool) -> AsyncIterator[None]:
    """Listen to other processes while the context lasts."""
    task = signals and asyncio.create_task(signals.run(lead=lead))
    try:
        yield
    finally:
        if task:
            task.cancel()
            await asyncio.wait({task})


async def _start(
    application: AnyApplication,
    settings: Settings,
    translations: Translations,
    webhook: Webhook | None,
) -> None:
    """Reach Telegram, clear what a crash left half read, and say where updates are to go."""
    bot = application.bot
    await persist(bot, application.initialize, "start_delayed")
    await persist(bot, lambda: introduce(bot, settings, translations), "start_delayed")
    await asyncio.to_thread(clear_unread, settings.graph_dir)
    await application.start()
    await persist(bot, lambda: _choose_way(bot, webhook), "start_delayed")


async def _choose_way(bot: Bot, webhook: Webhook | None) -> None:
    """Tell Telegram whether updates are brought or fetched; nothing that waits is dropped."""
    if webhook is None:
        await bot.delete_webhook(drop_pending_updates=False)
        return
    await bot.set_webhook(
        webhook.url,
        secret_token=webhook.secret,
        allowed_updates=ALLOWED_UPDATES,
        max_connections=WEBHOOK_CONNECTIONS,
        drop_pending_updates=False,
    )


async def _close(application: AnyApplication) -> None:
    if application.running:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await application.stop()
    await application.shutdown()
    await application.bot.shutdown()  # the connections, where the start did not get further
