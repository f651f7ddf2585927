"""What the buttons say and mean."""

import pytest
from telegram import InlineKeyboardMarkup

from bot.screens.keyboards import (
    Never,
    correction_keyboard,
    forget_keyboard,
    history_keyboard,
    mood_keyboard,
    start_keyboard,
    suggestion_keyboard,
    why_keyboard,
)
from bot.screens.presses import (
    AimPress,
    CorrectPress,
    ForgetPress,
    GuidePress,
    HelpedPress,
    HistoryPress,
    MoodPress,
    MorePress,
    NeverPress,
    Press,
    RatingPress,
    WhyPress,
    WhySongPress,
    WrongPress,
    decode,
)
from bot.words.texts import load_texts
from graph.choosing.recommend import Aim
from inference.emotions import Emotion

TEXTS = load_texts()
NOTHING_YET = (None,) * 5


def rows(keyboard: InlineKeyboardMarkup | None) -> list[dict[str, Press]]:
    """Return label and press of every button, row by row."""
    assert keyboard is not None
    return [
        {button.text: decode(str(button.callback_data)) for button in row}
        for row in keyboard.inline_keyboard
    ]


def buttons(keyboard: InlineKeyboardMarkup | None) -> dict[str, Press]:
    return {label: press for row in rows(keyboard) for label, press in row.items()}


def songs(*ratings: bool | None, aim: Aim = Aim.MATCH) -> InlineKeyboardMarkup:
    return suggestion_keyboard(12, ratings, aim=aim, texts=TEXTS)


def test_each_song_has_both_thumbs_and_its_number() -> None:
    up, down, *_ = rows(songs(*NOTHING_YET))

    assert list(up) == ["👍 1", "👍 2", "👍 3", "👍 4", "👍 5"]
    assert list(down) == ["👎 1", "👎 2", "👎 3", "👎 4", "👎 5"]


def test_a_thumb_asks_for_its_rating() -> None:
    found = buttons(songs(*NOTHING_YET))

    assert found["👍 2"] == RatingPress(12, 1, liked=True)
    assert found["👎 5"] == RatingPress(12, 4, liked=False)


def test_the_chosen_thumb_is_ticked_and_takes_back() -> None:
    found = buttons(songs(True, None, False))

    assert found["👍 1 ✓"] == RatingPress(12, 0, liked=None)
    assert found["👎 3 ✓"] == RatingPress(12, 2, liked=None)


def test_the_other_thumb_replaces() -> None:
    found = buttons(songs(True, None, False))

    assert found["👎 1"] == RatingPress(12, 0, liked=False)
    assert found["👍 3"] == RatingPress(12, 2, liked=True)


@pytest.mark.parametrize("aim", list(Aim))
def test_only_the_chosen_aim_is_ticked(aim: Aim) -> None:
    ticked = [
        press
        for label, press in buttons(songs(*NOTHING_YET, aim=aim)).items()
        if label.endswith("✓")
    ]

    assert ticked == [AimPress(12, aim)]


def test_more_and_wrong_stand_last() -> None:
    assert list(rows(songs(*NOTHING_YET))[-1].values()) == [
        MorePress(12),
        WrongPress(12, opened=True),
    ]


def test_an_uncertain_reading_asks_first() -> None:
    keyboard = suggestion_keyboard(
        12, NOTHING_YET, aim=Aim.MATCH, texts=TEXTS, asked=[Emotion.NEUTRAL, Emotion.SAD]
    )

    assert list(rows(keyboard)[0].values()) == [
        CorrectPress(12, Emotion.NEUTRAL),
        CorrectPress(12, Emotion.SAD),
    ]


def test_an_offer_to_keep_an_artist_away_follows_the_thumbs() -> None:
    keyboard = suggestion_keyboard(
        12, NOTHING_YET, aim=Aim.MATCH, texts=TEXTS, never=Never(3, "Simon & Garfunkel", False)
    )

    assert rows(keyboard)[2] == {"🚫 Never Simon & Garfunkel": NeverPress(12, 3, never=True)}


def test_an_artist_kept_away_is_ticked_and_can_come_again() -> None:
    keyboard = suggestion_keyboard(
        12, NOTHING_YET, aim=Aim.MATCH, texts=TEXTS, never=Never(3, "Nobody", True)
    )

    assert rows(keyboard)[2] == {"🚫 Never Nobody ✓": NeverPress(12, 3, never=False)}


@pytest.mark.parametrize(("helped", "label"), [(False, "💛 It helped"), (True, "💛 It helped ✓")])
def test_help_is_ticked_and_can_be_taken_back(helped: bool, label: str) -> None:
    keyboard = suggestion_keyboard(12, NOTHING_YET, aim=Aim.MATCH, texts=TEXTS, helped=helped)

    assert buttons(keyboard)[label] == HelpedPress(12, helped=not helped)


def test_all_seven_moods_can_be_chosen() -> None:
    found = buttons(mood_keyboard(TEXTS))

    assert set(found.values()) == {MoodPress(emotion) for emotion in Emotion}


def test_why_stands_beside_helped() -> None:
    assert list(rows(songs(*NOTHING_YET))[-2].values()) == [
        HelpedPress(12, helped=True),
        WhyPress(12, opened=True),
    ]


def test_why_asks_about_each_song_and_has_a_way_back() -> None:
    assert buttons(why_keyboard(12, 3, TEXTS)) == {
        "1": WhySongPress(12, 0),
        "2": WhySongPress(12, 1),
        "3": WhySongPress(12, 2),
        "Back": WhyPress(12, opened=False),
    }


def test_a_correction_has_a_way_back() -> None:
    found = list(buttons(correction_keyboard(12, TEXTS)).values())

    assert found[-1] == WrongPress(12, opened=False)
    assert set(found[:-1]) == {CorrectPress(12, emotion) for emotion in Emotion}


def test_start_offers_a_selfie_and_a_mood() -> None:
    found = list(buttons(start_keyboard(TEXTS)).values())

    assert found == [GuidePress(selfie=True), GuidePress(selfie=False)]


def test_one_page_of_history_has_no_buttons() -> None:
    assert history_keyboard(0, older=False, texts=TEXTS) is None


def test_a_middle_page_leads_both_ways() -> None:
    found = list(buttons(history_keyboard(3, older=True, texts=TEXTS)).values())

    assert found == [HistoryPress(2), HistoryPress(4)]


def test_forgetting_asks_once() -> None:
    found = list(buttons(forget_keyboard(TEXTS)).values())

    assert found == [ForgetPress(sure=True), ForgetPress(sure=False)]
