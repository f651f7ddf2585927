"""A mood without a picture: from seven buttons, from words, from an emoji or a sticker."""

import asyncio
import dataclasses
import logging

from telegram import Message, Update, User

from bot.handlers.answering import send_wished
from bot.handlers.pressed import Pressed
from bot.screens.keyboards import mood_keyboard
from bot.screens.openings import opening_for_wish
from bot.screens.people_presses import MoodPress
from bot.screens.replies import Reply
from bot.services import Services
from bot.storage.answers import Wish
from bot.storage.asked import Asked
from bot.storage.history import StoredSuggestion, latest_suggestion
from bot.storage.readings import ReadingSource
from bot.wire.actions import show_typing
from bot.wire.delivery import Context, answer, send, together, without_name
from bot.words.understanding.meanings import Meaning, Talk, Wanted
from bot.words.understanding.understand import understand
from graph.choosing.recommend import Aim
from inference.emotions import Emotion, EmotionScores

log = logging.getLogger(__name__)

# Where no mood is said: bright and calm songs please most; a way to brighter or calmer ones begins
# where somebody who asks for it may be.
UNSAID = {
    Aim.MATCH: EmotionScores.from_weights({Emotion.HAPPY: 1.0, Emotion.NEUTRAL: 1.0}),
    Aim.LIFT: EmotionScores.only(Emotion.SAD),
    Aim.CALM: EmotionScores.only(Emotion.FEAR),
}


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
    """Answer a message or a sticker with songs for what it says, or with what can be said."""
    message = update.effective_message
    assert message is not None  # the filter matches messages only
    if message.sticker:
        words, unknown = message.sticker.emoji or "", "start.sticker"
    else:
        words = without_name(message.text or "", message.get_bot().username)
        unknown = "start.unknown" if message.text else "start.other"
    await _answer_words(services, update, context, words, unknown)


async def press_mood(services: Services, pressed: Pressed, press: MoodPress) -> None:
    """Answer one of the seven buttons; they stay, to be pressed again."""
    message, user = pressed.message, pressed.query.from_user
    wish = _wish(Wanted((press.emotion,)), message=message, user=user, update_id=pressed.update_id)
    aim = services.known.preferences.aim
    wish = dataclasses.replace(wish, source=ReadingSource.BUTTON, aim=aim)
    opening = opening_for_wish(wish, services.texts, care=services.care)
    await together(answer(pressed.query), send_wished(services, message, wish, opening))


async def _answer_words(
    services: Services, update: Update, context: Context, words: str, unknown: str
) -> None:
    message, user = update.effective_message, update.effective_user
    assert message is not None  # the filter matches messages only
    if user is None:  # posted by a channel
        return
    catalogue = await services.graph.catalogue()
    meaning = await asyncio.to_thread(understand, words, services.texts.language, catalogue)
    wish = await _wish_for(services, meaning, message, user, update.update_id)
    if wish is None:
        await _say(services, message, meaning, unknown)
    else:
        show_typing(message, context)
        opening = opening_for_wish(wish, services.texts, care=services.care)
        await send_wished(services, message, wish, opening)


async def _wish_for(
    services: Services, meaning: Meaning, message: Message, user: User, update_id: int
) -> Wish | None:
    """Return the wish in what somebody wrote; None where they want no songs."""
    if isinstance(meaning, Wanted):
        if meaning.moods and meaning.aim is None:
            meaning = dataclasses.replace(meaning, aim=Aim(services.known.preferences.aim))
        return _wish(meaning, message=message, user=user, update_id=update_id)
    if meaning is not Talk.AGAIN:
        return None
    place = user.id, message.chat_id
    earlier = await services.database.run(latest_suggestion, *place)
    return _more_like(earlier[0], user, update_id) if earlier else None


async def _say(services: Services, message: Message, meaning: Meaning, unknown: str) -> None:
    """Answer what is no wish for songs."""
    texts = services.texts
    match meaning:
        case Talk.THANKS:
            await send(message, Reply(texts("talk.thanks")))
        case Talk.GREETING:
            await send(message, Reply(texts("talk.hello"), mood_keyboard(texts)))
        case Talk.AGAIN:
            await send(message, Reply(texts("talk.nothing_before"), mood_keyboard(texts)))
        case _:
            log.info("words_unknown")
            await send(message, Reply(texts(unknown), mood_keyboard(texts)))


def _wish(wanted: Wanted, *, message: Message, user: User, update_id: int) -> Wish:
    """Return the wish for songs that suit the moods, all alike, and whatever else is wanted."""
    aim = wanted.aim or Aim.MATCH
    said = EmotionScores.from_weights(dict.fromkeys(wanted.moods, 1.0)) if wanted.moods else None
    return Wish(
        user_id=user.id,
        chat_id=message.chat_id,
        update_id=update_id,
        language=user.language_code,
        scores=said or UNSAID[aim],
        source=ReadingSource.WORDS if said else ReadingSource.WISH,
        aim=aim,
        asked=Asked(wanted.only, wanted.artist),
    )


def _more_like(earlier: StoredSuggestion, user: User, update_id: int) -> Wish:
    """Return the wish for more songs for the same reading."""
    return Wish(
        user_id=user.id,
        chat_id=earlier.chat_id,
        update_id=update_id,
        language=user.language_code,
        scores=earlier.scores,
        source=earlier.reading.source,
        certain=earlier.reading.certain,
        reading_id=earlier.reading.reading_id,
        aim=earlier.aim,
        asked=earlier.asked,
    )
