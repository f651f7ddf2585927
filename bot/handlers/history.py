"""What a person felt and liked, as far as the bot knows."""

from telegram import Update

from bot.handlers.answering import in_private
from bot.handlers.pressed import OldPressError, Pressed, check_private
from bot.screens.history import PAGE, compose_history
from bot.screens.keyboards import history_keyboard, mood_keyboard
from bot.screens.people_presses import HistoryPress
from bot.screens.replies import Reply
from bot.services import Services
from bot.storage.history import readings_of
from bot.storage.ratings import liked_by
from bot.wire.delivery import Context, answer, edit, send

MAX_PAGE = 100_000


async def show_history(services: Services, update: Update, _: Context) -> None:
    """Answer /history with the newest page."""
    message, user = update.effective_message, update.effective_user
    assert message is not None  # the filter matches messages only
    if user and await in_private(services, message):
        await send(message, await _page(services, user.id, 0))


async def turn_page(services: Services, pressed: Pressed, press: HistoryPress) -> None:
    """Show another page of the history in place.

    Raises:
        OldPressError: No history is that long, or others read along: the press is made up.
    """
    check_private(pressed)
    if press.page > MAX_PAGE:
        raise OldPressError(f"expected page {MAX_PAGE} at most, found {press.page}")
    await answer(pressed.query)
    await edit(pressed.message, await _page(services, pressed.user_id, press.page))


async def _page(services: Services, user_id: int, page: int) -> Reply:
    """Return a page of moods; of liked songs, the newest stand under the first."""
    texts, first = services.texts, page * PAGE
    known = await services.database.run(readings_of, user_id, first + PAGE + 1)
    liked = [] if page else await services.database.run(liked_by, user_id, PAGE)
    readings = known[first : first + PAGE]
    if not readings and not liked:
        return Reply(texts("history.empty"), mood_keyboard(texts))
    older = len(known) > first + PAGE
    keyboard = history_keyboard(page, older=older, texts=texts)
    return Reply(compose_history(readings, liked, texts), keyboard)
