"""The last day of the bot in a picture: how much came in, and how long people waited."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.screens.canvas import LIGHT, MARGIN, WIDTH, Page
from bot.storage.load import Period

INSIDE = WIDTH - 2 * MARGIN
TOP, MIDDLE, BOTTOM = 150, 520, 890  # of the two charts, pixels
HIGH = 270  # of the tallest bar
CAME, WAITED = "#3b7dd8", "#d9822b"
LEAST_S = 1.0  # a chart of waits below a second would make noise look like trouble
EVERY_HOURS = 6


def draw_day(day: Sequence[Period], until: datetime, words: Sequence[str]) -> bytes:
    """Return two charts, one above the other, over the hours of a day: updates and waits.

    Args:
        day: Its parts, the oldest first.
        until: Its end; UTC, as are the hours in the picture.
        words: What the picture, the upper and the lower chart are called.
    """
    title, came, waited = words
    page = Page(BOTTOM + 60, LIGHT)
    page.write((MARGIN, 70), title, size=42, weight="bold", width=INSIDE)
    page.write((MARGIN, TOP), came, size=28, width=INSIDE)
    _draw_bars(page, [part.n for part in day], MIDDLE - 40, CAME, least=1.0)
    page.write((MARGIN, MIDDLE + 30), waited, size=28, width=INSIDE)
    _draw_bars(page, [part.slow_s for part in day], BOTTOM, WAITED, least=LEAST_S)
    _write_hours(page, until)
    return page.png()


def _draw_bars(
    page: Page, values: Sequence[float], bottom: int, colour: str, *, least: float
) -> None:
    """Draw a bar for each value; one as tall as `least` at least takes the whole height."""
    page.box((MARGIN, bottom + 2, WIDTH - MARGIN, bottom + 5), page.look.panel, 1)
    most = max(values)
    scale = f"{most:,.1f}" if most % 1 else f"{most:,.0f}"
    page.write((WIDTH - MARGIN, bottom - HIGH - 30), scale, size=28, anchor="rm", width=200)
    wide, unit = INSIDE / len(values), HIGH / max(*values, least)
    for at, value in enumerate(values):
        left = MARGIN + at * wide
        page.box((left + 1, bottom - value * unit, left + wide - 1, bottom), colour, 2)


def _write_hours(page: Page, until: datetime) -> None:
    first = until - timedelta(days=1)
    for hours in range(0, 24, EVERY_HOURS):
        moment = (first + timedelta(hours=hours + 1)).replace(minute=0)
        x = MARGIN + (moment - first) / timedelta(days=1) * INSIDE
        page.write((x, BOTTOM + 30), f"{moment:%H:%M}", size=24, anchor="mm", width=INSIDE / 4)
