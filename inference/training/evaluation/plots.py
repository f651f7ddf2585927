"""The pictures of the model card, drawn from the committed file and the run's curve."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from inference.classifier import Classifier
from inference.emotions import EMOTIONS
from inference.preprocess import lighten
from inference.training.data.dataset import Split, load_faces
from inference.training.evaluation.framing_plot import draw_framing
from inference.training.evaluation.metrics import (
    Floats,
    Labels,
    Reliability,
    confusion,
    coverage,
    plurality,
    reliability,
)
from inference.training.evaluation.style import (
    ACCENT,
    COARSE,
    FINE,
    INK,
    LETTERS,
    PALE,
    SECOND,
    WEBP,
    style,
)


def draw_all(
    models: Path, data: Path, curve: Path | None = None, photos: Path | None = None
) -> list[Path]:
    """Draw reliability, coverage and confusion on PrivateTest, framing, and the curve of a run.

    Coverage and confusion are of clean pluralities, as the figures of `/model` are; reliability is
    of all pictures in which somebody saw one of the seven.

    Args:
        models: Where the network is, and where the plots go.
        data: Directory of the packed FER2013 pictures.
        curve: `curve.jsonl` of a run; without it no curve is drawn.
        photos: Pictures to crop as serving does, for the plot of framing.
    """
    with rc_context({"font.size": LETTERS}):
        return _draw_all(models, data, curve, photos)


def _draw_all(models: Path, data: Path, curve: Path | None, photos: Path | None) -> list[Path]:
    faces = load_faces(data, Split.PRIVATE)
    classifier = Classifier(models)
    reading, people = classifier.classify(lighten(faces.pictures)), plurality(faces.votes)
    seen, clean = people.seen, people.clean
    settings = classifier.settings
    figures = {
        "reliability": draw_reliability(reliability(reading[seen], people.emotions[seen])),
        "coverage": draw_coverage(reading[clean], people.emotions[clean], settings.certain_above),
        "confusion": draw_confusion(confusion(reading[clean], people.emotions[clean])),
        "framing": draw_framing(load_faces(data, Split.TRAINING).pictures, photos),
    }
    if curve is not None:
        lines = [json.loads(line) for line in curve.read_text(encoding="utf-8").splitlines()]
        figures["training"] = draw_curve(lines)
    paths = []
    for name, figure in figures.items():
        path = models / f"{name}.webp"
        figure.savefig(path, dpi="figure", pil_kwargs=WEBP)
        paths.append(path)
    return paths


def draw_reliability(found: Reliability) -> Figure:
    """Draw the reliability diagram; darker bars hold more readings."""
    figure, axes = _sheet("Does a reading keep its promise?")
    filled = found.share > 0
    shades = 0.25 + 0.75 * found.share[filled] / found.share.max()
    places = np.flatnonzero(filled) / len(found.share)
    width = 1 / len(found.share)
    for place, kept, shade in zip(places, found.kept[filled], shades, strict=True):
        axes.bar(place, kept, width * 0.92, align="edge", color=ACCENT, alpha=shade)
    axes.plot([0, 1], [0, 1], color=SECOND, linewidth=2, label="a perfect promise")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="probability that the bot gave")
    axes.set_ylabel("share that agreed with most people")
    axes.legend(frameon=False, loc="upper left")
    return figure


def draw_coverage(readings: Floats, labels: Labels, certain_above: float) -> Figure:
    """Draw accuracy over coverage, and mark the threshold of `certain`."""
    figure, axes = _sheet("How often it is right, the surest first")
    thresholds, shares, right = coverage(readings, labels)
    start = len(shares) // 50
    axes.plot(100 * shares[start:], 100 * right[start:], color=ACCENT, linewidth=2.5)
    last = max(int((thresholds >= certain_above).sum()) - 1, start)
    point = (100 * shares[last], 100 * right[last])
    axes.scatter(*point, color=SECOND, zorder=3, s=50)
    text = f"“certain” ends here:\n{point[0]:.0f} % of pictures, {point[1]:.0f} % right"
    axes.annotate(text, point, xytext=(-12, -46), textcoords="offset points", ha="right")
    axes.set(xlim=(0, 100), xlabel="share of pictures, %", ylabel="agrees with most people, %")
    return figure


def draw_confusion(counts: Labels) -> Figure:
    """Draw what was answered (columns) for what people saw (rows), in percent of a row."""
    figure, axes = _sheet("What people saw, and what the bot said")
    shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Purples", vmin=0, vmax=100)
    names = list(EMOTIONS)
    axes.set_xticks(range(len(names)), names, rotation=35, ha="right")
    axes.set_yticks(range(len(names)), names)
    for (row, column), share in np.ndenumerate(shares):
        colour = "white" if share > 55 else INK
        axes.text(column, row, f"{share:.0f}", ha="center", va="center", color=colour)
    axes.set(xlabel="the bot said, % of a row", ylabel="most people saw")
    axes.grid(visible=False)
    return figure


def draw_curve(lines: list[dict[str, Any]]) -> Figure:
    """Draw accuracy and loss over the steps of a run."""
    figure = Figure((10.4, 4.2), dpi=COARSE, layout="constrained")
    left, right = figure.subplots(1, 2)
    steps = [line["step"] for line in lines]
    for axes, name, title in ((left, "accuracy", "PublicTest accuracy"), (right, "loss", "Loss")):
        style(axes, title)
        for label, colour in (("public", ACCENT), ("ferplus", SECOND)):
            values = [line[f"{label}_{name}"] for line in lines]
            text = "original labels" if label == "public" else "FER+ votes"
            axes.plot(steps, values, color=colour, linewidth=2, label=text)
        axes.set_xlabel("step")
    right.plot(steps, [line["loss"] / 2 for line in lines], color=PALE, label="training, per head")
    figure.legend(
        *right.get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False
    )
    return figure


def _sheet(title: str) -> tuple[Figure, Axes]:
    figure = Figure((6, 5.2), dpi=FINE, layout="constrained")
    axes = figure.subplots()
    style(axes, title)
    return figure, axes
