"""A picture in the bot's own design, drawn with Pillow: colours, type, and where they come from."""

import importlib.util
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from inference.emotions import Emotion

WIDTH = 1080  # pixels: a phone's width, sharp
MARGIN = 56
RADIUS = 18
OTHER_SIDE = str.maketrans("lr", "rl")  # of an anchor, whose first letter is left, middle or right
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
def _fonts(size: int, weight: str) -> tuple[ImageFont.FreeTypeFont, ...]:
    """Return the fonts at hand, regular or bold.

    The first one comes with matplotlib: Latin, Greek, Cyrillic and Arabic letters. Those for other
    letters are used where they are installed; Devanagari has to be shaped, by libraqm.
    """
    found = importlib.util.find_spec("matplotlib")
    assert found is not None and found.origin is not None  # noqa: PT018 - a dependency
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    bold = weight == "bold"
    names: list[str | Path] = [folder / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")]
    names += [f"NotoSansCJK-{'Bold' if bold else 'Regular'}.ttc"]
    if features.check("raqm"):
        names += [f"NotoSansDevanagari-{'Bold' if bold else 'Regular'}.ttf"]
    fonts = []
    for name in names:
        with suppress(OSError):  # it is not installed
            fonts.append(ImageFont.truetype(name, size))
    return tuple(fonts)


def _font(text: str, size: int, weight: str) -> ImageFont.FreeTypeFont:
    """Return the first font that has every letter of a text, else the first one."""
    fonts = _fonts(size, weight)
    return next((font for font in fonts if _has_letters(font, text)), fonts[0])


class Page:
    """A picture in the making; the unit is its pixel.

    A mirrored one runs from right to left, as its letters do: places count from its right edge.
    """

    def __init__(self, height: int, look: Look, *, mirrored: bool = False) -> None:
        self.look = look
        self._mirrored = mirrored
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
        font, smallest = _font(text, size, weight), max(20, round(size * 0.7))
        while font.getlength(text) > width and size > smallest:
            size -= 2
            font = _font(text, size, weight)
        while font.getlength(text) > width and len(text) > 1:
            text = text[:-2].rstrip() + "…"
        if self._mirrored:
            at, anchor = (WIDTH - at[0], at[1]), anchor.translate(OTHER_SIDE)
        self._draw.text(at, text, fill=colour or self.look.ink, font=font, anchor=anchor)

    def box(self, corners: tuple[float, float, float, float], colour: str, radius: int) -> None:
        """Fill a box with round corners: left, top, right, bottom."""
        left, top, right, bottom = corners
        if self._mirrored:
            left, right = WIDTH - right, WIDTH - left
        if right - left >= 1 and bottom - top >= 1:
            radius = int(min(radius, (right - left) / 2, (bottom - top) / 2))
            self._draw.rounded_rectangle((left, top, right, bottom), radius, fill=colour)

    def png(self) -> bytes:
        """Return the picture as a file."""
        out = BytesIO()
        self._image.save(out, "PNG", optimize=True)
        return out.getvalue()


def can_write(text: str) -> bool:
    """Return whether a font at hand has every letter of a text."""
    return any(_has_letters(font, text) for font in _fonts(30, "normal"))


def _has_letters(font: ImageFont.FreeTypeFont, text: str) -> bool:
    missing = font.getmask("\uffff").getbbox(), bytes(font.getmask("\uffff"))
    return text.isascii() or all(
        letter.isspace() or (font.getmask(letter).getbbox(), bytes(font.getmask(letter))) != missing
        for letter in set(text)
    )
