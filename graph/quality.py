"""Figures that tell a good graph from a bad one."""

from typing import Any

import numpy as np
from scipy.sparse.csgraph import connected_components

from graph.anchors import ZONES
from graph.arrays import Ids, Transition

HUB_SHARE = 0.01


def quality(likeness: Transition, zones: Ids, genres: Ids) -> dict[str, Any]:
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
    components, parts = connected_components(likeness, directed=False)
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


def _joined(likeness: Transition, kinds: Ids) -> float | None:
    here = np.repeat(kinds, np.diff(likeness.indptr))
    there = kinds[likeness.indices]
    known = (here >= 0) & (there >= 0)
    return float(np.mean(here[known] == there[known])) if known.any() else None


def _by_chance(kinds: Ids) -> float | None:
    counts = np.bincount(kinds[kinds >= 0])
    return float(np.sum((counts / counts.sum()) ** 2)) if counts.size else None
