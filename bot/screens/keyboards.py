"""The inline keyboards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.screens.presses import (
    AimPress,
    CorrectPress,
    ForcePress,
    ForgetPress,
    GuidePress,
    HelpedPress,
    HistoryPress,
    MoodPress,
    MorePress,
    NeverPress,
    OfferChoice,
    OfferPress,
    Press,
    RatingPress,
    WhyPress,
    WhySongPress,
    WrongPress,
    encode,
)
from bot.words.texts import Html, Texts
from graph.choosing.recommend import Aim
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


@dataclass(frozen=True, slots=True)
class Never:
    """The offer to keep an artist away for good, made where a song of theirs was disliked.

    Attributes:
        position: Of the song, from 0.
        artist: The name as it is shown.
        blocked: Whether they are kept away already: then a press lets them come again.
    """

    position: int
    artist: str
    blocked: bool


def start_keyboard(texts: Texts) -> InlineKeyboardMarkup:
    """Return the two ways to begin: a selfie, or a mood."""
    ways = [GuidePress(selfie=True), GuidePress(selfie=False)]
    labels = [texts("button.selfie"), texts("button.choose_mood")]
    return InlineKeyboardMarkup.from_column(
        [button(label, way) for label, way in zip(labels, ways, strict=True)]
    )


def mood_keyboard(texts: Texts) -> InlineKeyboardMarkup:
    """Return the seven moods; a press brings songs in a message of its own."""
    return InlineKeyboardMarkup(_mood_rows(texts, map(MoodPress, MOOD_ORDER)))


def correction_keyboard(suggestion_id: int, texts: Texts) -> InlineKeyboardMarkup:
    """Return the seven moods and a way back; a press picks again in place."""
    corrections = [CorrectPress(suggestion_id, emotion) for emotion in MOOD_ORDER]
    back = button(texts("button.back"), WrongPress(suggestion_id, opened=False))
    return InlineKeyboardMarkup([*_mood_rows(texts, corrections), [back]])


def why_keyboard(suggestion_id: int, n: int, texts: Texts) -> InlineKeyboardMarkup:
    """Return the numbers of n songs to ask about, and a way back."""
    numbers = [button(str(at + 1), WhySongPress(suggestion_id, at)) for at in range(n)]
    back = button(texts("button.back"), WhyPress(suggestion_id, opened=False))
    return InlineKeyboardMarkup([numbers, [back]])


def suggestion_keyboard(  # noqa: PLR0913 - each is shown by buttons of its own
    suggestion_id: int,
    ratings: Sequence[bool | None],
    *,
    aim: Aim,
    texts: Texts,
    asked: Sequence[Emotion] = (),
    never: Never | None = None,
    helped: bool = False,
) -> InlineKeyboardMarkup:
    """Return what can be done with the songs of a suggestion.

    Args:
        suggestion_id: The suggestion that the buttons belong to.
        ratings: What the person thinks of each song, in order; None is nothing yet.
        aim: The aim that the songs follow: its button is marked.
        texts: The labels.
        asked: The moods that the reading could not tell apart: each gets a button.
        never: The artist to ask about; None asks about nobody.
        helped: Whether the person said that the songs helped.
    """
    rows = list(_mood_rows(texts, [CorrectPress(suggestion_id, emotion) for emotion in asked]))
    rows += [_rating_row(suggestion_id, ratings, liked=liked) for liked in (True, False)]
    rows += [[_never_button(suggestion_id, never, texts)]] if never else []
    rows.append([_aim_button(suggestion_id, choice, aim, texts) for choice in Aim])
    why = button(texts("button.why"), WhyPress(suggestion_id, opened=True))
    rows.append([_helped_button(suggestion_id, texts, helped=helped), why])
    more = button(texts("button.more"), MorePress(suggestion_id))
    wrong = button(texts("button.wrong"), WrongPress(suggestion_id, opened=True))
    return InlineKeyboardMarkup([*rows, [more, wrong]])


def history_keyboard(page: int, *, older: bool, texts: Texts) -> InlineKeyboardMarkup | None:
    """Return the ways to the neighbouring pages, or None where one page holds all."""
    row = [button(texts("button.newer"), HistoryPress(page - 1))] if page else []
    row += [button(texts("button.older"), HistoryPress(page + 1))] if older else []
    return InlineKeyboardMarkup([row]) if row else None


def forget_keyboard(texts: Texts) -> InlineKeyboardMarkup:
    """Return the one question before everything is deleted."""
    sure = button(texts("button.forget"), ForgetPress(sure=True))
    keep = button(texts("button.keep"), ForgetPress(sure=False))
    return InlineKeyboardMarkup([[sure, keep]])


def offer_keyboard(offer: int, texts: Texts) -> InlineKeyboardMarkup:
    """Return what can be done with the songs of a table."""
    return InlineKeyboardMarkup.from_column(
        [button(texts(f"offer.{choice}"), OfferPress(offer, choice)) for choice in OfferChoice]
    )


def worse_keyboard(
    offer: int, choice: OfferChoice, version: int, texts: Texts
) -> InlineKeyboardMarkup:
    """Return what can be done about a graph that was refused for being worse."""
    force = button(texts("button.force"), ForcePress(offer, choice, version))
    leave = button(texts("button.leave"), OfferPress(offer, OfferChoice.DISCARD))
    return InlineKeyboardMarkup.from_column([force, leave])


def button(label: str, press: Press) -> InlineKeyboardButton:
    """Return a button that sends the press."""
    return InlineKeyboardButton(label, callback_data=encode(press))


def _mood_rows(texts: Texts, presses: Iterable[MoodPress | CorrectPress]) -> list[Row]:
    """Return mood buttons, three in a row."""
    buttons = [button(texts(f"button.{press.emotion}"), press) for press in presses]
    return [buttons[i : i + MOODS_PER_ROW] for i in range(0, len(buttons), MOODS_PER_ROW)]


def _rating_row(suggestion_id: int, ratings: Sequence[bool | None], *, liked: bool) -> Row:
    """Return a thumb for each song; the chosen one is ticked and a press takes it back."""
    thumb = "👍" if liked else "👎"
    return [
        button(
            f"{thumb} {position + 1}{TICK if rating is liked else ''}",
            RatingPress(suggestion_id, position, None if rating is liked else liked),
        )
        for position, rating in enumerate(ratings)
    ]


def _aim_button(suggestion_id: int, choice: Aim, chosen: Aim, texts: Texts) -> InlineKeyboardButton:
    """Return one aim; the chosen one is ticked."""
    label = texts(f"button.{choice}") + (TICK if choice is chosen else "")
    return button(label, AimPress(suggestion_id, choice))


def _never_button(suggestion_id: int, never: Never, texts: Texts) -> InlineKeyboardButton:
    """Return the offer about an artist; ticked where it was taken."""
    label = texts("button.never", artist=Html(never.artist))  # a label is no HTML: as it is
    press = NeverPress(suggestion_id, never.position, never=not never.blocked)
    return button(label + (TICK if never.blocked else ""), press)


def _helped_button(suggestion_id: int, texts: Texts, *, helped: bool) -> InlineKeyboardButton:
    """Return the button that says the songs helped; ticked, it takes that back."""
    label = texts("button.helped") + (TICK if helped else "")
    return button(label, HelpedPress(suggestion_id, helped=not helped))
