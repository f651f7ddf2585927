"""What the buttons say and mean."""

from telegram import InlineKeyboardMarkup

from bot.screens.keyboards import (
    forget_keyboard,
    mood_keyboard,
)
from bot.screens.people_presses import ForgetPress, MoodPress
from bot.screens.presses import Press, decode
from bot.words.texts import load_texts
from inference.emotions import Emotion

TEXTS = load_texts()


def rows(keyboard: InlineKeyboardMarkup | None) -> list[dict[str, Press]]:
    """Return label and press of every button that sends one, row by row."""
    assert keyboard is not None
    return [
        {button.text: decode(str(button.callback_data)) for button in row if not button.url}
        for row in keyboard.inline_keyboard
    ]


def buttons(keyboard: InlineKeyboardMarkup | None) -> dict[str, Press]:
    return {label: press for row in rows(keyboard) for label, press in row.items()}


def test_all_seven_moods_can_be_chosen() -> None:
    found = buttons(mood_keyboard(TEXTS))

    assert set(found.values()) == {MoodPress(emotion) for emotion in Emotion}


def test_forgetting_asks_once() -> None:
    found = list(buttons(forget_keyboard(TEXTS)).values())

    assert found == [ForgetPress(sure=True), ForgetPress(sure=False)]
