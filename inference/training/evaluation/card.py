"""The figures as tables of the model card, and the files in which they are kept."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from inference.classifier import NAME
from inference.emotions import EMOTIONS
from inference.quantised import read_model
from inference.training.data.description import write_description
from inference.training.data.framing import WIDER

FIGURES_BEGIN, FIGURES_END = "<!-- figures: evaluate -->\n", "<!-- end of figures -->\n"


def record(models: Path, figures: Mapping[str, Any]) -> None:
    """Write the figures into `emotion.json` and into the model card.

    The float network's figure stays where there is no new one: it belongs to the file, which may
    outlive the float weights.
    """
    description, _ = read_model(models, NAME)
    before = description.get("scores", {})
    if before.get("split") == figures["split"] and "float_accuracy" in before:
        figures = {"float_accuracy": before["float_accuracy"]} | dict(figures)
    write_description(models, NAME, description | {"scores": dict(figures)})
    card = models / "MODEL_CARD.md"
    before, rest = card.read_text(encoding="utf-8").split(FIGURES_BEGIN)
    after = rest.split(FIGURES_END)[1]
    table = as_table(figures)
    card.write_text(before + FIGURES_BEGIN + table + FIGURES_END + after, encoding="utf-8")


def as_table(figures: Mapping[str, Any]) -> str:
    """Return the figures as the Markdown tables of the model card."""
    tables = (_summary, _recalls, _degraded, _from_far, _worn, _covered)
    return "\n\n".join("\n".join(table(figures)) for table in tables) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return a Markdown table, a line each."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return lines + [f"| {' | '.join(map(str, row))} |" for row in rows]


def _summary(figures: Mapping[str, Any]) -> list[str]:
    original, people = figures["original"], figures["ferplus"]
    rows = [
        (f"{figures['split'].title()}Test, original labels", f"{original['accuracy']} %"),
        ("without copies of training pictures", f"{original['accuracy_without_copies']} %"),
        ("float network, same labels", f"{figures.get('float_accuracy', '-')} %"),
        ("calibration error (ECE), original labels", original["calibration_error"]),
        ("FER+ output, plurality of ten people, all", f"{people['all']} %"),
        ("FER+ output, clean plurality", f"{people['clean']} %"),
        ("FER+ output, six votes or more", f"{people['six']} %"),
        *_readings(figures["one_look"], figures["reading"]),
        ("file", f"{figures['bytes']:,} bytes"),
        ("one look at a face, one thread", f"{figures['look_cpu_ms']} CPU ms"),
        ("both looks, one thread", f"{figures['classify_cpu_ms']} CPU ms"),
        ("memory for loading it and reading a face", f"{figures['resident_mb']} MB"),
    ]
    return _table(("figure", "value"), rows)


def _readings(one_look: Mapping[str, Any], reading: Mapping[str, Any]) -> list[tuple[str, object]]:
    return [
        ("reading at one look, clean plurality", f"{one_look['clean']} %"),
        ("reading at one look, macro recall", f"{one_look['macro_recall']} %"),
        ("reading at one look, calibration error (ECE)", one_look["calibration_error"]),
        ("reading at one look, most certain 80 %", f"{one_look['most_certain_80']} %"),
        ("reading, plurality, all", f"{reading['all']} %"),
        ("reading, clean plurality", f"{reading['clean']} %"),
        ("reading, six votes or more", f"{reading['six']} %"),
        ("reading, macro recall, clean plurality", f"{reading['macro_recall']} %"),
        ("reading, calibration error (ECE), plurality", reading["calibration_error"]),
        ("reading, most certain 80 %, clean plurality", f"{reading['most_certain_80']} %"),
        ("readings called certain, clean plurality", f"{reading['certain_share']} %"),
        ("of these, agree with most people", f"{reading['certain_accuracy']} %"),
    ]


def _recalls(figures: Mapping[str, Any]) -> list[str]:
    original, reading = figures["original"]["recall"], figures["reading"]["recall"]
    rows = [(e, f"{original[e]} %", f"{reading[e]} %") for e in EMOTIONS]
    return _table(("recall", "original labels", "reading, clean plurality"), rows)


def _degraded(figures: Mapping[str, Any]) -> list[str]:
    head = ("picture made worse", "reading, clean plurality", "macro recall")
    return _table(head, _agreements(figures["degraded"]))


def _from_far(figures: Mapping[str, Any]) -> list[str]:
    far = figures["from_far"]
    title = f"face found in a picture {WIDER} times as wide ({far['n']:,})"
    return _table((title, "reading, clean plurality", "macro recall"), _agreements(far["ways"]))


def _agreements(figures: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (name, f"{found['clean']} %", f"{found['macro_recall']} %")
        for name, found in figures.items()
    ]


def _worn(figures: Mapping[str, Any]) -> list[str]:
    rows = [
        (f"{name} ({worn['rows']:,})", f"{worn['clean']} %")
        for name, worn in figures["glasses"].items()
    ]
    return _table(("PublicTest picture", "reading, clean plurality"), rows)


def _covered(figures: Mapping[str, Any]) -> list[str]:
    cover = figures["cover"]
    n_covered, n_others = (f"{cover['rows'][rows]:,}" for rows in ("judged_covered", "others"))
    rows = [
        *((f"with a painted {name}", f"{share} %") for name, share in cover["painted"].items()),
        *((f"with {name} (no cover)", f"{share} %") for name, share in cover["worn"].items()),
        (f"covered in itself ({n_covered})", f"{cover['judged_covered']} %"),
        (f"all others ({n_others})", f"{cover['others']} %"),
    ]
    return _table(("PublicTest picture", "called covered"), rows)
