"""Inline mode: songs for a mood in any chat, asked for as "@bot happy"; nothing is kept of it."""

import asyncio
import logging

from telegram import InlineQuery, InlineQueryResultArticle, InlineQueryResultsButton, Update

from bot.handlers.care import country_for
from bot.handlers.mood import UNSAID
from bot.screens.buttons import MOOD_ORDER
from bot.screens.cards import care_card, song_card, whole_card
from bot.screens.openings import opening_for_wish
from bot.services import Services
from bot.storage.answers import Wish
from bot.storage.asked import Asked
from bot.storage.readings import ReadingSource
from bot.upkeep.choosing import NoSongsError
from bot.wire.delivery import Context
from bot.words.care import help_lines
from bot.words.understanding.meanings import Wanted
from bot.words.understanding.spelling import plain
from bot.words.understanding.understand import care_in, understand
from graph.choosing.recommend import Aim
from inference.emotions import EmotionScores

log = logging.getLogger(__name__)

CACHE_S = 60  # Telegram asks again for the same words after that
MOODS_COST = 2.0  # tokens: seven lists are more than one

Cards = list[InlineQueryResultArticle]


async def answer_inline(services: Services, update: Update, _: Context) -> None:
    """Answer with cards: one with all songs, and one for each; where nothing is asked, the moods.

    In no other chat may it show what is known of a person: the songs are anybody's.
    """
    query = update.inline_query
    assert query is not None  # the filter matches these only
    said, cost = query.query.strip(), 1.0 if query.query.strip() else MOODS_COST
    cards: Cards = []
    if services.limits.allow(query.from_user.id, cost=cost, at=services.now()):
        offer = _songs if said else _moods
        cards = await offer(services, query, update.update_id)
    chat = InlineQueryResultsButton(services.texts("inline.chat"), start_parameter="inline")
    await query.answer(cards, cache_time=CACHE_S, is_personal=True, button=chat)


async def _songs(services: Services, query: InlineQuery, update_id: int) -> Cards:
    """Return cards for what was written: where help is found, songs, or both; else none."""
    texts, catalogue = services.texts, await services.graph.catalogue()
    meaning = await asyncio.to_thread(understand, query.query, texts.language, catalogue)
    care: Cards = []
    if await asyncio.to_thread(care_in, plain(query.query)):
        country = await country_for(services, query.from_user.id, query.from_user.language_code)
        care = [care_card(help_lines(texts, country, services.help_lines), texts)]
    if not isinstance(meaning, Wanted):
        return care
    wish = _wish(meaning, query.from_user.id, update_id)
    try:
        picks = (await services.suggest_unkept(wish)).picks
    except NoSongsError:
        log.info("inline_without_songs")
        return care
    opening = opening_for_wish(wish, texts, care=services.care)
    songs = [
        song_card(place, track, reason, opening, texts)
        for place, (track, reason) in enumerate(picks)
    ]
    return [*care, whole_card(picks, opening, texts, url=_start_url(query)), *songs]


async def _moods(services: Services, query: InlineQuery, update_id: int) -> Cards:
    """Return a card for each of the seven moods, with songs for it."""
    texts, cards = services.texts, []
    for mood in MOOD_ORDER:
        wish = _wish(Wanted((mood,)), query.from_user.id, update_id)
        picks = (await services.suggest_unkept(wish)).picks
        opening = opening_for_wish(wish, texts, care=services.care)
        cards.append(whole_card(picks, opening, texts, url=_start_url(query), mood=mood))
    return cards


def _wish(wanted: Wanted, user_id: int, update_id: int) -> Wish:
    aim = wanted.aim or Aim.MATCH
    weights = dict.fromkeys(wanted.moods, 1.0)
    scores = EmotionScores.from_weights(weights) if weights else UNSAID[aim]
    source = ReadingSource.WORDS if weights else ReadingSource.WISH
    asked = Asked(wanted.only, wanted.artist)
    return Wish(user_id, user_id, update_id, None, scores, source, aim=aim, asked=asked)


def _start_url(query: InlineQuery) -> str:
    return f"https://t.me/{query.get_bot().username}?start=inline"
