"""What an admin can do: have the song graph built anew while everybody goes on chatting."""

import logging

from telegram import Message, Update, User
from telegram.error import TelegramError

from bot.handlers.delivery import Context, edit, send
from bot.rebuild import RebuildError, Report, Step, rebuild
from bot.replies import Reply
from bot.services import Services
from bot.storage.audit import save_action
from bot.texts import Html
from bot.turns import TakenError
from graph.errors import SnapshotError

log = logging.getLogger(__name__)

EVERY_S = 2.0  # between two edits of the progress; Telegram slows down whoever edits more


async def start_rebuild(services: Services, update: Update, context: Context) -> None:
    """Begin to build the graph anew; the admin's next messages are not held up by it."""
    message, admin = update.effective_message, update.effective_user
    assert message is not None and admin is not None  # noqa: PT018 - the filter names the admins
    context.application.create_task(_rebuild(services, message, admin), update=update)


async def _rebuild(services: Services, message: Message, admin: User) -> None:
    try:
        with services.turns.alone("rebuild"):
            progress = await send(message, Reply(services.texts("rebuild.started")))
            outcome, words = await _outcome(services, progress)
            await _write_down(services, admin, outcome)
            await edit(progress, Reply(words))
    except TakenError:
        await _write_down(services, admin, "refused: running")
        await send(message, Reply(services.texts("rebuild.running")))


async def _write_down(services: Services, admin: User, outcome: str) -> None:
    log.warning("rebuild outcome=%s", outcome.partition(":")[0])
    await services.database.run(save_action, admin.id, "rebuild", outcome, at=services.now())


async def _outcome(services: Services, progress: Message) -> tuple[str, Html]:
    """Build and swap; return what is written down, and what the admin reads."""
    texts = services.texts
    try:
        report = await rebuild(services.settings.graph_dir, Progress(progress, services).show)
        snapshot = await services.graph.swap()
    except (RebuildError, SnapshotError) as error:
        return f"failed: {error}", texts("rebuild.failed", reason=error)
    return f"done: version {snapshot.version}", _summary(services, report)


def _summary(services: Services, report: Report) -> Html:
    return services.texts(
        "rebuild.done",
        tracks=f"{report.tracks:,}",
        edges=f"{report.edges:,}",
        seconds=f"{report.seconds:.1f}",
    )


class Progress:
    """A message that says how far a build is, changed now and then."""

    def __init__(self, message: Message, services: Services) -> None:
        self._message = message
        self._services = services
        self._shown_at = services.now()

    async def show(self, step: Step) -> None:
        """Say where the build is, unless that was said just now."""
        now = self._services.now()
        if (now - self._shown_at).total_seconds() < EVERY_S:
            return
        self._shown_at = now
        percent = f"{100 * step.done:.0f}"
        words = self._services.texts("rebuild.step", step=step.name, percent=percent)
        try:
            await edit(self._message, Reply(words))
        except TelegramError as error:  # the build is worth more than its progress
            log.info("progress_not_shown error=%s", type(error).__name__)
