"""/help and /privacy: a few pages each, so that no message is longer than a person reads."""

from telegram import InlineKeyboardMarkup

from bot.screens.buttons import button
from bot.screens.consent import ways_keyboard
from bot.screens.people_presses import Page, PagePress
from bot.screens.replies import Reply
from bot.words.texts import Html, Texts

BOOKS = (
    (Page.HELP, Page.BUTTONS, Page.COMMANDS),
    (Page.PRIVACY, Page.KEPT, Page.PURPOSE),
)


def compose_page(page: Page, texts: Texts, *, operator: str | None, links_are_ours: bool) -> Reply:
    """Return a page, with the ways to the others; under the first of /help also the ways on.

    Args:
        page: Which one.
        texts: The sentences.
        operator: Who runs the bot, and how they are reached; None where they do not say.
        links_are_ours: Whether links to songs pass through the bot.
    """
    book = next(book for book in BOOKS if page in book)
    rows = [
        [button(texts(f"page.{other.name.lower()}"), PagePress(other))]
        for other in book
        if other is not page
    ]
    if page is Page.HELP:
        rows += map(list, ways_keyboard(texts).inline_keyboard)
    words = texts.sentences[page]
    match page:
        case Page.PRIVACY:
            named = texts("privacy.operator", operator=operator) if operator else None
            words = texts(page, operator=named or texts("privacy.unnamed"))
        case Page.KEPT:
            opened = f"\n{texts('privacy.opened')}" if links_are_ours else ""
            words = texts(page, opened=Html(opened))
    return Reply(Html(words), InlineKeyboardMarkup(rows))
