"""The map of a graph: valence from left to right, arousal from bottom to top."""

import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.transforms import Bbox

from graph.arrays import Ids, Matrix, Vector
from graph.drawing.canvas import (
    COLOURS,
    FAINT,
    LINE,
    NOTE,
    PAPER,
    WIDTH,
    label,
    legend,
    page,
    png,
    write,
)
from graph.drawing.networks import subgraph
from graph.feelings.anchors import ZONES, zones
from graph.snapshot.store import Snapshot

# A square of this side between these edges, in pixels.
SIDE, LEFT, TOP = 1000, 40, 80
MAX_NODES = 1200
LABELS_PER_ZONE, MAP_LETTERS = 6, 22


def draw_map(snapshot: Snapshot) -> bytes:
    """Return a PNG of the graph: valence from left to right, arousal from bottom to top.

    Of a graph with more than 1,200 nodes as many are shown, evenly chosen.
    """
    shown = evenly_chosen(snapshot, MAX_NODES)
    network, kinds = subgraph(snapshot, shown), zones(snapshot.sides[shown])
    places = dict(zip(shown.tolist(), snapshot.places[shown], strict=True))
    # A few steps of the spring layout move neighbours together; more would leave the map.
    layout = nx.spring_layout(network, pos=places, k=0.012, iterations=12, seed=1, scale=None)
    points = on_map(np.array([layout[node] for node in shown.tolist()]))
    at = dict(zip(shown.tolist(), points, strict=True))
    figure, axes = page(TOP + SIDE + 80)
    edges = [(at[a], at[b]) for a, b in network.edges]
    axes.add_collection(LineCollection(edges, colors=LINE, linewidths=0.35, alpha=0.7))
    colours = [COLOURS[ZONES[kind]] for kind in kinds]
    axes.scatter(
        points[:, 0], points[:, 1], s=22, c=colours, edgecolors=PAPER, linewidths=0.5, zorder=2
    )
    legend(axes, [zone for kind, zone in enumerate(ZONES) if np.any(kinds == kind)], SIDE + 125)
    _axis_words(axes)
    _map_titles(axes, snapshot, shown, points)
    return png(figure)


def _axis_words(axes: Axes) -> None:
    sides = {"left": (LEFT, "← darker"), "center": (WIDTH / 2, "more drive ↑")}
    for side, (x, word) in (sides | {"right": (LEFT + SIDE, "brighter →")}).items():
        write(axes, x, 42, word, size=28, ha=side, va="center", color=FAINT)


def _map_titles(axes: Axes, snapshot: Snapshot, shown: Ids, points: Matrix) -> None:
    """Write a few titles of each zone where they overlap no other title."""
    kinds = zones(snapshot.sides[shown])
    known = np.nan_to_num(snapshot.popularity[snapshot.starts[shown]], nan=0)
    clear = np.abs(snapshot.places[shown] - 0.5).min(axis=1)
    taken: list[Bbox] = []
    for kind in range(len(ZONES)):
        members = np.flatnonzero(kinds == kind)
        written = 0
        for at in members[np.lexsort((-clear[members], -known[members]))]:
            name = label(snapshot.track_at(int(snapshot.starts[shown[at]])), MAP_LETTERS)
            if not name.startswith(NOTE) and _fits(axes, points[at], name, taken):
                written += 1
            if written == LABELS_PER_ZONE:
                break


def _fits(axes: Axes, at: Vector, name: str, taken: list[Bbox]) -> bool:
    """Write a title if there is room for it, and return whether there was."""
    text = write(axes, at[0], at[1] - 12, name, size=24, ha="center", va="bottom")
    box = text.get_window_extent().padded(5)
    free = box.x0 > 0 and box.x1 < WIDTH and not box.count_overlaps(taken)
    if free:
        taken.append(box)
    else:
        text.remove()
    return bool(free)


def evenly_chosen(snapshot: Snapshot, most: int) -> Ids:
    """Return up to n nodes, evenly chosen."""
    n = snapshot.likeness.shape[0]
    return np.unique(np.linspace(0, n - 1, min(n, most)).astype(np.int64))


def on_map(places: Matrix, height: int = SIDE) -> Matrix:
    """Convert places, 0 to 1, to pixels of a map of this height."""
    return np.asarray(np.array((LEFT, TOP + height)) + places * np.array((SIDE, -height)))
