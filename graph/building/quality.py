"""Figures of a graph's quality: connectivity, hubs, and how often neighbours agree."""

from typing import Any

import numpy as np
from scipy.sparse.csgraph import connected_components

from graph.arrays import Edges, Ids
from graph.feelings.anchors import ZONES

HUB_SHARE = 0.01  # of the nodes, those of the highest degree
# Rows whose edges are compared at once, to bound the memory.
BLOCK_ROWS = 65_536


def quality(likeness: Edges, zones: Ids, genres: Ids) -> dict[str, Any]:
    """Return the figures of a graph.

    Args:
        likeness: (n, n), symmetric.
        zones: (n,), positions in `ZONES`.
        genres: (n,), a number per genre, -1 where unknown.

    Returns:
        `components`; `coverage`, the share of nodes in the largest one; `degree`, least, mean and
        largest; `hubs`, the share of edges at the `HUB_SHARE` of nodes with the highest degree;
        `same_zone` and `same_genre`, the share of edges whose ends agree, null where none is
        known; `same_zone_by_chance` and `same_genre_by_chance`, the share expected of random
        pairs; `zones`, the number of nodes in each.
    """
    degrees = np.diff(likeness.indptr)
    # The matrix is symmetric: its strong components are its components, and are found faster.
    components, parts = connected_components(likeness, directed=True, connection="strong")
    hubs = max(1, round(HUB_SHARE * len(degrees)))
    return {
        "components": int(components),
        "coverage": float(np.bincount(parts).max() / len(parts)),
        "degree": [int(degrees.min()), float(degrees.mean()), int(degrees.max())],
        "hubs": float(np.sort(degrees)[-hubs:].sum() / degrees.sum()),
        "same_zone": _agreement(likeness, zones),
        "same_zone_by_chance": _chance_agreement(zones),
        "same_genre": _agreement(likeness, genres),
        "same_genre_by_chance": _chance_agreement(genres),
        "zones": {zone.value: int(np.sum(zones == at)) for at, zone in enumerate(ZONES)},
    }


def _agreement(likeness: Edges, kinds: Ids) -> float | None:
    same, known = 0, 0
    for start in range(0, len(kinds), BLOCK_ROWS):
        starts = likeness.indptr[start : start + BLOCK_ROWS + 1]
        here = np.repeat(kinds[start : start + BLOCK_ROWS], np.diff(starts))
        there = kinds[likeness.indices[starts[0] : starts[-1]]]
        both = (here >= 0) & (there >= 0)
        same += int(np.sum(both & (here == there)))
        known += int(np.sum(both))
    return same / known if known else None


def _chance_agreement(kinds: Ids) -> float | None:
    counts = np.bincount(kinds[kinds >= 0])
    return float(np.sum((counts / counts.sum()) ** 2)) if counts.size else None
