"""A month of moods as a picture: a calendar, and the month's card."""

import calendar
from collections import Counter
from collections.abc import Sequence
from datetime import date

from babel.dates import format_skeleton, get_day_names

from bot.screens.canvas import COLOURS, MARGIN, RADIUS, WIDTH, Page
from bot.screens.charts import INSIDE, Felt, Names, blank, draw_legend
from inference.emotions import Emotion


def draw_calendar(felt: Sequence[Felt], month: date, names: Names, *, dark: bool) -> bytes:
    """Return a month as a calendar: each day in the colours of its moods, and their names."""
    weeks = _weeks(month, names)
    page = blank(190 + 150 * len(weeks) + 210, names, dark=dark)
    page.write((MARGIN, 70), _month(month, names), size=46, weight="bold", width=INSIDE)
    _draw_weeks(page, felt, weeks, month, names, top=170, height=150)
    here = Counter(each.mood for each in felt if _same_month(each.day, month))
    draw_legend(page, here, names, 190 + 150 * len(weeks))
    return page.png()


def draw_month_card(
    felt: Sequence[Felt], songs: Sequence[tuple[str, str]], month: date, names: Names, *, dark: bool
) -> bytes:
    """Return a month on one card: its calendar, how often each mood came, and songs with titles.

    Args:
        felt: The moods.
        songs: Title and artist of songs that went with them, the best first.
        month: A day of it.
        names: The words in the picture.
        dark: Whether the ground is dark.
    """
    weeks = _weeks(month, names)
    songs = songs[:5]
    below = 200 + 96 * len(weeks)
    page = blank(below + 230 + 82 * len(songs) + 90, names, dark=dark)
    page.write((MARGIN, 78), _month(month, names), size=54, weight="bold", width=INSIDE)
    _draw_weeks(page, felt, weeks, month, names, top=170, height=96)
    draw_legend(
        page, Counter(each.mood for each in felt if _same_month(each.day, month)), names, below
    )
    _draw_songs(page, songs, below + 230)
    page.write(
        (WIDTH / 2, below + 230 + 82 * len(songs) + 44),
        "Tunemirror",
        size=26,
        anchor="mm",
        colour=page.look.faint,
    )
    return page.png()


def _weeks(month: date, names: Names) -> list[list[date]]:
    first = calendar.Calendar(names.locale.first_week_day)
    return first.monthdatescalendar(month.year, month.month)


def _same_month(day: date, month: date) -> bool:
    return (day.year, day.month) == (month.year, month.month)


def _month(month: date, names: Names) -> str:
    return str(format_skeleton("yMMMM", month, locale=names.locale))


def _draw_songs(page: Page, songs: Sequence[tuple[str, str]], top: int) -> None:
    """Draw a row for each song: its title on the left, its artist on the right."""
    for place, (title, artist) in enumerate(songs):
        y = top + 82 * place
        page.box((MARGIN, y, WIDTH - MARGIN, y + 70), page.look.panel, RADIUS)
        half = INSIDE / 2
        page.write((MARGIN + 24, y + 35), title, size=30, weight="bold", width=half)
        page.write(
            (WIDTH - MARGIN - 24, y + 35),
            artist,
            size=27,
            anchor="rm",
            colour=page.look.faint,
            width=half - 90,
        )


def _draw_weeks(  # noqa: PLR0913 - what, and where
    page: Page,
    felt: Sequence[Felt],
    weeks: Sequence[Sequence[date]],
    month: date,
    names: Names,
    *,
    top: int,
    height: int,
) -> None:
    """Draw the days of a month, a row for each week, under the names of its days."""
    by_day: dict[date, list[Emotion]] = {}
    for each in sorted(felt, key=lambda each: each.day):
        by_day.setdefault(each.day, []).append(each.mood)
    wide = INSIDE / 7
    short = get_day_names("abbreviated", "stand-alone", locale=names.locale)
    for column, day in enumerate(weeks[0]):
        x = MARGIN + (column + 0.5) * wide
        page.write(
            (x, top - 28),
            short[day.weekday()],
            size=25,
            anchor="mm",
            colour=page.look.faint,
            width=wide,
        )
    for row, week in enumerate(weeks):
        for column, day in enumerate(week):
            if _same_month(day, month):
                left, y = MARGIN + column * wide, top + row * height
                corners = (left + 4, y, left + wide - 4, y + height - 8)
                _draw_day(page, corners, day, by_day.get(day, ()), names)


def _draw_day(
    page: Page,
    corners: tuple[float, float, float, float],
    day: date,
    moods: Sequence[Emotion],
    names: Names,
) -> None:
    left, top, right, bottom = corners
    commonest = [mood for mood, _ in Counter(moods).most_common()]
    page.box(corners, COLOURS[commonest[0]] if commonest else page.look.panel, RADIUS)
    for place, mood in enumerate(commonest[1:4]):  # the others are dots in the corner
        x, y = right - 26, top + 10 + 22 * place
        page.box((x - 3, y - 3, x + 19, y + 19), "#fcfbf8", 11)
        page.box((x, y, x + 16, y + 16), COLOURS[mood], 8)
    colour = "#14181e" if moods else page.look.faint
    middle = (left + right) / 2
    tall = bottom - top > 100
    y = top + (36 if tall else 28 if moods else (bottom - top) / 2)
    page.write(
        (middle, y),
        str(day.day),
        size=32 if tall else 27,
        anchor="mm",
        colour=colour,
        weight="bold",
    )
    if commonest:
        page.write(
            (middle, bottom - (36 if tall else 26)),
            names.moods[commonest[0]],
            size=23,
            anchor="mm",
            colour=colour,
            width=right - left - 12,
        )
