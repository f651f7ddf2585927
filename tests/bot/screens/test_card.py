"""The buttons under songs: few at first, and what opens in place."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.screens.card import Card, Never, card_keyboard
from bot.screens.presses import Press
from bot.screens.song_presses import (
    AimPress,
    CorrectPress,
    Form,
    HelpedPress,
    MorePress,
    NeverPress,
    Panel,
    PanelPress,
    RatingPress,
    SavePress,
    WhySongPress,
)
from bot.storage.history import StoredSuggestion, StoredTrack
from bot.storage.readings import ReadingSource, StoredReading
from bot.words.texts import load_texts
from graph.choosing.recommend import Aim
from graph.tracks import TrackId
from inference.emotions import Emotion, EmotionScores
from tests.bot.screens.test_keyboards import buttons, rows

TEXTS = load_texts()
AT = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
TITLES = ("Halo", "Creep", "A title that no button can hold", "", "Jolene")
TRACKS = tuple(StoredTrack(TrackId(f"t{n}"), title, "An artist") for n, title in enumerate(TITLES))
CALM_OR_SAD = EmotionScores.from_weights({Emotion.NEUTRAL: 0.5, Emotion.SAD: 0.4})
READING = StoredReading(
    3, EmotionScores.only(Emotion.HAPPY), ReadingSource.SELFIE, certain=True, corrected=None, at=AT
)
STORED = StoredSuggestion(12, 1, 1, 5, READING, Aim.MATCH, TRACKS, "000001", AT)
NOTHING_YET = (None,) * 5
CARD = Card(STORED, NOTHING_YET)


def shown(card: Card) -> list[dict[str, Press]]:
    return rows(card_keyboard(card, TEXTS))


def pressed(card: Card) -> dict[str, Press]:
    return buttons(card_keyboard(card, TEXTS))


def test_three_rows_stand_there_at_first() -> None:
    assert [list(row.values()) for row in shown(CARD)] == [
        [PanelPress(12, Panel.RATE), PanelPress(12, Panel.SAVE)],
        [AimPress(12, aim) for aim in Aim],
        [MorePress(12), PanelPress(12, Panel.WHY), PanelPress(12, Panel.MOODS)],
    ]


def test_songs_with_known_videos_play_with_one_tap() -> None:
    keyboard = card_keyboard(replace(CARD, play_url="https://www.youtube.com/x"), TEXTS)

    assert keyboard.inline_keyboard[0][1].url == "https://www.youtube.com/x"
    assert len(keyboard.inline_keyboard) == 3


def test_an_uncertain_reading_asks_first_and_stays_at_three_rows() -> None:
    unsure = replace(READING, scores=CALM_OR_SAD, certain=False)

    first, *others = shown(replace(CARD, stored=replace(STORED, reading=unsure)))

    assert list(first.values()) == [
        CorrectPress(12, Emotion.NEUTRAL),
        CorrectPress(12, Emotion.SAD),
        PanelPress(12, Panel.MOODS),
    ]
    assert len(others) == 2


def test_a_corrected_reading_asks_no_more() -> None:
    corrected = replace(READING, scores=CALM_OR_SAD, certain=False, corrected=Emotion.SAD)

    assert replace(CARD, stored=replace(STORED, reading=corrected)).asked == ()


def test_what_was_rated_is_counted() -> None:
    assert "👍 2 · 👎 1" in pressed(replace(CARD, ratings=(True, True, False, None, None)))


def test_each_song_has_both_thumbs_its_number_and_its_title() -> None:
    found = shown(replace(CARD, panel=Panel.RATE))

    assert [list(row) for row in found[:5]] == [
        ["👍 1 Halo", "👎 1 Halo"],
        ["👍 2 Creep", "👎 2 Creep"],
        ["👍 3 A title that no b…", "👎 3 A title that no b…"],
        ["👍 4 Untitled", "👎 4 Untitled"],
        ["👍 5 Jolene", "👎 5 Jolene"],
    ]


def test_a_thumb_asks_for_its_rating() -> None:
    found = pressed(replace(CARD, panel=Panel.RATE))

    assert found["👍 2 Creep"] == RatingPress(12, 1, liked=True)
    assert found["👎 5 Jolene"] == RatingPress(12, 4, liked=False)


def test_the_chosen_thumb_is_ticked_and_takes_back_and_the_other_replaces() -> None:
    found = pressed(Card(STORED, (True, None, False, None, None), Panel.RATE))

    assert found["👍 1 ✓ Halo"] == RatingPress(12, 0, liked=None)
    assert found["👎 1 Halo"] == RatingPress(12, 0, liked=False)
    assert found["👎 3 ✓ A title that no b…"] == RatingPress(12, 2, liked=None)


@pytest.mark.parametrize("aim", list(Aim))
def test_only_the_chosen_aim_is_ticked(aim: Aim) -> None:
    card = replace(CARD, stored=replace(STORED, aim=aim))

    found = [press for label, press in pressed(card).items() if label.endswith("✓")]

    assert found == [AimPress(12, aim)]


def test_an_offer_to_keep_an_artist_away_follows_the_song() -> None:
    never = Never(3, "Simon & Garfunkel", blocked=False)

    found = shown(replace(CARD, panel=Panel.RATE, never=never))

    assert found[4] == {"🚫 Never Simon & Garfunkel": NeverPress(12, 3, never=True)}


def test_an_artist_kept_away_is_ticked_and_can_come_again() -> None:
    never = Never(3, "Nobody", blocked=True)

    found = shown(replace(CARD, panel=Panel.RATE, never=never))

    assert found[4] == {"🚫 Never Nobody ✓": NeverPress(12, 3, never=False)}


@pytest.mark.parametrize(("helped", "label"), [(False, "💛 It helped"), (True, "💛 It helped ✓")])
def test_help_is_ticked_and_can_be_taken_back(helped: bool, label: str) -> None:
    card = replace(CARD, stored=replace(STORED, helped=helped), panel=Panel.RATE)

    assert pressed(card)[label] == HelpedPress(12, helped=not helped)


def test_why_asks_about_each_song_by_its_name() -> None:
    found = pressed(replace(CARD, panel=Panel.WHY))

    assert found["1 Halo"] == WhySongPress(12, 0)
    assert [press for press in found.values() if isinstance(press, WhySongPress)] == [
        WhySongPress(12, n) for n in range(5)
    ]


def test_a_correction_offers_all_moods() -> None:
    found = set(pressed(replace(CARD, panel=Panel.MOODS)).values())

    assert found >= {CorrectPress(12, emotion) for emotion in Emotion}


def test_songs_can_be_taken_along_and_shared() -> None:
    card = replace(CARD, panel=Panel.SAVE, share_url="https://t.me/share/url?url=x")

    keyboard = card_keyboard(card, TEXTS)

    assert [press for press in buttons(keyboard).values() if isinstance(press, SavePress)] == [
        SavePress(12, form) for form in Form
    ]
    assert keyboard.inline_keyboard[1][0].url == card.share_url


@pytest.mark.parametrize("panel", [panel for panel in Panel if panel is not Panel.CLOSED])
def test_whatever_is_open_has_a_way_back(panel: Panel) -> None:
    assert list(shown(replace(CARD, panel=panel))[-1].values()) == [PanelPress(12, Panel.CLOSED)]
