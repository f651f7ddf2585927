"""Cards of inline mode: what is shown of songs in any chat, and what is sent there."""

from telegram import (
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from bot.screens.buttons import link_button
from bot.screens.replies import compose_plain, song_words
from bot.words.texts import Html, Texts, plain
from graph.choosing.reasons import Reason
from graph.tracks import Track
from inference.emotions import Emotion

Picks = tuple[tuple[Track, Reason | None], ...]
WHOLE, CARE = "all", "care"


def whole_card(
    picks: Picks, opening: Html, texts: Texts, *, url: str, mood: Emotion | None = None
) -> InlineQueryResultArticle:
    """Return the card that sends all songs, with the way to songs of one's own below them.

    Args:
        picks: The songs and why each was chosen.
        opening: What stands above them.
        texts: The sentences.
        url: Leads to a chat with the bot.
        mood: Names the card where it is one of several moods; else it says how many songs it has.
    """
    return InlineQueryResultArticle(
        mood or WHOLE,
        texts(f"button.{mood}" if mood else "inline.all", n=texts.number(len(picks))),
        _content(compose_plain(picks, opening, texts).text),
        reply_markup=InlineKeyboardMarkup.from_button(link_button(texts("mix.invite"), url)),
        description=", ".join(song_words(track, None, texts)["title"] for track, _ in picks),
    )


def song_card(
    place: int, track: Track, reason: Reason | None, opening: Html, texts: Texts
) -> InlineQueryResultArticle:
    """Return the card that sends one song: its title; its artist and why it is there below."""
    words = song_words(track, reason, texts)
    return InlineQueryResultArticle(
        str(place),
        words["title"],
        _content(compose_plain([(track, reason)], opening, texts).text),
        description=" · ".join(filter(None, (words["artist"], words["why"]))),
    )


def care_card(lines: Html, texts: Texts) -> InlineQueryResultArticle:
    """Return the card that names help to whoever writes of despair; only the lines can be sent.

    What is written before a card is chosen nobody else sees, and the kind words are for one person.
    """
    return InlineQueryResultArticle(
        CARE, texts("inline.care"), _content(lines), description=plain(lines)
    )


def _content(html: str) -> InputTextMessageContent:
    preview = LinkPreviewOptions(is_disabled=True)
    return InputTextMessageContent(html, ParseMode.HTML, link_preview_options=preview)
