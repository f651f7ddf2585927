"""Pictures of the graph: the whole of it as a map of feelings, or the songs around one song."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import networkx as nx
import numpy as np
from matplotlib import font_manager, patheffects
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from graph.anchors import ZONES, Zone, zones
from graph.arrays import Ids, Matrix
from graph.networks import nearest, subgraph
from graph.store import Snapshot
from graph.tracks import Track, TrackId

# Told apart also by people who see red and green alike.
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
PAPER, INK, FAINT = "#fcfbf8", "#22262b", "#8a9099"
SIZE_INCHES, DOTS_PER_INCH = 7.2, 150  # 1080 pixels: a phone's width, sharp
MOST_NODES = 1200
NEIGHBOURS = 9
LABELS_PER_ZONE = 7
MAP_LETTERS, RING_LETTERS, HEADING_LETTERS = 26, 18, 32
# The first comes with matplotlib; the others serve more scripts where they are installed.
FONTS = ("DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans Devanagari")
# Stands for a title and an artist in a script that no font at hand can write.
NOTE = "♪"


def draw_map(snapshot: Snapshot) -> bytes:
    """Return a PNG of the graph: pleasant songs to the right, driving ones at the top.

    A graph of more than 1,200 nodes is shown by as many of them, evenly chosen.
    """
    n = snapshot.likeness.shape[0]
    shown = np.unique(np.linspace(0, n - 1, min(n, MOST_NODES)).astype(np.int64))
    network, kinds = subgraph(snapshot, shown), zones(snapshot.sides[shown])
    places = dict(zip(shown.tolist(), snapshot.places[shown], strict=True))
    # A few steps let neighbours draw together; more would lose the map.
    layout = nx.spring_layout(network, pos=places, k=0.012, iterations=12, seed=1, scale=None)
    points = np.array([layout[node] for node in shown.tolist()])
    figure, axes = _page()
    edges = [(layout[a], layout[b]) for a, b in network.edges]
    axes.add_collection(LineCollection(edges, colors="#c9ccd1", linewidths=0.35, alpha=0.55))
    colours = [COLOURS[ZONES[kind]] for kind in kinds]
    axes.scatter(
        points[:, 0], points[:, 1], s=22, c=colours, edgecolors=PAPER, linewidths=0.5, zorder=2
    )
    axes.margins(0.04)
    _legend(axes, [zone for at, zone in enumerate(ZONES) if np.any(kinds == at)])
    _axis_words(axes)
    _scatter_labels(axes, snapshot, shown, points)
    return _png(figure)


def draw_neighbourhood(snapshot: Snapshot, track_id: TrackId) -> bytes:
    """Return a PNG of a track among the songs most like it.

    Raises:
        UnknownTrackError: No track has this id.
    """
    row = snapshot.row(track_id)
    node = int(snapshot.nodes(np.array([row]))[0])
    around = nearest(snapshot, node, NEIGHBOURS)
    network = subgraph(snapshot, np.append(around, node))
    layout = nx.circular_layout(nx.path_graph(around.tolist()))
    layout[node] = np.zeros(2)
    figure, axes = _page()
    kinds = dict(zip(network, zones(snapshot.sides[list(network)]).tolist(), strict=True))
    for a, b in network.edges:
        colour, width = (FAINT, 2.2) if node in (a, b) else ("#d9dce0", 0.9)
        ends = np.array([layout[a], layout[b]])
        axes.plot(ends[:, 0], ends[:, 1], color=colour, linewidth=width, zorder=1)
    for at, kind in kinds.items():
        x, y = layout[at]
        size = 1100 if at == node else 420
        axes.scatter([x], [y], s=size, c=COLOURS[ZONES[kind]], edgecolors=PAPER, zorder=2)
    for at in around.tolist():
        _ring_label(axes, snapshot.track_at(int(snapshot.starts[at])), layout[at])
    _heading(axes, snapshot.track_at(row))
    axes.set(xlim=(-1.95, 1.95), ylim=(-1.5, 1.75))
    _legend(axes, sorted({ZONES[kind] for kind in kinds.values()}, key=ZONES.index))
    return _png(figure)


def drawable(text: str) -> bool:
    """Return whether the fonts at hand have every sign of a text."""
    return all(any(ord(sign) in signs for _, signs in _fonts()) for sign in text)


def label(track: Track, letters: int) -> str:
    """Return what to write beside a track: what the fonts can write of title, artist, genre."""
    known = " ".join(filter(None, (NOTE, track.genre, str(track.year or ""))))
    for text in (track.title, track.artist, known):
        line = " ".join(text.split())
        line = line if len(line) <= letters else line[: letters - 1].rstrip() + "…"
        if drawable(line):
            return line
    return NOTE


@cache
def _fonts() -> Sequence[tuple[str, frozenset[int]]]:
    """Return the installed fonts for titles, and the signs that each has, thin and bold."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return [(name, _signs(name)) for name in FONTS if name in installed]


