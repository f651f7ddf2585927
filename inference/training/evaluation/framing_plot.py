"""A picture of both sides: how training pictures and serving crops frame a face."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from inference.finder import FaceFinder
from inference.preprocess import EYE_DISTANCE, EYE_LINE, SIDE
from inference.training.data.framing import framings, serving_crops
from inference.training.evaluation.style import ACCENT, COARSE, INK, SECOND, style

Pictures = NDArray[np.uint8]
Places = NDArray[np.float64]
# Some ten seconds; the cloud of dots looks the same with more.
N_MEASURED = 800
# The mean of so many faces shows nobody; that of fewer might, and is drawn as profiles only.
ENOUGH_FOR_A_FACE = 1000


def draw_framing(training: Pictures, photos: Path | None) -> Figure:
    """Draw the mean training picture, where eyes are on both sides, and how gray the rows are.

    Nobody can be recognised: there is the mean of thousands of training pictures, and of the
    photos there are positions of eyes and the gray of whole rows, averaged over all of them.

    Args:
        training: (n, 48, 48), at least a thousand.
        photos: A folder of pictures, read and cropped as the bot does; None leaves them out.

    Raises:
        ValueError: So few training pictures that their mean might show somebody.
    """
    if len(training) < ENOUGH_FOR_A_FACE:
        raise ValueError(f"expected {ENOUGH_FOR_A_FACE} pictures, found {len(training)}")
    finder = FaceFinder()
    chosen = np.linspace(0, len(training) - 1, N_MEASURED).astype(np.int64)
    eyes = _measured(training[np.unique(chosen)], finder)
    crops = serving_crops(photos, finder) if photos else np.zeros((0, SIDE, SIDE), np.uint8)
    served = _measured(crops, finder)
    finder.close()
    figure = Figure((10.4, 4.2), dpi=COARSE, layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    _draw_mean(left, training)
    _draw_eyes(middle, eyes, served)
    _draw_rows(right, training, crops)
    return figure


def _measured(pictures: Pictures, finder: FaceFinder) -> Places:
    """Return eye distance and eye line, (n, 2), where a face is found in a crop."""
    found = [(each.eye_distance, each.eye_line) for each in framings(pictures, finder)]
    return np.array(found, np.float64).reshape(-1, 2)


def _draw_mean(axes: Axes, training: Pictures) -> None:
    style(axes, f"Mean of {len(training):,} pictures")
    axes.imshow(training.mean(axis=0), cmap="gray", extent=(0, 1, 1, 0))
    middle = np.array((0.5 - EYE_DISTANCE / 2, 0.5 + EYE_DISTANCE / 2))
    axes.plot(middle, [EYE_LINE] * 2, color=SECOND, linewidth=2, marker="o", markersize=9)
    axes.grid(visible=False)
    axes.set_xlabel("orange: eyes in serving")
    axes.set_xticks([])
    axes.set_yticks([])


def _draw_eyes(axes: Axes, eyes: Places, served: Places) -> None:
    style(axes, "Eyes, as the mesh sees them")
    axes.scatter(eyes[:, 0], eyes[:, 1], s=8, color=ACCENT, alpha=0.2, linewidths=0)
    axes.scatter([], [], s=40, color=ACCENT, label=f"training ({len(eyes):,})")
    if len(served):
        label = f"serving crops ({len(served)})"
        axes.scatter(
            served[:, 0], served[:, 1], s=40, color=SECOND, edgecolors="white", label=label
        )
    for draw, value in ((axes.axvline, EYE_DISTANCE), (axes.axhline, EYE_LINE)):
        draw(value, color=INK, linewidth=1.2, linestyle="dashed")
    axes.set(xlim=(0.2, 0.5), ylim=(0.55, 0.25), xlabel="eye distance, share of the side")
    axes.set_ylabel("eye line, share of the side")
    axes.legend(frameon=True, loc="lower left")


def _draw_rows(axes: Axes, training: Pictures, crops: Pictures) -> None:
    style(axes, "Gray from top to bottom")
    places = (np.arange(SIDE) + 0.5) / SIDE
    for pictures, colour in ((training, ACCENT), (crops, SECOND)):
        if len(pictures):
            axes.plot(pictures.mean(axis=(0, 2)), places, color=colour, linewidth=2.5)
    axes.axhline(EYE_LINE, color=INK, linewidth=1.2, linestyle="dashed")
    axes.set(xlim=(60, 190), ylim=(1, 0), xlabel="mean gray of a row, 0 to 255")
    axes.set_ylabel("share of the side")
