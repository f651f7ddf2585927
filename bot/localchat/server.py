"""The local chat as one thing that runs: server, state, and the people a program plays."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from aiohttp import web

from bot.localchat.bodies import BODY_LIMIT_BYTES
from bot.localchat.bot_side import BotSide
from bot.localchat.chats import Chat, first_number
from bot.localchat.conversation import BOT_ID, Conversation
from bot.localchat.desk import Desk
from bot.localchat.driver import Person
from bot.localchat.errors import SpecViolationError
from bot.localchat.files import Files
from bot.localchat.guards import admit, protect
from bot.localchat.page_side import PageSide
from bot.localchat.page_stream import CLOSE
from bot.localchat.profile import Profile
from bot.localchat.schema import Spec
from bot.localchat.updates import Updates
from bot.localchat.webhook import Webhook
from bot.localchat.wire import JsonObject

HOST = "127.0.0.1"
SHUTDOWN_S = 1.0


def local_token() -> str:
    """Return a new token, in the form that Telegram's have."""
    return f"{BOT_ID}:{secrets.token_urlsafe(26)}"


def now() -> datetime:
    """Return the time by the clock of this computer."""
    return datetime.now(UTC)


class LocalBotApi:
    """A Bot API on this computer, with the chat page in front of it.

    A bot reaches it with `token` and `base_url` in the place of https://api.telegram.org; people
    open `base_url` in a browser, or are played by a program: `person("Alice")`.
    """

    def __init__(self, bot_side: BotSide, base_url: str) -> None:
        self.base_url = base_url
        self.token = bot_side.token
        self.faults = bot_side.faults
        self.calls = bot_side.calls
        self.violations = bot_side.violations
        self.desk = bot_side.desk

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        *,
        port: int = 0,
        token: str | None = None,
        bot_name: str = "Tunemirror",
        spec: Path | None = None,
        clock: Callable[[], datetime] = now,
    ) -> AsyncIterator[Self]:
        """Serve on loopback while the context lasts.

        Args:
            port: Where to listen; 0 takes a free one.
            token: What the bot must present; a new random one without it.
            bot_name: How the bot is called in the chat.
            spec: The machine-readable Bot API that every call and update is held against.
            clock: Tells the time that messages are dated with.

        Raises:
            SpecViolationError: At the end, when something did not follow `spec`.
            OSError: The port is taken.
        """
        checked, violations = Spec.load(spec) if spec else None, list[str]()

        def watch(update: JsonObject) -> None:
            violations.extend(checked.faults_of_update(update) if checked else ())

        updates = Updates(first_id=first_number(clock()), watch=watch)
        conversation = Conversation(bot_name, updates=updates, files=Files(), now=clock)
        desk = Desk(conversation, Profile(), Webhook(updates, conversation.timestamp))
        bot_side = BotSide(desk, token or local_token(), checked, violations)
        async with _served(bot_side, port) as base_url:
            yield cls(bot_side, base_url)
        if bot_side.violations:
            raise SpecViolationError("\n".join(bot_side.violations))

    def person(self, name: str, *, language: str = "en") -> Person:
        """Return a new person in an empty chat with the bot."""
        chat = self.desk.conversation.join(name, language=language)
        return Person(self.desk.conversation, chat)

    def group(self, title: str) -> Chat:
        """Return a new group; `Person.within` is somebody who writes there."""
        return self.desk.conversation.gather(title)

    def deliver(self, update: JsonObject) -> None:
        """Queue an update as it is: a second time, or out of order."""
        self.desk.conversation.updates.put(update)

    @property
    def pending(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self.desk.conversation.updates)


@asynccontextmanager
async def _served(bot_side: BotSide, port: int) -> AsyncIterator[str]:
    """Serve on loopback while the context lasts, and give the address."""
    desk = bot_side.desk
    runner = web.AppRunner(_application(bot_side), access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await desk.webhook.remove()
        desk.conversation.updates.close()
        desk.conversation.tell(CLOSE)
        await runner.cleanup()


def _application(bot_side: BotSide) -> web.Application:
    application = web.Application(middlewares=[admit], client_max_size=BODY_LIMIT_BYTES)
    application.add_routes([*bot_side.routes(), *PageSide(bot_side.desk).routes()])
    application.on_response_prepare.append(protect)
    return application
