"""A press, checked: who pressed what under which message."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.ext import ContextTypes

from bot.errors import BotError
from bot.services import Services
from bot.storage.answers import newest_in
from bot.storage.history import StoredSuggestion, suggestion_of
from bot.storage.users import is_known
from bot.wire.delivery import answer, is_private


class OldPressError(BotError):
    """The button belongs to somebody else, or its message shows other things by now."""


class NotYoursError(BotError):
    """In a group: the songs were chosen for another member."""


class StrangerError(BotError):
    """In a group: somebody pressed who never began to use the bot."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press on a button under a message that the bot can still change.

    Attributes:
        later: Starts a task that goes on after the press was answered.
    """

    update_id: int
    query: CallbackQuery
    message: Message
    later: Callable[[Coroutine[Any, Any, None]], object]

    @classmethod
    def of(cls, update: Update, context: ContextTypes.DEFAULT_TYPE) -> "Pressed":
        """Return the press in an update.

        Raises:
            OldPressError: Telegram no longer shows the bot its message.
        """
        query = update.callback_query
        assert query is not None  # the filter matches presses only
        if not isinstance(query.message, Message):
            raise OldPressError("expected a message that can be changed")
        later = partial(context.application.create_task, update=update)
        return cls(update.update_id, query, query.message, later)

    @property
    def user_id(self) -> int:
        """Return who pressed."""
        return self.query.from_user.id


def check_private(pressed: Pressed) -> None:
    """Check that a press comes from the person's private chat, where private things are shown.

    Raises:
        OldPressError: It is not the person's own chat with the bot.
    """
    if not is_private(pressed.message.chat) or pressed.message.chat_id != pressed.user_id:
        raise OldPressError("expected the person's private chat")


async def affords(services: Services, pressed: Pressed, cost: float) -> bool:
    """Return whether the person has so many tokens, and take them; else tell them to wait."""
    if services.limits.allow(pressed.user_id, cost=cost, at=services.now()):
        return True
    await answer(pressed.query, services.texts("toast.slow"), alert=True)
    return False


async def owned(services: Services, pressed: Pressed, suggestion_id: int) -> StoredSuggestion:
    """Return the suggestion that a button belongs to, for the person whose it is.

    Raises:
        UnknownSuggestionError: It was forgotten.
        OldPressError: It stands in another message: callback data can be made up.
        NotYoursError: It is another member's.
    """
    stored = await _shown(services, pressed, suggestion_id)
    if stored.user_id != pressed.user_id:
        raise NotYoursError(f"expected the person of suggestion {suggestion_id}")
    return stored


async def open_to_all(services: Services, pressed: Pressed, suggestion_id: int) -> StoredSuggestion:
    """Return the suggestion that a button belongs to; in a group, for everybody who uses the bot.

    Raises:
        UnknownSuggestionError: It was forgotten.
        OldPressError: It stands in another message: callback data can be made up.
        StrangerError: The person never began to use the bot, and nothing may be kept about them.
    """
    stored = await _shown(services, pressed, suggestion_id)
    own = stored.user_id == pressed.user_id
    if not own and not await services.database.run(is_known, pressed.user_id):
        raise StrangerError("expected somebody who began to use the bot")
    return stored


async def _shown(services: Services, pressed: Pressed, suggestion_id: int) -> StoredSuggestion:
    """Return the suggestion that a message shows; in a chat of one person, to that person."""
    stored = await services.database.run(suggestion_of, suggestion_id)
    here = stored.chat_id == pressed.message.chat_id and stored.message_id in {
        None,
        pressed.message.message_id,
    }
    if not here or (stored.user_id != pressed.user_id and not stored.shared):
        raise OldPressError(f"expected the person and message of suggestion {suggestion_id}")
    return stored


async def still_shown(services: Services, pressed: Pressed, stored: StoredSuggestion) -> bool:
    """Return whether the message still shows this suggestion, and no later one in its place."""
    place = pressed.message.chat_id, pressed.message.message_id
    return await services.database.run(newest_in, *place) <= stored.suggestion_id
