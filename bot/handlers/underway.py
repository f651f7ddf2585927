"""Work on the songs: one at a time, shown to the admin, written down, and told of if cut off."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, timedelta

from telegram import Bot, Message, User
from telegram.error import TelegramError

from bot.errors import BotError
from bot.screens.replies import Reply
from bot.services import Services
from bot.storage.audit import cut_off_actions, end_action, save_action
from bot.upkeep.processes import Step
from bot.wire.delivery import NotDeliveredError, edit, send, send_to
from bot.wire.limits import AlreadyRunningError
from graph.snapshot.versions import built_at

log = logging.getLogger(__name__)

LONGEST = timedelta(hours=1)  # no work on the songs takes as long
EVERY_S = 2.0  # between two edits of the progress; Telegram slows down whoever edits more

# What is written down, and what the admin reads.
Outcome = tuple[str, Reply]


async def alone(
    services: Services,
    message: Message,
    admin: User,
    action: str,
    do: Callable[["Progress"], Awaitable[Outcome]],
) -> None:
    """Do one thing with the songs at a time: show its progress, and report and record its end."""
    texts = services.texts
    try:
        with services.limits.exclusive("songs"):
            async with _written_down(services, admin, action) as end:
                progress = await send(message, Reply(texts(f"{action}.started")))
                outcome, reply = await do(Progress(progress, services, f"{action}.step"))
                await end(outcome)
                await edit(progress, reply)
    except AlreadyRunningError:
        async with _written_down(services, admin, action) as end:
            await end("refused: running")
        await send(message, Reply(texts("rebuild.running")))


@asynccontextmanager
async def _written_down(
    services: Services, admin: User, action: str
) -> AsyncIterator[Callable[[str], Awaitable[None]]]:
    """Write an action down, and then its end; without one the next start says that it was cut off.

    Raises:
        StorageError: It could not be written down.
    """
    run = services.database.run
    number = await run(save_action, admin.id, action, at=services.now())

    async def end(outcome: str) -> None:
        log.warning("%s outcome=%s", action, outcome.partition(":")[0])
        await run(end_action, number, outcome)

    try:
        yield end
    except (BotError, TelegramError) as error:
        await end(f"failed: {type(error).__name__}")
        raise


async def tell_cut_off(services: Services, bot: Bot) -> None:
    """Tell admins that the bot was stopped during what they had begun, and which graph is used.

    Where several processes share a database, one of them may be at it: only what began long ago.
    """
    before = services.now() - (timedelta() if services.database.is_sqlite else LONGEST)
    snapshot, directory = services.graph.snapshot, services.settings.graph_dir
    for admin in await services.database.run(cut_off_actions, before=before):
        texts = (await services.speaking_to(admin, None)).texts
        date = texts.moment(built_at(directory, snapshot.version), UTC)
        words = texts("rebuild.cut_off", date=date, tracks=texts.number(len(snapshot)))
        try:
            await send_to(bot, admin, Reply(words))
        except NotDeliveredError as error:
            log.warning("cut_off_not_told error=%s", error)


class Progress:
    """A message that shows progress, edited from time to time."""

    def __init__(self, message: Message, services: Services, key: str) -> None:
        self.message = message
        self._services = services
        self._key = key
        self._shown_at = services.now()

    async def show(self, step: Step) -> None:
        """Show the progress, unless it was shown just now."""
        now = self._services.now()
        if (now - self._shown_at).total_seconds() < EVERY_S:
            return
        self._shown_at = now
        percent = f"{100 * step.done:.0f}"
        words = self._services.texts(self._key, step=step.name, percent=percent)
        try:
            await edit(self.message, Reply(words))
        except TelegramError as error:  # the work is worth more than its progress
            log.info("progress_not_shown error=%s", type(error).__name__)
