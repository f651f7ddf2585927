"""Buttons, one by one: what they say and what they send."""

from collections.abc import Iterable, Sequence

from telegram import InlineKeyboardButton

from bot.screens.people_presses import MoodPress
from bot.screens.presses import Press, encode
from bot.screens.song_presses import CorrectPress
from bot.words.texts import Texts
from inference.emotions import Emotion

MOODS_PER_ROW = 3
# The pleasant and the plain first; the seven fill a phone's width in three rows.
MOOD_ORDER = (
    Emotion.HAPPY,
    Emotion.NEUTRAL,
    Emotion.SURPRISE,
    Emotion.SAD,
    Emotion.ANGRY,
    Emotion.FEAR,
    Emotion.DISGUST,
)
TICK = " ✓"

Row = list[InlineKeyboardButton]


def button(label: str, press: Press) -> InlineKeyboardButton:
    """Return a button that sends the press."""
    return InlineKeyboardButton(label, callback_data=encode(press))


def link_button(label: str, url: str) -> InlineKeyboardButton:
    """Return a button that opens an address."""
    return InlineKeyboardButton(label, url=url)


def ticked(label: str, chosen: bool) -> str:  # noqa: FBT001 - a label and its tick
    """Return a label with a tick behind it where it is chosen."""
    return label + (TICK if chosen else "")


def in_rows(buttons: Sequence[InlineKeyboardButton], columns: int) -> list[Row]:
    """Return buttons in rows of a length."""
    return [list(buttons[i : i + columns]) for i in range(0, len(buttons), columns)]


def mood_rows(texts: Texts, presses: Iterable[MoodPress | CorrectPress]) -> list[Row]:
    """Return mood buttons, three in a row."""
    buttons = [button(texts(f"button.{press.emotion}"), press) for press in presses]
    return in_rows(buttons, MOODS_PER_ROW)