def _signs(name: str) -> frozenset[int]:
    faces = (FontProperties(family=name, weight=weight) for weight in ("normal", "bold"))
    thin, bold = (FT2Font(font_manager.findfont(face)).get_charmap() for face in faces)
    return frozenset(thin.keys() & bold.keys())


def _page() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(SIZE_INCHES, SIZE_INCHES), dpi=DOTS_PER_INCH, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.03, 0.09, 0.94, 0.86))
    axes.axis("off")
    return figure, axes


def _legend(axes: Axes, shown: Sequence[Zone]) -> None:
    dots = [
        Line2D(
            [], [], marker="o", linestyle="", markersize=9, color=COLOURS[zone], label=NAMES[zone]
        )
        for zone in shown
    ]
    axes.legend(
        handles=dots,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.01),
        ncols=len(dots),
        frameon=False,
        fontsize=10.5,
        labelcolor=INK,
        handletextpad=0.2,
        columnspacing=1.4,
    )


def _axis_words(axes: Axes) -> None:
    for x, word in ((0.0, "← darker"), (0.5, "more drive ↑"), (1.0, "brighter →")):
        side = {0.0: "left", 0.5: "center", 1.0: "right"}[x]
        axes.text(x, 1.015, word, ha=side, color=FAINT, fontsize=11, transform=axes.transAxes)


def _scatter_labels(axes: Axes, snapshot: Snapshot, shown: Ids, points: Matrix) -> None:
    """Write a few titles of each zone where they cover no other title."""
    kinds = zones(snapshot.sides[shown])
    known = np.nan_to_num(snapshot.popularity[snapshot.starts[shown]], nan=0)
    clear = np.abs(snapshot.places[shown] - 0.5).min(axis=1)
    taken = [text.get_window_extent() for text in axes.texts]
    for kind in range(len(ZONES)):
        members = np.flatnonzero(kinds == kind)
        written = 0
        for at in members[np.lexsort((-clear[members], -known[members]))]:
            name = label(snapshot.track_at(int(snapshot.starts[shown[at]])), MAP_LETTERS)
            if not name.startswith(NOTE) and _fits(axes, points[at] + (0, 0.012), name, taken):
                written += 1
            if written == LABELS_PER_ZONE:
                break


def _fits(axes: Axes, at: Matrix, name: str, taken: list[Bbox]) -> bool:
    """Write a title if there is room for it, and say whether there was."""
    text = _write(axes, at, name, ha="center", va="bottom", fontsize=9.5)
    box, page = text.get_window_extent().padded(5), axes.get_window_extent()
    free = page.x0 < box.x0 and box.x1 < page.x1 and not box.count_overlaps(taken)
    if free:
        taken.append(box)
    else:
        text.remove()
    return free


def _ring_label(axes: Axes, track: Track, at: Matrix) -> None:
    """Write title and artist beside a node of the ring, away from the middle."""
    right = at[0] > -0.01
    x, y = at * 1.04 + (0.13 if right else -0.13, 0)
    title = label(track, RING_LETTERS)
    artist = label(replace(track, title=track.artist), RING_LETTERS)
    side = "left" if right else "right"
    _write(axes, np.array((x, y)), title, ha=side, va="bottom", fontsize=11.5)
    if artist != title and not artist.startswith(NOTE):
        _write(axes, np.array((x, y)), artist, ha=side, va="top", fontsize=9.5, color=FAINT)


def _heading(axes: Axes, track: Track) -> None:
    text = label(track, HEADING_LETTERS)
    _write(axes, np.array((0, 1.7)), text, ha="center", va="top", fontsize=17, weight="bold")
    below = "and the songs that sound most like it"
    _write(axes, np.array((0, 1.5)), below, ha="center", va="top", fontsize=11, color=FAINT)


def _write(axes: Axes, at: Matrix, text: str, **style: Any) -> Text:  # Text's own settings
    return axes.text(
        float(at[0]),
        float(at[1]),
        text,
        family=[name for name, _ in _fonts()],
        parse_math=False,  # "A$AP" is a name
        zorder=3,
        path_effects=[patheffects.withStroke(linewidth=3, foreground=PAPER)],
        **{"color": INK, **style},
    )


def _png(figure: Figure) -> bytes:
    picture = io.BytesIO()
    figure.savefig(picture, format="png", facecolor=PAPER)
    return picture.getvalue()
