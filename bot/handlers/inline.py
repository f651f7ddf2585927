"""Inline mode: songs for a mood in any chat, asked for as "@bot happy"; nothing is kept of it."""

import asyncio
import logging

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode

from bot.handlers.mood import UNSAID
from bot.screens.lines import artist_of, title_of
from bot.screens.openings import opening_for_wish
from bot.screens.replies import compose_plain
from bot.services import Services
from bot.storage.answers import Wish
from bot.storage.asked import Asked
from bot.storage.readings import ReadingSource
from bot.upkeep.choosing import NoSongsError, Pick
from bot.wire.delivery import Context
from bot.words.understanding.meanings import Wanted
from bot.words.understanding.understand import understand
from graph.choosing.recommend import Aim

log = logging.getLogger(__name__)

CACHE_S = 60  # Telegram asks again for the same words after that
WHOLE = "all"


async def answer_inline(services: Services, update: Update, _: Context) -> None:
    """Answer with cards: one with all songs, and one for each of them."""
    query = update.inline_query
    assert query is not None  # the filter matches these only
    user, texts = query.from_user, services.texts
    wish = await _wish(services, query.query, user.id, update.update_id)
    results: list[InlineQueryResultArticle] = []
    if wish and services.limits.allow(user.id, cost=1.0, at=services.now()):
        try:
            results = _cards(services, wish, (await services.suggest_unkept(wish)).picks)
        except NoSongsError:
            log.info("inline_without_songs")
    chat = InlineQueryResultsButton(texts("inline.chat"), start_parameter="inline")
    await query.answer(results, cache_time=CACHE_S, is_personal=True, button=chat)


async def _wish(services: Services, said: str, user_id: int, update_id: int) -> Wish | None:
    """Return the wish in what was written; None where it is no wish for songs."""
    meaning: object = Wanted(())
    if said.strip():
        catalogue = await services.graph.catalogue()
        meaning = await asyncio.to_thread(understand, said, services.texts.language, catalogue)
    if not isinstance(meaning, Wanted):
        return None
    aim = meaning.aim or Aim.MATCH
    weights = dict.fromkeys(meaning.moods, 1.0)
    scores = type(UNSAID[aim]).from_weights(weights) if weights else UNSAID[aim]
    source = ReadingSource.WORDS if weights else ReadingSource.WISH
    asked = Asked(meaning.only, meaning.artist)
    return Wish(user_id, user_id, update_id, None, scores, source, aim=aim, asked=asked)


def _cards(
    services: Services, wish: Wish, picks: tuple[Pick, ...]
) -> list[InlineQueryResultArticle]:
    texts = services.texts
    opening = opening_for_wish(wish, texts, care=services.care)
    whole = InlineQueryResultArticle(
        WHOLE,
        texts("inline.all", n=texts.number(len(picks))),
        _content(compose_plain(picks, opening, texts).text),
        description=", ".join(title_of(track, texts) for track, _ in picks),
    )
    songs = [
        InlineQueryResultArticle(
            str(place),
            title_of(track, texts),
            _content(compose_plain([(track, reason)], opening, texts).text),
            description=artist_of(track, texts),
        )
        for place, (track, reason) in enumerate(picks)
    ]
    return [whole, *songs]


def _content(html: str) -> InputTextMessageContent:
    preview = LinkPreviewOptions(is_disabled=True)
    return InputTextMessageContent(html, ParseMode.HTML, link_preview_options=preview)
