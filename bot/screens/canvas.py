"""A picture in the bot's own design, drawn with Pillow: colours, type, and where they come from."""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from inference.emotions import Emotion

WIDTH = 1080  # pixels: a phone's width, sharp
MARGIN = 56
RADIUS = 18
# Told apart also by people who see red and green alike; words stand beside every colour.
# Dark letters on them have a contrast of 5.5 at least. After P. Tol, "Colour Schemes",
# SRON/EPS/TN/09-002, 2021.
COLOURS: Mapping[Emotion, str] = {
    Emotion.HAPPY: "#ddaa33",
    Emotion.SURPRISE: "#ee8866",
    Emotion.NEUTRAL: "#4fb5a3",
    Emotion.SAD: "#7f9be0",
    Emotion.FEAR: "#b98ad0",
    Emotion.ANGRY: "#e0707a",
    Emotion.DISGUST: "#9dab4a",
}


@dataclass(frozen=True, slots=True)
class Look:
    """The ground and what is written on it."""

    paper: str
    panel: str
    ink: str
    faint: str


LIGHT = Look(paper="#fcfbf8", panel="#efeee9", ink="#22262b", faint="#626973")
DARK = Look(paper="#14181e", panel="#212832", ink="#eceff3", faint="#a3aebb")


@cache
def _font(size: int, weight: str) -> ImageFont.FreeTypeFont:
    """Return a font that matplotlib brings: Latin, Greek, Cyrillic and Arabic letters."""
    found = importlib.util.find_spec("matplotlib")
    assert found is not None and found.origin is not None  # noqa: PT018 - a dependency
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    name = "DejaVuSans-Bold.ttf" if weight == "bold" else "DejaVuSans.ttf"
    return ImageFont.truetype(folder / name, size)


class Page:
    """A picture in the making; the unit is its pixel."""

    def __init__(self, height: int, look: Look) -> None:
        self.look = look
        self._image = Image.new("RGB", (WIDTH, height), look.paper)
        self._draw = ImageDraw.Draw(self._image)

    def write(  # noqa: PLR0913 - where, what and how
        self,
        at: tuple[float, float],
        text: str,
        *,
        size: int = 30,
        colour: str | None = None,
        weight: str = "normal",
        anchor: str = "lm",
        width: float = WIDTH,
    ) -> None:
        """Write a line, smaller or cut short where it is wider than `width`."""
        font, smallest = _font(size, weight), max(20, round(size * 0.7))
        while font.getlength(text) > width and size > smallest:
            size -= 2
            font = _font(size, weight)
        while font.getlength(text) > width and len(text) > 1:
            text = text[:-2].rstrip() + "…"
        self._draw.text(at, text, fill=colour or self.look.ink, font=font, anchor=anchor)

    def box(self, corners: tuple[float, float, float, float], colour: str, radius: int) -> None:
        """Fill a box with round corners: left, top, right, bottom."""
        left, top, right, bottom = corners
        if right - left >= 1 and bottom - top >= 1:
            radius = int(min(radius, (right - left) / 2, (bottom - top) / 2))
            self._draw.rounded_rectangle(corners, radius, fill=colour)

    def png(self) -> bytes:
        """Return the picture as a file."""
        out = BytesIO()
        self._image.save(out, "PNG", optimize=True)
        return out.getvalue()


def can_write(text: str) -> bool:
    """Return whether the font has every letter of a text."""
    font = _font(30, "normal")
    missing = font.getmask("\uffff").getbbox(), bytes(font.getmask("\uffff"))
    return all(
        letter.isspace() or (font.getmask(letter).getbbox(), bytes(font.getmask(letter))) != missing
        for letter in set(text)
    )
