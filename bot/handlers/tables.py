"""A table of songs that an admin sends: read aside, reported, and used when the admin says so."""

import asyncio
import logging
from pathlib import PurePath

from telegram import Document, InlineKeyboardMarkup, Message, Update

from bot.handlers.admin import build, failure
from bot.handlers.pressed import OldPressError, Pressed, check_private
from bot.handlers.underway import Outcome, Progress, alone
from bot.screens.admin_presses import ForcePress, OfferChoice, OfferPress
from bot.screens.keyboards import offer_keyboard
from bot.screens.replies import Reply
from bot.screens.reports import compose_import, compose_useless
from bot.services import Services
from bot.upkeep.offers import Offer, add_present, read_table
from bot.upkeep.processes import ProcessError
from bot.wire.delivery import Context, answer, edit_keyboard
from bot.wire.downloads import NotFetchedError, fetch
from inference.errors import TooLargeError

log = logging.getLogger(__name__)

TABLES = (
    ".csv",
    ".tsv",
    ".txt",
    ".json",
    ".jsonl",
    ".ndjson",
    ".parquet",
    ".gz",
    ".zst",
    ".zip",
    ".xlsx",
    ".xls",
    ".xlsm",
    ".ods",
)
SPREADSHEETS = (".numbers",)


def is_table(message: Message) -> bool:
    """Return whether a message brings a file that says it is neither a picture nor a clip."""
    document = message.document
    if document is None or message.animation:
        return False
    kind, _, form = (document.mime_type or "").partition("/")
    if kind in {"image", "video"}:
        return False
    return form not in {"", "octet-stream"} or _suffix(document) in TABLES + SPREADSHEETS


def _suffix(document: Document) -> str:
    return PurePath(document.file_name or "").suffix.lower()


async def take_table(services: Services, update: Update, context: Context) -> None:
    """Begin to read a table of songs; the admin's next messages are not held up by it."""
    message, admin = update.effective_message, update.effective_user
    assert message is not None and admin is not None  # noqa: PT018 - the filter names the admins
    offer = Offer(services.settings.graph_dir, update.update_id)
    work = alone(
        services, message, admin, "table", lambda shown: _read(services, message, offer, shown)
    )
    context.application.create_task(work, update=update)


async def _read(services: Services, message: Message, offer: Offer, progress: Progress) -> Outcome:
    """Fetch a table and make a catalogue of it, aside; return the report."""
    document, texts = message.document, services.texts
    assert document is not None  # the filter matches documents only
    if _suffix(document) in SPREADSHEETS:
        return "refused: spreadsheet", Reply(texts("table.spreadsheet"))
    try:
        report = await read_table(offer, await fetch(document), progress.show)
    except TooLargeError:
        return "refused: too_large", Reply(texts("table.too_large"))
    except NotFetchedError:
        return "refused: not_fetched", Reply(texts("table.not_fetched"))
    except ProcessError as error:
        return f"failed: {error}", Reply(failure(services, error))
    if not report.kept:
        return "refused: no song", Reply(compose_useless(report, texts))
    present = len(services.graph.snapshot)
    words = compose_import(report, present, texts)
    return f"read: {report.kept} songs", Reply(words, await _choices(services, offer))


async def decide(services: Services, pressed: Pressed, press: OfferPress) -> None:
    """Build with the songs of a table, add them to the present ones, or drop them."""
    _check_admin(services, pressed)
    offer = Offer(services.settings.graph_dir, press.offer)
    texts = services.texts
    if press.choice is OfferChoice.DISCARD:
        await edit_keyboard(pressed.message, None)
        if press.offer:
            await asyncio.to_thread(offer.discard)
        await answer(pressed.query, texts("toast.discarded"))
        return
    if not offer.is_kept:
        await edit_keyboard(pressed.message, None)
        await answer(pressed.query, texts("toast.offer_gone"), alert=True)
        return
    if press.choice is OfferChoice.BUILD:  # the present songs would be gone: once more
        await answer(pressed.query)
        await edit_keyboard(pressed.message, await _choices(services, offer, sure=True))
        return
    await _begin(services, pressed, offer, press.choice, force=False)


async def _choices(services: Services, offer: Offer, *, sure: bool = False) -> InlineKeyboardMarkup:
    """Return what can be done with the songs of an offer, with the numbers of both."""
    new = await asyncio.to_thread(offer.songs)
    present = len(services.graph.snapshot)
    return offer_keyboard(offer.number, services.texts, present=present, new=new, sure=sure)


async def force(services: Services, pressed: Pressed, press: ForcePress) -> None:
    """Publish a graph that was refused, if it would still take the place of the same one."""
    _check_admin(services, pressed)
    offer = Offer(services.settings.graph_dir, press.offer) if press.offer else None
    changed = int(services.graph.snapshot.version) != press.version
    if changed or (offer and not offer.is_kept):
        await edit_keyboard(pressed.message, None)
        await answer(pressed.query, services.texts("toast.graph_changed"), alert=True)
        return
    await _begin(services, pressed, offer, press.choice, force=True)


async def _begin(
    services: Services, pressed: Pressed, offer: Offer | None, choice: OfferChoice, *, force: bool
) -> None:
    """Begin to build; only then the buttons go."""
    await answer(pressed.query)

    async def do(progress: Progress) -> Outcome:
        await edit_keyboard(pressed.message, None)
        adding = offer is not None and choice is OfferChoice.ADD and not force
        if offer and adding and (refused := await _add(services, offer, progress)):
            return refused
        outcome, reply = await build(services, progress, offer, choice, force=force)
        if offer and outcome.startswith("failed"):
            reply = Reply(reply.text, await _choices(services, offer))
        return outcome, reply

    pressed.later(alone(services, pressed.message, pressed.query.from_user, "rebuild", do))


async def _add(services: Services, offer: Offer, progress: Progress) -> Outcome | None:
    """Make a catalogue of the present songs and the offered; return why not, if not."""
    texts = services.texts
    try:
        report = await add_present(offer, progress.show)
    except ProcessError as error:
        words = failure(services, error)
        return f"failed: {error}", Reply(words, await _choices(services, offer))
    if report.kept == report.present:
        await asyncio.to_thread(offer.discard)
        return "refused: nothing new", Reply(texts("table.nothing_new"))
    return None


def _check_admin(services: Services, pressed: Pressed) -> None:
    """Refuse whoever is no admin in a private chat.

    Raises:
        OldPressError: They are not.
    """
    check_private(pressed)
    if pressed.user_id not in services.settings.admins:
        raise OldPressError("expected an admin")
