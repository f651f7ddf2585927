"""Moods as a list, as pictures and as files."""

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from babel import Locale
from PIL import Image

from bot.screens.calendars import draw_calendar, draw_month_card
from bot.screens.canvas import COLOURS, DARK, LIGHT, can_write
from bot.screens.charts import Felt, Names, draw_chart, writable
from bot.screens.exports import as_csv, as_json
from bot.screens.history import HistoryPage, compose_history
from bot.screens.history_presses import DeletePress, ErasePress, HistoryPress, View, ViewPress
from bot.screens.views import Diary, compose_view
from bot.storage.database import Database
from bot.storage.export import export_of
from bot.storage.history import StoredTrack, save_suggestion
from bot.storage.keeping import Heard
from bot.storage.ratings import save_rating
from bot.storage.readings import ReadingSource, StoredReading, save_reading
from bot.storage.users import save_user
from bot.words.texts import load_texts
from graph.tracks import TrackId
from inference.emotions import Emotion, EmotionScores
from tests.bot.screens.test_keyboards import buttons
from tests.bot.screens.test_replies import words

TEXTS = load_texts()
AT = datetime(2026, 3, 14, 23, 26, tzinfo=UTC)
BERLIN, HONOLULU = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Honolulu")
HAPPY = StoredReading(
    3, EmotionScores.only(Emotion.HAPPY), ReadingSource.SELFIE, certain=True, corrected=None, at=AT
)
SAD = replace(
    HAPPY, reading_id=4, scores=EmotionScores.only(Emotion.SAD), at=AT - timedelta(days=1)
)
SONG = StoredTrack(TrackId("t"), "A<B", "C")
PAGE = HistoryPage(0, [HAPPY, SAD], [SONG], older=False)
NAMES = Names({mood: str(TEXTS(f"emotion.{mood}")) for mood in Emotion}, Locale("en", "GB"))
DIARY = Diary([SAD, HAPPY], [Heard(3, SONG, True, AT)], AT, BERLIN)


def pixels(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))


def share(picture: bytes, colour: str) -> float:
    """Return how much of a picture has a colour."""
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return float((pixels(picture) == wanted).all(axis=2).mean())


def test_history_shows_moods_by_the_persons_clock_and_liked_songs() -> None:
    reply = compose_history(PAGE, BERLIN, TEXTS, erasing=False)

    lines = words(reply.text).splitlines()
    assert lines[:6] == [
        "Your moods",
        "1. 15 Mar 2026, 00:26 · happy · picture",
        "2. 14 Mar 2026, 00:26 · sad · picture",
        "",
        "Songs you liked",
        "👍 A<B – C",  # noqa: RUF001 - as people read it
    ]
    assert "Berlin" in lines[-1]


def test_history_shows_what_was_corrected() -> None:
    page = replace(PAGE, readings=[replace(HAPPY, corrected=Emotion.SAD)])

    assert "sad (I had thought happy)" in compose_history(page, UTC, TEXTS, erasing=False).text


def test_a_wish_that_got_a_mood_afterwards_is_listed_by_that_mood() -> None:
    wish = replace(SAD, source=ReadingSource.WISH, corrected=Emotion.ANGRY)

    reply = compose_history(replace(PAGE, readings=[wish]), UTC, TEXTS, erasing=False)

    assert words(reply.text).splitlines()[1].endswith(" · angry")


def test_history_leads_to_pictures_pages_and_deleting() -> None:
    page = replace(PAGE, number=3, older=True)

    found = list(buttons(compose_history(page, UTC, TEXTS, erasing=False).keyboard).values())

    assert found == [
        ViewPress(View.MONTH, dark=False),
        ViewPress(View.CALENDAR, dark=False),
        ViewPress(View.CARD, dark=False),
        HistoryPress(2),
        HistoryPress(4),
        ErasePress(3),
    ]


def test_each_entry_can_be_deleted() -> None:
    found = buttons(compose_history(PAGE, UTC, TEXTS, erasing=True).keyboard)

    assert list(found.values()) == [DeletePress(3, 0), DeletePress(4, 0), HistoryPress(0)]


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("dark", [False, True])
def test_every_picture_is_as_wide_as_a_phone_and_has_its_moods(view: View, dark: bool) -> None:
    shown = compose_view(DIARY, view, TEXTS, TEXTS, dark=dark)

    assert pixels(shown.picture).shape[1] == 1080
    assert share(shown.picture, COLOURS[Emotion.HAPPY]) > 0.001
    assert share(shown.picture, COLOURS[Emotion.SAD]) > 0.001
    assert share(shown.picture, COLOURS[Emotion.ANGRY]) == 0
    assert share(shown.picture, (DARK if dark else LIGHT).paper) > 0.3
    assert "happy 1" in shown.caption
    assert "sad 1" in shown.caption


def test_a_mood_stands_on_the_day_it_was_on_the_persons_calendar() -> None:
    here, there = (replace(DIARY, zone=zone).felt(date(2026, 1, 1)) for zone in (BERLIN, HONOLULU))

    assert [felt.day.day for felt in here] == [14, 15]
    assert [felt.day.day for felt in there] == [13, 14]


def test_twice_as_many_moods_make_a_bar_twice_as_high() -> None:
    today = AT.date()
    felt = [Felt(today, Emotion.HAPPY)] * 6 + [Felt(today, Emotion.SAD)] * 3

    picture = draw_chart(felt, today, 7, NAMES, dark=False)
    bars = pixels(picture)[130:645]

    heights = [
        (bars == [int(COLOURS[mood][i : i + 2], 16) for i in (1, 3, 5)])
        .all(axis=2)
        .any(axis=1)
        .sum()
        for mood in (Emotion.HAPPY, Emotion.SAD)
    ]
    assert heights[0] == pytest.approx(2 * heights[1], abs=8)


