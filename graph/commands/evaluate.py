"""`evaluate`: how far the choice agrees with listeners' labels, as a page and as figures."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from graph.commands.options import command, count
from graph.commands.output import print_line, save
from graph.importing.progress import telling


def add(commands: Any) -> None:
    """Add the command."""
    parser = command(commands, "evaluate", run, "figures against listeners' labels")
    parser.add_argument(
        "table", type=Path, metavar="TABLE", help="songs with track_id, tag_valence"
    )
    parser.add_argument(
        "--playlists",
        type=Path,
        metavar="TABLE",
        help="songs in lists for a mood",
    )
    parser.add_argument(
        "--lists",
        type=Path,
        nargs="+",
        default=(),
        metavar="TABLE",
        help="catalogues whose lists for new people are measured",
    )
    parser.add_argument("--to", type=Path, default=Path("data/EVALUATION.md"), metavar="FILE.md")
    parser.add_argument("--seed", type=int, default=0, help="of the simulated people")
    parser.add_argument("--people", type=count, default=1000, help="how many are simulated")


def run(options: argparse.Namespace) -> None:
    """Measure, save the page, and print a line per figure."""
    from graph.evaluation.evaluate import Others, evaluate  # only this command simulates people
    from graph.evaluation.figures import as_page

    with telling(as_json=False) as progress:
        sections = evaluate(
            options.table,
            progress,
            others=Others(options.playlists, tuple(options.lists)),
            rng=np.random.default_rng(options.seed),
            people=options.people,
        )
    save(options.to, as_page(sections, _command(options)).encode())
    for title, scores in sections:
        for score in scores:
            plain = f"{score.value:.3f}  {score.figure} ({score.note})"
            print_line({"section": title, **asdict(score)}, plain, as_json=options.json)


def _command(options: argparse.Namespace) -> str:
    """Return the command that measures the same again."""
    words = ["python -m graph evaluate", str(options.table)]
    if options.playlists is not None:
        words += ["--playlists", str(options.playlists)]
    if options.lists:
        words += ["--lists", *map(str, options.lists)]
    return " ".join([*words, f"--seed {options.seed} --people {options.people}"])
