"""Sending and editing messages; refusals of Telegram that do no harm are ignored."""

import asyncio
import logging
import re
from collections.abc import Coroutine
from typing import Any

from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import ContextTypes

from bot.errors import BotError
from bot.screens.replies import Reply
from bot.wire.requests import FloodWaitError
from bot.wire.work import Work, current_work
from bot.words.texts import Html

log = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE
# The Bot API says these in words only, as a plain BadRequest.
UNCHANGED = "message is not modified"
GONE = ("message to edit not found", "message can't be edited")
CLOSED = (
    "chat not found",
    "not enough rights to send",
    "have no rights to send",
    "chat_write_forbidden",
    "chat_restricted",
    "topic_closed",
    "topic_deleted",
    "message thread not found",
    "peer_id_invalid",
    "user_is_blocked",
    "input_user_deactivated",
)
TOO_LATE = ("query is too old", "query id is invalid")


class NotDeliveredError(BotError):
    """A message could not be written to a chat."""


def is_private(chat: Chat) -> bool:
    """Return whether a chat is a person's private chat with the bot."""
    return chat.type == ChatType.PRIVATE


def without_name(words: str, name: str) -> str:
    """Return what somebody wrote without the bot's name, by which they called it."""
    return re.sub(rf"@{re.escape(name)}(?!\w)", "", words, flags=re.IGNORECASE)


async def send(message: Message, reply: Reply, *, quote: bool | None = None) -> Message:
    """Answer a message, in its thread; in a group, or with `quote`, as a reply to it.

    Where the person was told to wait, the answer takes the place of that line: it is then there
    once, however often it is given.
    """
    work = current_work()
    sent = await _put(message, reply, work, quote=quote)
    if work and work.sent_id is None:
        work.sent_id = sent.message_id
    return sent


async def _put(message: Message, reply: Reply, work: Work | None, *, quote: bool | None) -> Message:
    if work:
        work.answered = True
    if work and work.message_id is not None:
        line = message_of_ours(message, work.message_id)
        work.message_id = None
        if await _replace(line, reply):
            return line
    return await message.reply_html(
        reply.text,
        do_quote=quote,
        reply_markup=reply.keyboard,
        link_preview_options=_preview(reply),
        allow_sending_without_reply=True,
    )


def message_of_ours(message: Message, message_id: int) -> Message:
    """Return a message of ours in the chat of another one, to be changed."""
    line = Message(message_id, message.date, message.chat)
    line.set_bot(message.get_bot())
    return line


async def send_to(bot: Bot, chat_id: int, reply: Reply) -> int:
    """Write to a chat without being asked there; return the number of the message.

    Raises:
        NotDeliveredError: The person never began a chat, has blocked the bot, or Telegram is away.
    """
    try:
        sent = await bot.send_message(
            chat_id,
            reply.text,
            parse_mode=ParseMode.HTML,
            reply_markup=reply.keyboard,
            link_preview_options=_preview(reply),
        )
    except TelegramError as error:
        raise NotDeliveredError(type(error).__name__) from None
    return sent.message_id


async def send_picture(message: Message, picture: bytes, caption: Html) -> None:
    """Answer a message with a picture and the words below it."""
    await message.reply_photo(
        picture, caption=caption, parse_mode=ParseMode.HTML, allow_sending_without_reply=True
    )


async def put_picture(
    message: Message, picture: bytes, caption: str, keyboard: InlineKeyboardMarkup
) -> None:
    """Put a picture in the place of the one in a message; answer one without with a new one."""
    if not message.photo:
        await message.reply_photo(
            picture,
            caption=caption,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard,
            allow_sending_without_reply=True,
        )
        return
    media = InputMediaPhoto(picture, caption=caption, parse_mode=ParseMode.HTML)
    try:
        await message.edit_media(media, reply_markup=keyboard)
    except BadRequest as error:
        if not _says(error, UNCHANGED, *GONE):
            raise


async def send_file(message: Message, content: bytes, name: str, caption: Html) -> None:
    """Answer a message with a file and the words below it."""
    await message.reply_document(
        content,
        filename=name,
        caption=caption,
        parse_mode=ParseMode.HTML,
        allow_sending_without_reply=True,
    )


async def edit(message: Message, reply: Reply) -> int:
    """Put a reply in the place of a message of ours; into a new one where that has gone.

    Returns:
        The number of the message that shows the reply.
    """
    if await _replace(message, reply):
        return message.message_id
    return (await send(message, reply)).message_id


async def _replace(message: Message, reply: Reply) -> bool:
    """Put a reply in the place of a message of ours; return whether that is still there."""
    try:
        await message.edit_text(
            reply.text,
            parse_mode=ParseMode.HTML,
            reply_markup=reply.keyboard,
            link_preview_options=_preview(reply),
        )
    except BadRequest as error:
        if not _says(error, UNCHANGED, *GONE):
            raise
        return _says(error, UNCHANGED)
    return True


async def edit_keyboard(message: Message, keyboard: InlineKeyboardMarkup | None) -> None:
    """Put other buttons, or none, under a message of ours, if it is still there."""
    try:
        await message.edit_reply_markup(keyboard)
    except BadRequest as error:
        if not _says(error, UNCHANGED, *GONE):
            raise


async def edit_keyboard_in(
    bot: Bot, chat_id: int, message_id: int, keyboard: InlineKeyboardMarkup
) -> None:
    """Put other buttons under a message of ours, if it is still there.

    Raises:
        NotDeliveredError: The person has blocked the bot, or Telegram is away.
    """
    try:
        await bot.edit_message_reply_markup(chat_id, message_id, reply_markup=keyboard)
    except TelegramError as error:
        if not isinstance(error, BadRequest) or not _says(error, UNCHANGED, *GONE):
            raise NotDeliveredError(type(error).__name__) from None


async def answer(query: CallbackQuery, words: str | None = None, *, alert: bool = False) -> None:
    """Answer a press, so that its button stops waiting; too late is no mistake."""
    try:
        await query.answer(words, show_alert=alert)
    except BadRequest as error:
        if not _says(error, *TOO_LATE):
            raise
    except (NetworkError, FloodWaitError) as error:  # what was pressed for counts, and goes on
        log.warning("press_not_answered error=%s", type(error).__name__)


async def together(*actions: Coroutine[Any, Any, object]) -> None:
    """Do several things side by side; when one fails, end the others and raise its error."""
    try:
        async with asyncio.TaskGroup() as group:
            for action in actions:
                group.create_task(action)
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


def is_closed(error: BadRequest) -> bool:
    """Return whether a chat or its topic takes no messages of the bot, for no fault of ours."""
    return _says(error, *CLOSED)


def _preview(reply: Reply) -> LinkPreviewOptions:
    """Return what Telegram shows of a linked page: a small picture above the text, or nothing."""
    if reply.preview_url is None:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=reply.preview_url, prefer_small_media=True)


def _says(error: BadRequest, *known: str) -> bool:
    return any(words in error.message.lower() for words in known)
