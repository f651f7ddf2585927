"""The inline keyboards besides those of songs and settings."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo

from bot.screens.admin_presses import ForcePress, OfferChoice, OfferPress
from bot.screens.buttons import MOOD_ORDER, button, mood_rows
from bot.screens.people_presses import ForgetPress, MoodPress
from bot.words.texts import Texts


def mood_keyboard(texts: Texts) -> InlineKeyboardMarkup:
    """Return the seven moods; a press brings songs in a message of its own."""
    return InlineKeyboardMarkup(mood_rows(texts, map(MoodPress, MOOD_ORDER)))


def mirror_keyboard(address: str, texts: Texts) -> InlineKeyboardMarkup:
    """Return the way to the live mirror; Telegram takes such a button in private chats only."""
    page = InlineKeyboardButton(texts("mirror.open"), web_app=WebAppInfo(address))
    return InlineKeyboardMarkup.from_button(page)


def forget_keyboard(texts: Texts) -> InlineKeyboardMarkup:
    """Return the one question before everything is deleted."""
    sure = button(texts("button.forget"), ForgetPress(sure=True))
    keep = button(texts("button.keep"), ForgetPress(sure=False))
    return InlineKeyboardMarkup([[sure, keep]])


def offer_keyboard(
    offer: int, texts: Texts, *, present: int, new: int, sure: bool = False
) -> InlineKeyboardMarkup:
    """Return what can be done with the songs of a table.

    Args:
        offer: Tells the table from others.
        texts: The sentences.
        present: Songs in use now.
        new: Songs of the table.
        sure: Whether it is asked for the second time if the present ones may go.
    """
    numbers = {"present": texts.number(present), "new": texts.number(new)}
    choices = [OfferChoice.REPLACE] if sure else [OfferChoice.BUILD, OfferChoice.ADD]
    return InlineKeyboardMarkup.from_column(
        [
            button(texts(f"offer.{choice}", **numbers), OfferPress(offer, choice))
            for choice in (*choices, OfferChoice.DISCARD)
        ]
    )


def worse_keyboard(
    offer: int, choice: OfferChoice, version: int, texts: Texts
) -> InlineKeyboardMarkup:
    """Return what can be done about a graph that was refused for being worse."""
    force = button(texts("button.force"), ForcePress(offer, choice, version))
    leave = button(texts("button.leave"), OfferPress(offer, OfferChoice.DISCARD))
    return InlineKeyboardMarkup.from_column([force, leave])
