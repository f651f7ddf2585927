"""What admins can do with the song graph while the bot answers: rebuild it, or roll back."""

import asyncio
import logging
from datetime import UTC

from telegram import Update

from bot.handlers.underway import Outcome, Progress, alone
from bot.screens.admin_presses import OfferChoice
from bot.screens.keyboards import worse_keyboard
from bot.screens.replies import Reply
from bot.screens.reports import compose_comparison, compose_faults
from bot.services import Services
from bot.upkeep.offers import Offer
from bot.upkeep.processes import KilledError, ProcessError
from bot.upkeep.rebuild import Report, WorseError, rebuild
from bot.wire.delivery import Context
from bot.words.texts import Html
from graph.errors import OldestGraphError, SnapshotError
from graph.snapshot.versions import built_at, roll_back

log = logging.getLogger(__name__)


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
        tracks=texts.number(report.tracks),
        edges=texts.number(report.edges),
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
    words = texts("rollback.done", date=date, tracks=texts.number(len(snapshot)))
    return f"done: version {version}", Reply(words)
