"""Pictures of a song's neighbourhood, of the path of a walk, and of a bridge between emotions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from graph.arrays import Matrix, Vector
from graph.drawing.canvas import (
    COLOURS,
    FAINT,
    INK,
    LINE,
    NAMES,
    NOTE,
    PAPER,
    WIDTH,
    legend,
    page,
    png,
    write,
    write_heading,
    write_track,
)
from graph.drawing.map import LEFT, SIDE, TOP, evenly_chosen, on_map
from graph.drawing.networks import subgraph
from graph.drawing.ways import Way, way_to
from graph.feelings.anchors import CORNERS, ZONES, zones
from graph.snapshot.store import Snapshot
from graph.tracks import Track, TrackId

Place = tuple[float, float]

# Pixels. The map of a bridge is lower than wide, and a list stands below it: Telegram would crop a
# taller picture.
MAP_HEIGHT, LINE_HEIGHT = 690, 100
MAX_DOTS = 700
# Pixels between two songs of a path, and from the last one to its neighbours.
STEP_PX = 165
NEIGHBOUR_OFFSETS: Sequence[Place] = ((-350, 150), (350, 150), (-190, 335), (190, 335), (0, 510))
TITLE_PX = 330
MIN_DISTANCE_PX = 74  # between two steps of a bridge, so that their discs do not overlap


@dataclass(frozen=True, slots=True)
class Words:
    """The words in a picture besides titles.

    Attributes:
        heading: At the top.
        start: The emotion where a path begins; empty where it begins at a song.
    """

    heading: str
    start: str = ""


def draw_neighbourhood(snapshot: Snapshot, track_id: TrackId) -> bytes:
    """Return a PNG of a track among its nearest neighbours.

    Raises:
        UnknownTrackError: No track has this id.
    """
    words = Words("and the songs that sound most like it")
    return draw_way(snapshot, snapshot.track(track_id), way_to(snapshot, track_id), words)


def draw_way(
    snapshot: Snapshot, track: Track, way: Way, words: Words, *, liked: Sequence[Track] = ()
) -> bytes:
    """Return a PNG of the path of a walk to a track, and of the track's nearest neighbours.

    Args:
        snapshot: Of all of them.
        track: The end of the path.
        way: From `way_to`.
        words: Heading and start.
        liked: Songs marked with a heart. If one is the start, its own title is written there.
    """
    above = len(way.nodes) - 1 + bool(words.start)
    x, y = WIDTH / 2, 190 + STEP_PX * above
    places: dict[int, Place] = {
        node: (x, y - STEP_PX * back) for back, node in enumerate(reversed(way.nodes))
    }
    offsets = zip(way.around, NEIGHBOUR_OFFSETS, strict=False)
    places |= {node: (x + right, y + down) for node, (right, down) in offsets}
    figure, axes = page(int(y) + 690)
    kinds = dict(zip(way.shown, zones(snapshot.sides[list(way.shown)]).tolist(), strict=True))
    _draw_edges(axes, snapshot, way, places)
    if words.start:
        first = ZONES[kinds[way.nodes[0]]]
        _draw_step(axes, (x, 190), places[way.nodes[0]])
        box = {"boxstyle": "round,pad=0.5,rounding_size=1", "fc": COLOURS[first], "ec": PAPER}
        style = {"ha": "center", "va": "center", "weight": "bold", "color": PAPER, "bbox": box}
        write(axes, x, 190, words.start, size=38, path_effects=[], **style)
    names = {node: snapshot.track_at(int(snapshot.starts[node])) for node in way.shown}
    by_node = snapshot.nodes(snapshot.rows([each.id for each in liked])).tolist()
    names |= {node: each for node, each in zip(by_node, liked, strict=True) if node in names}
    names[way.nodes[-1]] = track
    for node, place in places.items():
        mark = NOTE if node == way.nodes[-1] else "♥" if node in by_node else ""
        _draw_song(axes, place, COLOURS[ZONES[kinds[node]]], mark, large=node in way.nodes)
        _name_song(axes, place, names[node], beside=node in way.nodes, last=mark == NOTE)
    write_heading(axes, 70, words.heading)
    legend(axes, [ZONES[kind] for kind in kinds.values()], y + 645)
    return png(figure)


def draw_bridge(
    snapshot: Snapshot, steps: Mapping[int, Track], ends: tuple[Vector, Vector], heading: str
) -> bytes:
    """Return a PNG of the songs of a bridge from one emotion to another, on the map.

    Args:
        snapshot: Of the songs.
        steps: The rows of the songs, in order.
        ends: Start and end of the straight line through the plane, as `Snapshot.places` are.
        heading: At the top.
    """
    figure, axes = page(TOP + MAP_HEIGHT + 75 + LINE_HEIGHT * len(steps))
    _draw_ground(axes, snapshot)
    begin, end = on_map(np.array(ends), MAP_HEIGHT).tolist()
    axes.scatter(
        [begin[0]], [begin[1]], s=300, facecolors=PAPER, edgecolors=INK, linewidths=2, zorder=2
    )
    _draw_step(axes, begin, end, linestyle="dashed")
    nodes = snapshot.nodes(snapshot.rows([track.id for track in steps.values()]))
    points = _apart(on_map(snapshot.places[nodes].astype(float), MAP_HEIGHT))
    axes.plot(points[:, 0], points[:, 1], color=FAINT, linewidth=4, zorder=2)
    kinds = zones(snapshot.sides[nodes]).tolist()
    for line, (number, track) in enumerate(steps.items()):
        colour, y = COLOURS[ZONES[kinds[line]]], TOP + MAP_HEIGHT + 80 + LINE_HEIGHT * line
        for x, at in (points[line], (80, y)):
            _draw_song(axes, (x, at), colour, str(number), large=True)
        write_track(axes, 140, y, track, width=WIDTH - 180, size=36, weight="bold")
    write_heading(axes, 42, heading)
    return png(figure)


def _draw_edges(axes: Axes, snapshot: Snapshot, way: Way, places: Mapping[int, Place]) -> None:
    """Draw edges as lines, wider for a higher similarity, and the path on top."""
    network = subgraph(snapshot, np.array(way.shown))
    for (a, b), likeness in nx.get_edge_attributes(network, "weight").items():
        own = way.nodes[-1] in {a, b}
        (ax, ay), (bx, by) = places[a], places[b]
        width = 1 + 6 * likeness if own else 1
        axes.plot([ax, bx], [ay, by], color="#bfc4ca" if own else LINE, linewidth=width, zorder=1)
    for a, b in pairwise(way.nodes):
        style = "solid" if way.joined else "dashed"
        _draw_step(axes, places[a], places[b], linestyle=style)


def _draw_step(axes: Axes, start: Place, end: Place, *, linestyle: str = "solid") -> None:
    arrow = {"arrowstyle": "-|>,head_width=0.5,head_length=0.8", "color": INK, "linewidth": 3}
    arrow |= {"linestyle": linestyle, "shrinkA": 15, "shrinkB": 22}
    axes.annotate("", end, start, arrowprops=arrow, zorder=2)


def _draw_song(axes: Axes, at: Place, colour: str, mark: str, *, large: bool) -> None:
    area = 1150 if large else 620
    axes.scatter([at[0]], [at[1]], s=area, c=colour, edgecolors=PAPER, linewidths=2, zorder=3)
    size = 38 if large else 30
    style = {"ha": "center", "va": "center_baseline", "weight": "bold", "color": PAPER}
    write(axes, at[0], at[1], mark, size=size, path_effects=[], **style)


def _name_song(axes: Axes, at: Place, track: Track, *, beside: bool, last: bool) -> None:
    """Write title and artist: beside a song of the path, below a neighbour."""
    x, y = at
    if beside:
        weight, size = ("bold", 36) if last else ("normal", 34)
        write_track(axes, x + 60, y, track, width=WIDTH / 2 - 80, size=size, weight=weight)
    else:
        write_track(axes, x, y + 72, track, width=TITLE_PX, ha="center")


def _draw_ground(axes: Axes, snapshot: Snapshot) -> None:
    """Draw the map of emotions in faint colours: its four corners and some songs."""
    for zone, (right, up) in CORNERS.items():
        x, y = LEFT + (right > 0) * SIDE / 2, TOP + (up < 0) * MAP_HEIGHT / 2
        axes.add_patch(
            Rectangle((x, y), SIDE / 2, MAP_HEIGHT / 2, color=COLOURS[zone], alpha=0.1, lw=0)
        )
        edge, side = (LEFT + SIDE - 14, "right") if right > 0 else (LEFT + 14, "left")
        line, rise = (TOP + 14, "top") if up > 0 else (TOP + MAP_HEIGHT - 14, "bottom")
        write(axes, edge, line, NAMES[zone], size=27, ha=side, va=rise, color=COLOURS[zone])
    shown = evenly_chosen(snapshot, MAX_DOTS)
    points = on_map(snapshot.places[shown].astype(float), MAP_HEIGHT)
    colours = [COLOURS[ZONES[kind]] for kind in zones(snapshot.sides[shown])]
    axes.scatter(points[:, 0], points[:, 1], s=9, c=colours, alpha=0.3, linewidths=0)


def _apart(points: Matrix) -> Matrix:
    """Return points moved as little as needed so that no two discs overlap."""
    points = points.copy()
    for _ in range(50):
        gaps = points[:, None] - points[None]
        away = np.linalg.norm(gaps, axis=2) + np.eye(len(points)) * MIN_DISTANCE_PX
        if (away >= MIN_DISTANCE_PX - 1).all():
            break
        gaps[:, :, 0] += np.sign(np.arange(len(points))[:, None] - np.arange(len(points))) * 1e-3
        push = np.maximum(MIN_DISTANCE_PX - away, 0) / np.maximum(away, 1e-3)
        points += 0.5 * (gaps * push[:, :, None]).sum(axis=1)
    return points
