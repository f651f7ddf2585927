"""Sending and editing, with Telegram's harmless refusals taken for what they are."""

import logging

from telegram import CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Message, User
from telegram.constants import ChatAction, ChatType, ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import ContextTypes

from bot.keyboards import mood_keyboard
from bot.replies import Reply, compose_songs
from bot.services import NoSongsError, Services
from bot.storage.answers import Wish
from bot.storage.history import mark_sent
from bot.texts import Html, Texts

log = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# The Bot API says these in words only, as a plain BadRequest.
UNCHANGED = "message is not modified"
GONE = ("message to edit not found", "message can't be edited")
TOO_LATE = ("query is too old", "query id is invalid")


async def send(message: Message, reply: Reply) -> Message:
    """Answer a message, in its thread; in a group as a reply to it."""
    return await message.reply_html(
        reply.text,
        reply_markup=reply.keyboard,
        link_preview_options=NO_PREVIEW,
        allow_sending_without_reply=True,
    )


async def send_picture(message: Message, picture: bytes, caption: Html) -> None:
    """Answer a message with a picture and the words below it."""
    await message.reply_photo(
        picture, caption=caption, parse_mode=ParseMode.HTML, allow_sending_without_reply=True
    )


async def edit(message: Message, reply: Reply) -> int:
    """Put a reply in the place of a message of ours; into a new one where that has gone.

    Returns:
        The number of the message that shows the reply.
    """
    try:
        await message.edit_text(
            reply.text,
            parse_mode=ParseMode.HTML,
            reply_markup=reply.keyboard,
            link_preview_options=NO_PREVIEW,
        )
    except BadRequest as error:
        if _says(error, *GONE):
            return (await send(message, reply)).message_id
        if not _says(error, UNCHANGED):
            raise
    return message.message_id


async def edit_keyboard(message: Message, keyboard: InlineKeyboardMarkup | None) -> None:
    """Put other buttons, or none, under a message of ours, if it is still there."""
    try:
        await message.edit_reply_markup(keyboard)
    except BadRequest as error:
        if not _says(error, UNCHANGED, *GONE):
            raise


async def answer(query: CallbackQuery, words: str | None = None, *, alert: bool = False) -> None:
    """Answer a press, so that its button stops waiting; too late is no mistake."""
    try:
        await query.answer(words, show_alert=alert)
    except BadRequest as error:
        if not _says(error, *TOO_LATE):
            raise


def _says(error: BadRequest, *known: str) -> bool:
    return any(words in error.message.lower() for words in known)


def show_typing(message: Message, context: Context) -> None:
    """Show at once that an answer is being made, without waiting for that to arrive."""
    context.application.create_task(show_action(message, ChatAction.TYPING))


async def show_action(message: Message, action: ChatAction) -> None:
    """Show for some seconds what the bot is doing."""
    try:
        await message.reply_chat_action(action)
    except TelegramError as error:  # an extra: its loss is nobody's concern
        log.debug("action_not_shown error=%s", type(error).__name__)


async def send_wished(services: Services, message: Message, wish: Wish, opening: Html) -> None:
    """Answer a message with the songs that somebody wishes for; or say that none are left."""
    texts = services.texts
    try:
        songs = await services.suggest(wish)
    except NoSongsError as error:
        await send(message, Reply(about(error, texts), mood_keyboard(texts)))
        return
    if songs.stored.message_id is not None:  # sent before a crash
        return
    sent = await send(message, compose_songs(songs, opening, texts))
    await services.database.run(mark_sent, songs.stored.suggestion_id, sent.message_id)


def about(error: NoSongsError, texts: Texts) -> Html:
    """Return what a person can do where no songs are left for them."""
    return texts("songs.unfit" if error.filtered else "songs.none")


async def may_ask(services: Services, message: Message, user: User, *, cost: float = 1.0) -> bool:
    """Return whether a person may ask for more now; tell them to wait if not."""
    allowed = services.turns.allow(user.id, cost=cost, at=services.now())
    if not allowed:
        log.info("slowed_down")
        await send(message, Reply(services.texts("limit.slow")))
    return allowed


async def in_private(services: Services, message: Message) -> bool:
    """Return whether nobody else reads along; ask for a private chat if somebody does."""
    private = message.chat.type == ChatType.PRIVATE
    if not private:
        await send(message, Reply(services.texts("history.private")))
    return private