def test_pictures_without_a_mood_can_be_drawn() -> None:
    for picture in (
        draw_chart([], AT.date(), 90, NAMES, dark=True),
        draw_calendar([], AT.date(), NAMES, dark=True),
        draw_month_card([], [], AT.date(), NAMES, dark=True),
    ):
        assert share(picture, DARK.paper) > 0.3


def test_a_picture_speaks_english_where_no_font_has_the_letters() -> None:
    nobodys = Names(dict.fromkeys(Emotion, "\ue123"), Locale("ja"))
    arabic = Names(dict.fromkeys(Emotion, "سعيد"), Locale("ar"))

    assert writable(nobodys, NAMES) is NAMES
    assert writable(arabic, NAMES) is arabic
    assert can_write("Größe, счастье, œuvre")


@pytest.mark.parametrize(("tag", "word"), [("ja", "幸せ"), ("hi", "खुश")])
def test_a_picture_speaks_a_language_whose_font_is_installed(tag: str, word: str) -> None:
    if not can_write(word):
        pytest.skip("no font for it here")
    names = Names(dict.fromkeys(Emotion, word), Locale(tag))
    felt = [Felt(AT.date(), Emotion.HAPPY)]

    spoken = draw_calendar(felt, AT.date(), writable(names, NAMES), dark=False)

    assert writable(names, NAMES) is names
    assert spoken != draw_calendar(felt, AT.date(), NAMES, dark=False)


def test_a_calendar_in_arabic_runs_from_right_to_left() -> None:
    felt = [Felt(date(2026, 3, 6), Emotion.HAPPY)]  # a Friday: last in weeks that begin on Saturday
    arabic = Names(NAMES.moods, Locale("ar", "EG"))

    shown = pixels(draw_calendar(felt, AT.date(), arabic, dark=False))[170:-210]

    (_, columns) = np.nonzero((shown == colour_of(Emotion.HAPPY)).all(axis=2))
    assert columns.max() < 1080 / 7 + 60


@pytest.mark.parametrize("days", [7, 30, 90])
def test_a_chart_begins_on_the_day_that_its_title_says(days: int) -> None:
    """Bars of weeks make up more days than the chart has: the first ones are no part of it."""
    until = AT.date()
    before, first = (Felt(until - timedelta(days=ago), Emotion.SAD) for ago in (days, days - 1))

    outside = draw_chart([before], until, days, NAMES, dark=False)

    assert outside == draw_chart([], until, days, NAMES, dark=False)
    assert outside != draw_chart([first], until, days, NAMES, dark=False)


def colour_of(mood: Emotion) -> list[int]:
    return [int(COLOURS[mood][i : i + 2], 16) for i in (1, 3, 5)]


@pytest.mark.parametrize("colour", COLOURS.values())
def test_dark_letters_on_a_colour_can_be_read(colour: str) -> None:
    assert contrast(colour, DARK.paper) >= 4.5
    for look in (LIGHT, DARK):
        assert contrast(look.ink, look.paper) >= 7
        assert contrast(look.faint, look.panel) >= 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours.

    Source: Web Content Accessibility Guidelines 2.2, "contrast ratio".
    """

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


async def test_what_is_exported_can_be_read_by_pandas(database: Database) -> None:
    def live(session, title: str) -> None:
        save_user(session, 11, language="de", at=AT)
        reading_id = save_reading(
            session, 11, HAPPY.scores, source=HAPPY.source, certain=True, at=AT
        )
        track = replace(SONG, title=title)
        save_suggestion(
            session,
            11,
            [track],
            chat_id=11,
            reading_id=reading_id,
            aim="lift",
            update_id=None,
            version="v1",
            at=AT,
        )
        save_rating(session, 11, track, liked=True, at=AT)
        save_reading(session, 11, SAD.scores, source=SAD.source, certain=False, at=AT)

    await database.run(live, '=HYPERLINK("x"), "quoted"\nnew line')
    tables = await database.run(export_of, 11)

    table = pd.read_csv(io.BytesIO(as_csv(tables, BERLIN)), parse_dates=["at"])
    assert table["mood"].tolist() == ["happy", "sad"]
    assert table["happy"].tolist() == [1.0, 0.0]
    assert table["title"][0] == '\'=HYPERLINK("x"), "quoted"\nnew line'
    assert str(table["at"][0]) == "2026-03-15 00:26:00+01:00"
    everything = json.loads(as_json(tables))
    assert everything["users"][0]["language"] == "de"
    assert everything["suggestions"][0]["aim"] == "lift"
    assert everything["ratings"][0]["liked"] is True
    assert await database.run(export_of, 12) == {name: [] for name in tables}


def test_a_song_that_the_font_cannot_write_stands_in_the_caption_alone() -> None:
    unwritten = StoredTrack(TrackId("k"), "\ue123 \ue124", "\ue125")
    diary = replace(DIARY, heard=[Heard(3, unwritten, True, AT)])

    without = compose_view(replace(DIARY, heard=[]), View.CARD, TEXTS, TEXTS, dark=False)
    shown = compose_view(diary, View.CARD, TEXTS, TEXTS, dark=False)

    assert "\ue123 \ue124" in shown.caption
    assert shown.picture == without.picture
