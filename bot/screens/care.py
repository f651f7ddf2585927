"""Words of despair or grief, and a run of low moods: kind words and where help is found."""

from telegram import InlineKeyboardMarkup

from bot.screens.buttons import button
from bot.screens.people_presses import MoodPress
from bot.screens.replies import Reply
from bot.words.care import Lines, help_lines
from bot.words.texts import Texts
from bot.words.understanding.meanings import Talk
from inference.emotions import Emotion


def compose_care(talk: Talk, texts: Texts, country: str | None, lines: Lines) -> Reply:
    """Return the answer to words of despair or grief; songs only if the person presses for them.

    Args:
        talk: `Talk.CRISIS` or `Talk.GRIEF`.
        texts: The sentences.
        country: Where the person is, if that is known.
        lines: Where help is found, by country.
    """
    quiet = button(texts("button.quiet"), MoodPress(Emotion.NEUTRAL))
    words = texts(f"care.{talk}", lines=help_lines(texts, country, lines))
    return Reply(words, InlineKeyboardMarkup([[quiet]]))


def compose_run(texts: Texts, country: str | None, lines: Lines) -> Reply:
    """Return what is said once after a run of very low moods."""
    return Reply(texts("care.run", lines=help_lines(texts, country, lines)))
