"""Moods as a picture: how often each came, as bars, and the legend of every such picture."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel import Locale
from babel.dates import format_skeleton, get_day_names

from bot.screens.canvas import COLOURS, DARK, LIGHT, MARGIN, WIDTH, Page, can_write
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
    months = format_skeleton("yMMMM", date(2026, 2, 1), locale=names.locale)
    return names if can_write("".join(names.moods.values()) + days + months) else english


def blank(height: int, names: Names, *, dark: bool) -> Page:
    """Return an empty page that runs as the letters of its language do."""
    mirrored = names.locale.text_direction == "rtl"
    return Page(height, DARK if dark else LIGHT, mirrored=mirrored)


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
    first, since = until - n * step + DAY, until - days * DAY + DAY
    bars: list[Counter[Emotion]] = [Counter() for _ in range(n)]
    for each in felt:
        if since <= each.day <= until:
            bars[(each.day - first) // step][each.mood] += 1
    page = blank(1000, names, dark=dark)
    span = f"{_day(since, names)} – {_day(until, names)}"  # noqa: RUF001 - from day to day
    page.write((MARGIN, 70), span, size=42, weight="bold", width=INSIDE)
    _draw_bars(page, bars, 140, 640)
    every = max(1, -(-n // 7))
    for at in range(0, n, every):
        x = MARGIN + (at + 0.5) * INSIDE / n
        page.write(
            (x, 672),
            _day(max(since, first + at * step), names),
            size=24,
            anchor="mm",
            colour=page.look.faint,
            width=every * INSIDE / n,
        )
    draw_legend(page, sum(bars, Counter()), names, 730)
    return page.png()


def _day(day: date, names: Names) -> str:
    return str(format_skeleton("MMMd", day, locale=names.locale))


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


def draw_legend(page: Page, counts: Counter[Emotion], names: Names, top: int) -> None:
    """Draw each mood's colour, name and number, three in a row."""
    shown = [mood for mood in COLOURS if counts[mood]]
    for place, mood in enumerate(sorted(shown, key=lambda mood: -counts[mood])):
        x, y = MARGIN + place % 3 * INSIDE / 3, top + 30 + place // 3 * 64
        page.box((x, y - 17, x + 34, y + 17), COLOURS[mood], 10)
        label = f"{names.moods[mood]}  {counts[mood]}"
        page.write((x + 48, y), label, size=29, width=INSIDE / 3 - 60)
