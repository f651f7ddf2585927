"""`python -m inference.training`: make the emotion network and judge it."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from inference.errors import ModelError
from inference.quantised import MODELS
from inference.training.data.dataset import Split

SPLITS = {"public": Split.PUBLIC, "private": Split.PRIVATE}
BUILD = Path("build/training")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the six programs; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m inference.training", description=__doc__)
    programs = parser.add_subparsers(required=True, metavar="PROGRAM")
    _add_fit(programs.add_parser("fit", help="train, or go on where a killed run stopped"))
    _add_export(programs.add_parser("export", help="write the int8 file and calibrate it"))
    _add_calibrate(
        programs.add_parser("calibrate", help="choose anew how outputs become a reading")
    )
    _add_cover(programs.add_parser("cover", help="train the network that notices covered faces"))
    _add_evaluate(programs.add_parser("evaluate", help="print every published figure"))
    _add_plots(programs.add_parser("plots", help="draw the pictures of the model card"))
    for program in programs.choices.values():
        program.add_argument("--data", type=Path, required=True, help="packed FER2013 pictures")
    options = parser.parse_args(arguments)
    try:
        options.program(options)
    except (ModelError, OSError, ValueError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    return 0


def _add_fit(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(program=_fit)
    parser.add_argument("--out", type=Path, default=BUILD, help="checkpoints and the result")
    parser.add_argument("--device", default="cpu", help="cpu, cuda, ...")
    parser.add_argument("--every", type=int, default=500, help="steps between checkpoints")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--mixup", type=float)
    parser.add_argument("--ema-decay", type=float)
    parser.add_argument("--balance", type=float, help="0 to 1: make up for rare feelings")
    parser.add_argument("--selfies", type=float, help="0 to 1: glasses, fringes, smooth skin")
    parser.add_argument("--strength", type=float, help="0 to 1: how much pictures are changed")
    parser.add_argument("--stem-stride", type=int, help="1: the first stage sees all 48 px")
    parser.add_argument("--widths", type=_numbers, help="channels of each stage: 64,128,256")
    parser.add_argument("--depths", type=_numbers, help="residual blocks of each stage: 2,2,2")
    parser.add_argument("--start", help="network.pt of a run, or an int8 file, to begin with")
    parser.add_argument("--teachers", type=_names, help="the same, several, comma-separated")
    parser.add_argument("--teacher-share", type=float)
    parser.add_argument("--views", type=int, help="versions of each picture, judged by teachers")


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


def _fit(options: argparse.Namespace) -> None:
    from inference.training.network.fit import fit
    from inference.training.network.network import Architecture
    from inference.training.network.recipe import Recipe

    architecture = Architecture(**_chosen(Architecture, options))
    recipe = Recipe(**_chosen(Recipe, options), architecture=architecture)
    fit(options.data, options.out, recipe, device=options.device, every=options.every)


def _chosen(kind: type, options: argparse.Namespace) -> dict[str, Any]:
    """Return the fields of a dataclass that the command line gives; the others keep defaults."""
    values = {field.name: getattr(options, field.name, None) for field in fields(kind)}
    return {name: value for name, value in values.items() if value is not None}


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(program=_export)
    parser.add_argument("--network", type=Path, default=BUILD / "network.pt")
    parser.add_argument("--models", type=Path, default=MODELS)


def _export(options: argparse.Namespace) -> None:
    from inference.training.export.export import export

    export(options.network, options.data, options.models)


def _add_calibrate(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(program=_calibrate)
    parser.add_argument("--models", type=Path, default=MODELS)


def _calibrate(options: argparse.Namespace) -> None:
    from inference.training.evaluation.calibrate import recalibrate

    recalibrate(options.models, options.data)


def _add_cover(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(program=_cover)
    parser.add_argument("--models", type=Path, default=MODELS)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--steps", type=int)


def _cover(options: argparse.Namespace) -> None:
    from inference.training.export.cover import CoverRecipe, make_cover

    make_cover(options.data, options.models, CoverRecipe(**_chosen(CoverRecipe, options)))


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(program=_evaluate)
    parser.add_argument("--models", type=Path, default=MODELS)
    parser.add_argument("--split", choices=SPLITS, default="private")
    parser.add_argument("--network", type=Path, help="network.pt: the float figure too")
    parser.add_argument("--write", action="store_true", help="into emotion.json and the card")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")


def _evaluate(options: argparse.Namespace) -> None:
    from inference.training.evaluation.card import as_table, record
    from inference.training.evaluation.evaluate import evaluate, float_accuracy

    split = SPLITS[options.split]
    figures = evaluate(options.models, options.data, split)
    if options.network:
        figures["float_accuracy"] = float_accuracy(options.network, options.data, split)
    if options.write:
        record(options.models, figures)
    print(json.dumps(figures) if options.json else as_table(figures))


def _add_plots(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(program=_plots)
    parser.add_argument("--models", type=Path, default=MODELS)
    parser.add_argument("--curve", type=Path, help="curve.jsonl of a run")
    parser.add_argument("--photos", type=Path, help="a folder of pictures to frame as serving does")


def _plots(options: argparse.Namespace) -> None:
    from inference.training.evaluation.plots import draw_all

    for path in draw_all(options.models, options.data, options.curve, options.photos):
        print(path)


if __name__ == "__main__":
    raise SystemExit(main())
