"""What admins can do with the song graph while the bot answers: rebuild it, or roll back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC

from telegram import Message, Update, User
from telegram.error import TelegramError

from bot.screens.admin_presses import OfferChoice
from bot.screens.keyboards import worse_keyboard
from bot.screens.replies import Reply
from bot.screens.reports import compose_comparison, compose_faults
from bot.services import Services
from bot.storage.audit import save_action
from bot.upkeep.offers import Offer
from bot.upkeep.processes import KilledError, ProcessError, Step
from bot.upkeep.rebuild import Report, WorseError, rebuild
from bot.wire.delivery import Context, edit, send
from bot.wire.limits import AlreadyRunningError
from bot.words.texts import Html
from graph.errors import OldestGraphError, SnapshotError
from graph.snapshot.versions import built_at, roll_back

log = logging.getLogger(__name__)

EVERY_S = 2.0  # between two edits of the progress; Telegram slows down whoever edits more

# What is written down, and what the admin reads.
Outcome = tuple[str, Reply]


async def start_rebuild(services: Services, update: Update, context: Context) -> None:
    """Start a rebuild of the graph as a task, so that the admin's next messages are answered."""
    message, admin = update.effective_message, update.effective_user
    assert message is not None and admin is not None  # noqa: PT018 - the filter names the admins
    work = alone(services, message, admin, "rebuild", lambda shown: build(services, shown))
    context.application.create_task(work, update=update)


async def go_back(services: Services, update: Update, context: Context) -> None:
    """Start a rollback to the graph before this one."""
    message, admin = update.effective_message, update.effective_user
    assert message is not None and admin is not None  # noqa: PT018 - the filter names the admins
    work = alone(services, message, admin, "rollback", lambda _: _roll_back(services))
    context.application.create_task(work, update=update)


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
            progress = await send(message, Reply(texts(f"{action}.started")))
            outcome, reply = await do(Progress(progress, services, f"{action}.step"))
            await _write_down(services, admin, action, outcome)
            await edit(progress, reply)
    except AlreadyRunningError:
        await _write_down(services, admin, action, "refused: running")
        await send(message, Reply(texts("rebuild.running")))


async def _write_down(services: Services, admin: User, action: str, outcome: str) -> None:
    log.warning("%s outcome=%s", action, outcome.partition(":")[0])
    await services.database.run(save_action, admin.id, action, outcome, at=services.now())


async def build(
    services: Services,
    progress: "Progress",
    offer: Offer | None = None,
    choice: OfferChoice = OfferChoice.BUILD,
    *,
    force: bool = False,
) -> Outcome:
    """Build of the present songs or those of an offer, and swap; a worse graph only if forced."""
    directory = services.settings.graph_dir
    songs = offer.folder_of(choice) if offer else None
    try:
        report = await rebuild(directory, progress.show, songs=songs, force=force)
        snapshot = await services.graph.swap()
    except WorseError as error:
        return "refused: worse", _refusal(services, error, offer, choice)
    except (ProcessError, SnapshotError) as error:
        return f"failed: {error}", Reply(failure(services, error))
    if offer:
        await asyncio.to_thread(offer.discard)
    return f"done: version {snapshot.version}", Reply(_summary(services, report))


def failure(services: Services, error: Exception) -> Html:
    """Return why a process did not do its work."""
    if isinstance(error, KilledError):
        return services.texts("rebuild.killed")
    return services.texts("rebuild.failed", reason=error)


def _summary(services: Services, report: Report) -> Html:
    texts = services.texts
    done = texts(
        "rebuild.done",
        tracks=f"{report.tracks:,}",
        edges=f"{report.edges:,}",
        seconds=f"{report.seconds:.1f}",
    )
    if not report.comparison:
        return done
    return Html(f"{done}\n{compose_comparison(report.comparison, texts)}")


def _refusal(
    services: Services, error: WorseError, offer: Offer | None, choice: OfferChoice
) -> Reply:
    texts = services.texts
    words = texts(
        "rebuild.worse",
        faults=compose_faults(error.comparison, texts),
        comparison=compose_comparison(error.comparison, texts),
    )
    version = int(services.graph.snapshot.version)
    return Reply(words, worse_keyboard(offer.number if offer else 0, choice, version, texts))


async def _roll_back(services: Services) -> Outcome:
    directory, texts = services.settings.graph_dir, services.texts
    try:
        version = await asyncio.to_thread(roll_back, directory)
        snapshot = await services.graph.swap()
    except OldestGraphError:
        return "refused: oldest", Reply(texts("rollback.none"))
    except SnapshotError as error:
        return f"failed: {error}", Reply(texts("rollback.failed", reason=error))
    date = texts.moment(built_at(directory, version), UTC)
    words = texts("rollback.done", date=date, tracks=f"{len(snapshot):,}")
    return f"done: version {version}", Reply(words)


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
