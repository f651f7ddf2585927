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
    parser.add_argument("--to", type=Path, default=Path("data/EVALUATION.md"), metavar="FILE.md")
    parser.add_argument("--seed", type=int, default=0, help="of the simulated people")
    parser.add_argument("--people", type=count, default=1000, help="how many are simulated")


def run(options: argparse.Namespace) -> None:
    """Measure, save the page, and print a line per figure."""
    from graph.evaluation.evaluate import as_page, evaluate  # only this command simulates people

    with telling(as_json=False) as progress:
        rng = np.random.default_rng(options.seed)
        scores = evaluate(options.table, progress, rng=rng, people=options.people)
    arguments = f"{options.table} --seed {options.seed} --people {options.people}"
    save(options.to, as_page(scores, f"python -m graph evaluate {arguments}").encode())
    for score in scores:
        plain = f"{score.value:.3f}  {score.figure} ({score.note})"
        print_line(asdict(score), plain, as_json=options.json)
