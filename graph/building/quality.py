"""Figures that tell a good graph from a bad one."""

from typing import Any

import numpy as np
from scipy.sparse.csgraph import connected_components

from graph.arrays import Edges, Ids
from graph.feelings.anchors import ZONES

HUB_SHARE = 0.01
# Rows whose edges are looked at at once.
ROWS = 65_536


def quality(likeness: Edges, zones: Ids, genres: Ids) -> dict[str, Any]:
    """Return the figures of a graph.

    Args:
        likeness: (n, n), symmetric.
        zones: (n,), positions in `ZONES`.
        genres: (n,), equal for equal genres, -1 where unknown.

    Returns:
        `components`; `coverage`, the share of nodes in the largest; `degree` (least, mean, most);
        `hubs`, the share of edges at the best connected hundredth; `same_zone` and `same_genre`,
        the share of edges that join like to like (none known: null) and what chance would give;
        `zones`, nodes in each.
    """
    degrees = np.diff(likeness.indptr)
    # Each edge is there in both directions: what hangs together does so strongly, found sooner.
    components, parts = connected_components(likeness, directed=True, connection="strong")
    hubs = max(1, round(HUB_SHARE * len(degrees)))
    return {
        "components": int(components),
        "coverage": float(np.bincount(parts).max() / len(parts)),
        "degree": [int(degrees.min()), float(degrees.mean()), int(degrees.max())],
        "hubs": float(np.sort(degrees)[-hubs:].sum() / degrees.sum()),
        "same_zone": _joined(likeness, zones),
        "same_zone_by_chance": _by_chance(zones),
        "same_genre": _joined(likeness, genres),
        "same_genre_by_chance": _by_chance(genres),
        "zones": {zone.value: int(np.sum(zones == at)) for at, zone in enumerate(ZONES)},
    }


def _joined(likeness: Edges, kinds: Ids) -> float | None:
    same, known = 0, 0
    for start in range(0, len(kinds), ROWS):
        starts = likeness.indptr[start : start + ROWS + 1]
        here = np.repeat(kinds[start : start + ROWS], np.diff(starts))
        there = kinds[likeness.indices[starts[0] : starts[-1]]]
        both = (here >= 0) & (there >= 0)
        same += int(np.sum(both & (here == there)))
        known += int(np.sum(both))
    return same / known if known else None


def _by_chance(kinds: Ids) -> float | None:
    counts = np.bincount(kinds[kinds >= 0])
    return float(np.sum((counts / counts.sum()) ** 2)) if counts.size else None
