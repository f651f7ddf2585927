"""Short names for the kinds of array that the package passes around."""

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # a fifth of a second and 20 MB to load, and an import does without
    from scipy.sparse import csr_array

Vector: TypeAlias = NDArray[np.floating]  # one number per node or per candidate
Matrix: TypeAlias = NDArray[np.floating]  # one row per node or per candidate
Ids: TypeAlias = NDArray[np.integer]  # positions of nodes or of tracks
Mask: TypeAlias = NDArray[np.bool_]
Transition: TypeAlias = "csr_array[np.float32]"  # (n, n), step probabilities
Edges: TypeAlias = "csr_array[np.uint8]"  # (n, n), likeness in steps, see `graph.building.edges`

# Standard deviations beyond which a value is clipped: an outlier must not dominate distances.
CLIP = 5.0


def ranges(starts: Ids, stops: Ids) -> Ids:
    """Return the concatenated integer ranges `[start, stop)` of all pairs."""
    counts = stops - starts
    ends = np.cumsum(counts)
    shifts = np.repeat((starts - (ends - counts)).astype(starts.dtype), counts)
    shifts += np.arange(len(shifts), dtype=starts.dtype)
    return shifts


def contained(values: Ids, among: Ids) -> Mask:
    """Return which values occur among others: `np.isin` in a third of its time for few others."""
    if not among.size:
        return np.zeros(len(values), bool)
    known = np.sort(among)
    places = known.searchsorted(values)
    places[places == len(known)] = 0
    return np.asarray(known[places] == values)


def standardised(column: Vector) -> Vector:
    """Return a column with mean 0 and standard deviation 1, clipped; unknown values become 0."""
    spread = np.nanstd(column)
    scaled = (column - np.nanmean(column)) / (spread if spread > 0 else 1)
    return np.clip(np.nan_to_num(scaled), -CLIP, CLIP)
