"""Moods as pictures: how often each came, a calendar, and the card of a month."""

import calendar
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel import Locale
from babel.dates import format_date, get_day_names

from bot.screens.canvas import COLOURS, DARK, LIGHT, MARGIN, RADIUS, WIDTH, Page, can_write
from inference.emotions import Emotion

DAY, WEEK = timedelta(days=1), timedelta(days=7)
LONG = 30  # days from which on a bar stands for a week
INSIDE = WIDTH - 2 * MARGIN


@dataclass(frozen=True, slots=True)
class Names:
    """What the words in a picture are.

    Attributes:
        moods: By emotion.
        locale: Of dates.
    """

    moods: Mapping[Emotion, str]
    locale: Locale


@dataclass(frozen=True, slots=True)
class Felt:
    """A mood on a day of the person's own calendar."""

    day: date
    mood: Emotion


def writable(names: Names, english: Names) -> Names:
    """Return the names, or the English ones where no font at hand has their letters."""
    days = "".join(get_day_names("abbreviated", locale=names.locale).values())
    months = format_date(date(2026, 2, 1), "LLLL y", locale=names.locale)
    return names if can_write("".join(names.moods.values()) + days + months) else english


def draw_chart(felt: Sequence[Felt], until: date, days: int, names: Names, *, dark: bool) -> bytes:
    """Return how often each mood came: a bar for each day, or for each week of a longer time.

    Args:
        felt: The moods, any order; older ones are left out.
        until: The last day.
        days: How many there are.
        names: The words in the picture.
        dark: Whether the ground is dark.
    """
    step = DAY if days < LONG else WEEK
    n = -(-days // step.days)
    first = until - n * step + DAY
    bars: list[Counter[Emotion]] = [Counter() for _ in range(n)]
    for each in felt:
        if first <= each.day <= until:
            bars[(each.day - first) // step][each.mood] += 1
    page = Page(1000, DARK if dark else LIGHT)
    span = f"{_day(first, names)} – {_day(until, names)}"  # noqa: RUF001 - from day to day
    page.write((MARGIN, 70), span, size=42, weight="bold", width=INSIDE)
    _draw_bars(page, bars, 140, 640)
    every = max(1, -(-n // 7))
    for at in range(0, n, every):
        x = MARGIN + (at + 0.5) * INSIDE / n
        page.write(
            (x, 672),
            _day(first + at * step, names),
            size=24,
            anchor="mm",
            colour=page.look.faint,
            width=every * INSIDE / n,
        )
    _draw_legend(page, sum(bars, Counter()), names, 730)
    return page.png()


def draw_calendar(felt: Sequence[Felt], month: date, names: Names, *, dark: bool) -> bytes:
    """Return a month as a calendar: each day in the colours of its moods, and their names."""
    weeks = _weeks(month, names)
    page = Page(190 + 150 * len(weeks) + 210, DARK if dark else LIGHT)
    page.write((MARGIN, 70), _month(month, names), size=46, weight="bold", width=INSIDE)
    _draw_weeks(page, felt, weeks, month, names, top=170, height=150)
    here = Counter(each.mood for each in felt if _same_month(each.day, month))
    _draw_legend(page, here, names, 190 + 150 * len(weeks))
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
    page = Page(below + 230 + 82 * len(songs) + 90, DARK if dark else LIGHT)
    page.write((MARGIN, 78), _month(month, names), size=54, weight="bold", width=INSIDE)
    _draw_weeks(page, felt, weeks, month, names, top=170, height=96)
    _draw_legend(
        page, Counter(each.mood for each in felt if _same_month(each.day, month)), names, below
    )
    for place, (title, artist) in enumerate(songs):
        y = below + 230 + 82 * place
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


def _day(day: date, names: Names) -> str:
    return str(format_date(day, "d MMM", locale=names.locale))


def _month(month: date, names: Names) -> str:
    return str(format_date(month, "LLLL y", locale=names.locale))


def _draw_bars(page: Page, bars: Sequence[Counter[Emotion]], top: int, bottom: int) -> None:
    """Draw bars of stacked moods, the tallest over the whole height."""
    page.box((MARGIN, bottom + 2, WIDTH - MARGIN, bottom + 5), page.look.panel, 1)
    tallest = max((bar.total() for bar in bars), default=0)
    if not tallest:
        return
    wide, unit = INSIDE / len(bars), (bottom - top) / max(tallest, 3)
    for at, bar in enumerate(bars):
        left, y = MARGIN + at * wide + wide * 0.14, float(bottom)
        for mood, colour in COLOURS.items():
            if bar[mood]:
                high = bar[mood] * unit
                page.box((left, y - high + 3, left + wide * 0.72, y), colour, 10)
                y -= high


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


def _draw_legend(page: Page, counts: Counter[Emotion], names: Names, top: int) -> None:
    """Draw each mood's colour, name and number, three in a row."""
    shown = [mood for mood in COLOURS if counts[mood]]
    for place, mood in enumerate(sorted(shown, key=lambda mood: -counts[mood])):
        x, y = MARGIN + place % 3 * INSIDE / 3, top + 30 + place // 3 * 64
        page.box((x, y - 17, x + 34, y + 17), COLOURS[mood], 10)
        label = f"{names.moods[mood]}  {counts[mood]}"
        page.write((x + 48, y), label, size=29, width=INSIDE / 3 - 60)
