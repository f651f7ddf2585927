"""What a version holds about its nodes: edges, feelings, and the nodes that fit an emotion best."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.arrays import Edges, Ids, Mask, Matrix, Vector
from graph.building.edges import strengths
from graph.building.features import Features
from graph.feelings import anchors, bridge, policies
from graph.importing.catalogue import Columns
from graph.snapshot.walk import RESTART, exact_shares

# The nodes of an emotion that a question looks at: many times what a person hears in a month.
BEST = 1000
# In the place of a popularity: what is no ordinary song stands behind what nobody knows.
NO_SONG, UNKNOWN = -2.0, -1.0


def graph_arrays(
    found: Features, likeness: Edges, popularity: Vector, told: Callable[[float], None]
) -> dict[str, NDArray[Any]]:
    """Return everything about the nodes that a version holds.

    Args:
        found: The nodes.
        likeness: Their edges.
        popularity: (tracks,), 0 to 100, nan where unknown, below 0 for what is no ordinary song.
        told: Receives the progress, 0 to 1.
    """
    strength = strengths(likeness)
    sides = anchors.axes(found.values, found.names)
    places = anchors.ranks(sides)
    fits = policies.fits(found.values, found.names)
    known, ordinary = _most_popular(found.node, popularity)
    ranked = fits / np.float32(policies.STEPS) + policies.prior(known)[:, None]
    ranked[~ordinary] -= 2  # behind all songs
    starts = np.stack([anchors.seeds(column) for column in ranked.T], axis=1)
    shares = exact_shares(likeness, strength, starts, restart=RESTART, told=told)
    best = np.stack([_largest(column) for column in ranked.T])
    return {
        "edge_likeness": likeness.data,
        "edge_nodes": likeness.indices,
        "edge_starts": likeness.indptr,
        "strength": strength,
        "values": found.values.astype(np.float16),
        "sides": sides,
        "places": places.astype(np.float16),
        "shares": _halved(shares),
        "fits": fits,
        "best": best.astype(np.int32),
        "starts": np.concatenate(([0], np.cumsum(np.bincount(found.node)))).astype(np.int32),
        **bridge.cell_arrays(places),
    }


def popularity_of(columns: Columns) -> Vector:
    """Return the popularity of each track, nan where unknown, below 0 for no ordinary song."""
    known = columns(["popularity", "kinds"])
    popularity: Vector = known["popularity"].to_numpy().astype(np.float32)
    if "kinds" not in known.column_names:  # a catalogue from before they were marked
        return popularity
    marked = pc.not_equal(known["kinds"].fill_null(""), "").to_numpy()
    return np.asarray(np.where(marked, np.float32(NO_SONG), popularity))


def _most_popular(node: Ids, popularity: Vector) -> tuple[Vector, Mask]:
    """Return the popularity of each node's best known song, nan if unknown, and if it has one."""
    known = np.full(int(node.max()) + 1, NO_SONG, np.float32)
    np.maximum.at(known, node, np.nan_to_num(popularity, nan=UNKNOWN))
    return np.where(known < 0, np.nan, known), known > NO_SONG


def _largest(scores: Vector) -> Ids:
    """Return the nodes with the `BEST` largest scores, the largest first."""
    n = min(BEST, len(scores))
    candidates = np.flatnonzero(scores >= np.partition(scores, -n)[-n])
    return candidates[np.argsort(-scores[candidates], kind="stable")][:n]


def _halved(shares: Matrix) -> NDArray[np.float16]:
    """Return shares in half precision, in a unit that keeps the largest below its limit of 65504.

    Half precision reaches down to a five-hundred-millionth of it without losing figures.
    """
    unit = 2.0 ** (14 - np.ceil(np.log2(shares.max())))
    return np.asarray(shares * np.float32(unit), dtype=np.float16)
