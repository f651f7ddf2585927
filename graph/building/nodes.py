"""The arrays of a version about its nodes: edges, emotions, and the best nodes of each emotion."""

from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.arrays import Edges, Ids, Mask, Vector
from graph.building.edges import strengths
from graph.building.features import Features
from graph.feelings import anchors, bridge, policies
from graph.importing.catalogue import Columns

# Nodes of each emotion that the candidate pool draws from: many times what a person hears in a
# month.
POOL_SIZE = 1000
# In the place of a popularity, 0 to 100. Any song of a node outranks what is no ordinary song.
NO_SONG, UNKNOWN = -2.0, -1.0


def graph_arrays(found: Features, likeness: Edges, popularity: Vector) -> dict[str, NDArray[Any]]:
    """Return the arrays of a version about its nodes, by name; `Snapshot` describes them.

    Args:
        found: The nodes.
        likeness: (n, n), their edges, see `graph.building.edges`.
        popularity: (tracks,), 0 to 100, nan where unknown, below 0 for what is no ordinary song.
    """
    strength = strengths(likeness)
    sides = anchors.axes(found.values, found.names)
    places = anchors.ranks(sides)
    fits = policies.fits(found.values, found.names)
    known, ordinary = _most_popular(found.node, popularity)
    ranked = fits / np.float32(policies.STEPS) + policies.prior(known)[:, None]
    ranked[~ordinary] -= 2  # below every song
    best = np.stack([_largest(column) for column in ranked.T])
    return {
        "edge_likeness": likeness.data,
        "edge_nodes": likeness.indices,
        "edge_starts": likeness.indptr,
        "strength": strength,
        "values": found.values.astype(np.float16),
        "sides": sides.astype(np.float16),
        "places": places.astype(np.float16),
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
    """Return the largest popularity of each node's songs, nan if unknown; and if it has a song."""
    known = np.full(int(node.max()) + 1, NO_SONG, np.float32)
    np.maximum.at(known, node, np.nan_to_num(popularity, nan=UNKNOWN))
    return np.where(known < 0, np.nan, known), known > NO_SONG


def _largest(scores: Vector) -> Ids:
    """Return the nodes with the `POOL_SIZE` largest scores, the largest first."""
    n = min(POOL_SIZE, len(scores))
    candidates = np.flatnonzero(scores >= np.partition(scores, -n)[-n])
    return candidates[np.argsort(-scores[candidates], kind="stable")][:n]
