"""The scale of each column of a table, detected from its name and its first rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graph.arrays import Vector
from graph.errors import RescaledError, UnknownScaleError
from graph.importing.cells import numbers
from graph.importing.columns import NEEDED, NUMBER_COLUMNS, UNIT_FEATURES, simplified
from graph.importing.delimited import Batch

# Share of values in a column that may be outliers and do not count for its scale.
OUTLIER_SHARE = 0.05
# With fewer values, quantiles say little: the majority of the values and the maximum decide.
MIN_ROWS = 20
# A scale that ends here may be one of five, seven, nine or ten steps.
MOST_STEPS = 10
PERCENT = 0.01
MOST_POPULARITY = 100.0


@dataclass(frozen=True, slots=True)
class Scales:
    """How the numbers of a table are converted to the catalogue's scales.

    Attributes:
        factors: By which each column is multiplied; 1 for columns not named.
        most_played: The largest popularity, where it counts plays, listeners or followers: then
            its logarithm is scaled to 0 to 100. None where it ranges from 0 to 100 already.
        unknown: Columns whose scale could not be detected; they are not used.
    """

    factors: Mapping[str, float]
    most_played: float | None
    unknown: tuple[str, ...]

    def brought(self, name: str, column: Vector) -> Vector:
        """Return a column's numbers on the catalogue's scale."""
        if name == "popularity" and self.most_played is not None:
            with np.errstate(invalid="ignore", divide="ignore"):
                share = np.log1p(np.maximum(column, 0)) / np.log1p(self.most_played)
            return np.asarray(np.minimum(MOST_POPULARITY * share, MOST_POPULARITY))
        return column * self.factors.get(name, 1)


def scales(batch: Batch, titles: Mapping[str, str]) -> Scales:
    """Return the scales of a table from its first batch.

    A file whose columns were standardised, or scaled to the range from 0 to 1 by their extremes, is
    refused: its values cannot be compared with those of another file.

    Args:
        batch: Columns of text.
        titles: The table's name for each of them.

    Raises:
        RescaledError: The file's values were rescaled.
        UnknownScaleError: The scale of valence or energy could not be detected.
    """
    found = {name: numbers(batch[name]) for name in NUMBER_COLUMNS if name in batch}
    known = {name: column[np.isfinite(column)] for name, column in found.items()}
    known = {name: column for name, column in known.items() if len(column)}
    rescaled = [name for name, column in known.items() if _is_rescaled(name, column)]
    if rescaled:
        raise RescaledError(rescaled)
    units = {name: column for name, column in known.items() if name in UNIT_FEATURES}
    factors = {name: _factor(column, titles.get(name, "")) for name, column in units.items()}
    if PERCENT in factors.values():  # few songs are live or instrumental: 0, 1, 4 percent
        small = [name for name in units if name not in NEEDED and _is_whole(units[name])]
        factors |= {name: factors[name] if factors[name] == 1 else PERCENT for name in small}
    strange = [name for name, factor in factors.items() if factor is None]
    if lost := [name for name in strange if name in NEEDED]:
        ranges = [(name, float(known[name].min()), float(known[name].max())) for name in lost]
        raise UnknownScaleError(ranges)
    told = {name: factor for name, factor in factors.items() if factor is not None}
    popularity, most_played = _popularity(known.get("popularity"))
    return Scales({**told, "popularity": popularity}, most_played, tuple(strange))


def _factor(column: Vector, title: str) -> float | None:
    """Return 1 for shares, .01 for percent, None where the scale is unknown."""
    if "percent" in simplified(title).split("_"):
        return PERCENT
    above = float(np.mean(column > 1))
    if above <= (OUTLIER_SHARE if len(column) >= MIN_ROWS else 0.5):
        return 1
    most = (
        float(np.quantile(column, 1 - OUTLIER_SHARE)) if len(column) >= MIN_ROWS else column.max()
    )
    return PERCENT if most > MOST_STEPS else None


def _is_whole(column: Vector) -> bool:
    """Return whether all are whole numbers, such as percents, and not only 0 and 1."""
    return bool(np.all(column == np.rint(column)) and column.max() > 1)


def _popularity(column: Vector | None) -> tuple[float, float | None]:
    """Return the factor of a popularity, and its largest value where it is a count."""
    if column is None or len(column) == 0:
        return 1, None
    most = float(column.max())
    if most <= 1 and np.any(column != np.rint(column)):
        return MOST_POPULARITY, None
    return 1, (most if most > MOST_POPULARITY else None)


def _is_rescaled(name: str, column: Vector) -> bool:
    if len(column) < MIN_ROWS:
        return False
    match name:
        case "tempo":  # a median of beats per minute is above this
            return bool(0 < np.median(np.abs(column)) < 10)
        case "loudness":  # decibels below full scale, so hardly ever positive
            return bool(
                np.quantile(column, OUTLIER_SHARE) >= 0 and column.max() <= 1 and np.ptp(column) > 0
            )
        case _ if name in UNIT_FEATURES:
            return bool(
                np.mean(column < 0) > OUTLIER_SHARE or np.mean(column > 100) > OUTLIER_SHARE
            )
        case _:
            return False
