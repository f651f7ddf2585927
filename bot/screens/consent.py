"""What a person agrees to before a picture of them is read, and the ways on from there."""

from collections.abc import Sequence

from telegram import InlineKeyboardMarkup

from bot.screens.buttons import button, in_rows
from bot.screens.choices import COLUMNS, Value, key_of, name_of
from bot.screens.people_presses import ConsentPress, GuidePress, TastePress
from bot.screens.replies import Reply
from bot.screens.settings_presses import Facet
from bot.words.texts import Texts

# Of the English `notice.text`; whoever changes that gives it a new date here, and all are asked
# again. A test compares the two.
CONSENT_VERSION = "2026-11-26"
FACETS = tuple(Facet)
OFFERED = 8  # of each facet: a page of a small phone


def compose_hello(texts: Texts, *, agreed: bool) -> Reply:
    """Return the first words: what this is and the notice, with one tap of consent or the ways on.

    Source: Regulation (EU) 2024/1689 (AI Act), Art. 50(3) and (5): at the first exposure.
    """
    words = texts("start.hello", notice=texts("notice.text"))
    return Reply(words, ways_keyboard(texts) if agreed else consent_keyboard(texts))


def compose_question(texts: Texts) -> Reply:
    """Return the question that stands before the first picture."""
    return Reply(texts("notice.ask", notice=texts("notice.text")), consent_keyboard(texts))


def consent_keyboard(texts: Texts) -> InlineKeyboardMarkup:
    """Return the one tap of consent, and the way without a face."""
    agree = button(texts("button.agree"), ConsentPress())
    mood = button(texts("button.without_face"), GuidePress(selfie=False))
    return InlineKeyboardMarkup.from_column([agree, mood])


def ways_keyboard(texts: Texts) -> InlineKeyboardMarkup:
    """Return the ways on: a selfie, a mood, and what somebody likes in three taps."""
    selfie = button(texts("button.selfie"), GuidePress(selfie=True))
    mood = button(texts("button.choose_mood"), GuidePress(selfie=False))
    taste = button(texts("button.taste"), TastePress(FACETS[0], START))
    return InlineKeyboardMarkup.from_column([selfie, mood, taste])


def compose_taste(facet: Facet, values: Sequence[Value], texts: Texts) -> Reply:
    """Return one of three questions: a tap answers it, or leaves it open."""
    number = FACETS.index(facet) + 1
    known = [
        button(name_of(facet, value, texts), TastePress(facet, key_of(value)))
        for value in values[:OFFERED]
    ]
    skip = button(texts("button.any"), TastePress(facet, SKIP))
    words = texts("taste.ask", n=number, of=len(FACETS), what=texts(f"taste.{facet}"))
    return Reply(words, InlineKeyboardMarkup([*in_rows(known, COLUMNS[facet]), [skip]]))


SKIP, START = 0, 1  # in the place of a word's number, which has 48 bits
