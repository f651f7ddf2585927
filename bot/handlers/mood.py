"""A mood without a picture: from seven buttons, from words, from an emoji or a sticker."""

import dataclasses
import logging

from telegram import Message, Update, User

from bot.handlers.answering import send_wished
from bot.handlers.pressed import Pressed
from bot.screens.keyboards import mood_keyboard
from bot.screens.openings import opening_for_mood
from bot.screens.presses import MoodPress
from bot.screens.replies import Reply
from bot.services import Services
from bot.storage.answers import Wish
from bot.storage.history import ReadingSource
from bot.wire.delivery import Context, answer, send, show_typing, together
from graph.choosing.recommend import Aim
from inference.emotions import Emotion, EmotionScores

log = logging.getLogger(__name__)


async def choose_mood(services: Services, update: Update, context: Context) -> None:
    """Answer /mood: songs for the words behind it, or else the seven moods."""
    message = update.effective_message
    assert message is not None  # the filter matches messages only
    if context.args:
        await _answer_words(services, update, context, " ".join(context.args), "start.unknown")
    else:
        texts = services.texts
        await send(message, Reply(texts("start.choose"), mood_keyboard(texts)))


async def answer_words(services: Services, update: Update, context: Context) -> None:
    """Answer a message or a sticker with songs for the mood it names, or with how to say one."""
    message = update.effective_message
    assert message is not None  # the filter matches messages only
    if message.sticker:
        words, unknown = message.sticker.emoji or "", "start.sticker"
    else:
        words, unknown = message.text or "", "start.unknown" if message.text else "start.other"
    await _answer_words(services, update, context, words, unknown)


async def press_mood(services: Services, pressed: Pressed, press: MoodPress) -> None:
    """Answer one of the seven buttons; they stay, to be pressed again."""
    message, user = pressed.message, pressed.query.from_user
    wish = _wish(press.emotion, message=message, user=user, update_id=pressed.update_id)
    opening = opening_for_mood(wish.scores, Aim(wish.aim), services.texts)
    await together(answer(pressed.query), send_wished(services, message, wish, opening))


async def _answer_words(
    services: Services, update: Update, context: Context, words: str, unknown: str
) -> None:
    message, user, texts = update.effective_message, update.effective_user, services.texts
    assert message is not None  # the filter matches messages only
    if user is None:  # posted by a channel
        return
    moods = texts.moods.find(words)
    if not moods:
        log.info("words_unknown length=%d", len(words))
        await send(message, Reply(texts(unknown), mood_keyboard(texts)))
    else:
        show_typing(message, context)
        wish = _wish(*moods, message=message, user=user, update_id=update.update_id)
        wish = dataclasses.replace(wish, source=ReadingSource.WORDS)
        opening = opening_for_mood(wish.scores, Aim(wish.aim), texts)
        await send_wished(services, message, wish, opening)


def _wish(*moods: Emotion, message: Message, user: User, update_id: int) -> Wish:
    """Return the wish for songs that suit the moods, all alike."""
    return Wish(
        user_id=user.id,
        chat_id=message.chat_id,
        update_id=update_id,
        language=user.language_code,
        scores=EmotionScores.from_weights(dict.fromkeys(moods, 1.0)),
        source=ReadingSource.BUTTON,
    )
