"""What all pictures of the graph share: page size, colours, fonts, and how titles are written."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

from matplotlib import font_manager, patheffects
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.text import Text

from graph.feelings.anchors import Zone
from graph.tracks import Track

# Distinguishable with red-green colour blindness.
# Source: P. Tol, "Colour Schemes", SRON/EPS/TN/09-002, 2021, "bright".
COLOURS: Mapping[Zone, str] = {
    Zone.HAPPY: "#e0a400",
    Zone.ANGRY: "#d1495b",
    Zone.SAD: "#3d7ab8",
    Zone.CALM: "#2a9d6f",
}
NAMES: Mapping[Zone, str] = {
    Zone.HAPPY: "happy, surprised",
    Zone.ANGRY: "angry, afraid, disgusted",
    Zone.SAD: "sad",
    Zone.CALM: "neutral, calm",
}
PAPER, INK, FAINT, LINE = "#fcfbf8", "#22262b", "#6f7680", "#d9dce0"
WIDTH, DOTS_PER_INCH = 1080, 150  # pixels: a phone's width, sharp
POINTS_PER_PX = 72 / DOTS_PER_INCH
HALO = (patheffects.withStroke(linewidth=3, foreground=PAPER),)
DEFAULTS: Mapping[str, Any] = MappingProxyType({"color": INK, "zorder": 4, "path_effects": HALO})
# The first comes with matplotlib; the others add scripts where they are installed.
FONTS = ("DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans Devanagari")
# Replaces a title and an artist in a script that no installed font has.
NOTE = "♪"


def page(height: int) -> tuple[Figure, Axes]:
    """Return an empty page, and axes in pixels with the origin in the upper left corner."""
    size = (WIDTH / DOTS_PER_INCH, height / DOTS_PER_INCH)
    figure = Figure(figsize=size, dpi=DOTS_PER_INCH, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(height, 0))
    axes.axis("off")
    return figure, axes


def write(axes: Axes, x: float, y: float, text: str, **style: Any) -> Text:  # Text's own settings
    """Write a text in the installed fonts; `style` are Matplotlib's settings, sizes in pixels."""
    size = style.pop("size", 30) * POINTS_PER_PX
    return axes.text(
        x,
        y,
        text,
        fontsize=size,
        family=[name for name, _ in _fonts()],
        parse_math=False,  # "A$AP" is a name
        **{**DEFAULTS, **style},
    )


def write_heading(axes: Axes, y: float, text: str) -> None:
    """Write a line across the page, in a smaller size where it is long."""
    size = min(38, 1.5 * WIDTH / max(len(text), 1))
    write(axes, WIDTH / 2, y, text, size=size, ha="center", va="center", weight="bold")


def write_track(  # noqa: PLR0913 - where, what and how
    axes: Axes, x: float, y: float, track: Track, *, width: float, size: float = 30, **style: Any
) -> None:
    """Write the title and below it the artist, each cut to a width in pixels."""
    artist = replace(track, title=track.artist.replace(";", ","))
    title = _fitted(axes, x, y, track, width, size=size, va="bottom", **style)
    style |= {"weight": "normal", "color": FAINT}
    below = _fitted(axes, x, y, artist, width, size=size * 0.84, va="top", **style)
    if below.get_text().startswith(NOTE) or below.get_text() == title.get_text():
        below.remove()


def _fitted(axes: Axes, x: float, y: float, track: Track, width: float, **style: Any) -> Text:
    letters = max(2, int(width / (0.5 * style["size"])))
    while True:
        text = write(axes, x, y, label(track, letters), **style)
        wide = text.get_window_extent().width
        if wide <= width or letters <= 2:
            return text
        text.remove()
        letters = max(2, min(letters - 1, int(letters * width / wide)))


def legend(axes: Axes, shown: Sequence[Zone], y: float) -> None:
    """Write the legend of the colours, in one line centred at height y."""
    dots = [
        Line2D([], [], marker="o", linestyle="", markersize=9, color=COLOURS[zone], label=name)
        for zone, name in NAMES.items()
        if zone in shown
    ]
    axes.legend(
        handles=dots,
        loc="center",
        bbox_to_anchor=(WIDTH / 2, y),
        bbox_transform=axes.transData,
        ncols=len(dots),
        frameon=False,
        fontsize=25 * POINTS_PER_PX,
        labelcolor=INK,
        handletextpad=0.1,
        columnspacing=1.0,
    )


def drawable(text: str) -> bool:
    """Return whether the installed fonts have every character of a text."""
    return all(any(ord(sign) in signs for _, signs in _fonts()) for sign in text)


def label(track: Track, letters: int) -> str:
    """Return the label of a track: those of title, artist and genre that the fonts can write."""
    known = " ".join(filter(None, (NOTE, track.genre, str(track.year or ""))))
    for text in (track.title, track.artist, known):
        line = " ".join(text.split())
        line = line if len(line) <= letters else line[: letters - 1].rstrip() + "…"
        if drawable(line):
            return line
    return NOTE


def png(figure: Figure) -> bytes:
    """Return the picture as a PNG file."""
    picture = io.BytesIO()
    figure.savefig(picture, format="png", facecolor=PAPER)
    # Figure and canvas refer to each other, and the canvas holds 6 MB of pixels: break the cycle.
    for text in figure.findobj(Text):
        text.__dict__.pop("_renderer", None)
    vars(figure.canvas).clear()
    return picture.getvalue()


@cache
def _fonts() -> Sequence[tuple[str, frozenset[int]]]:
    """Return the installed fonts for titles, and the characters of each, regular and bold."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return [(name, _signs(name)) for name in FONTS if name in installed]


def _signs(name: str) -> frozenset[int]:
    faces = (FontProperties(family=name, weight=weight) for weight in ("normal", "bold"))
    thin, bold = (FT2Font(font_manager.findfont(face)).get_charmap() for face in faces)
    return frozenset(thin.keys() & bold.keys())
