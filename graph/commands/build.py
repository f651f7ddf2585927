"""`build`: a catalogue -> a new version of the graph, unless it is worse than the one in use."""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph.building.build import Settings, build, last_settings
from graph.building.gate import WorseGraphError
from graph.building.neighbours import Metric
from graph.commands.options import command
from graph.commands.output import print_figures
from graph.importing.progress import telling


def add(commands: Any) -> None:
    """Add the command."""
    parser = command(commands, "build", run, "catalogue -> graph")
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.epilog = "Settings not given stay as they are in the folder's current graph."
    parser.add_argument("--metric", type=Metric, choices=list(Metric), help="at first: euclidean")
    parser.add_argument("--neighbours", type=int, metavar="N", help="at first: 16")
    parser.add_argument("--threshold", type=float, metavar="T", help="0 to 1; at first: 0.5")
    parser.add_argument(
        "--songs", type=Path, metavar="DIR", help="take over the catalogue of this folder"
    )
    parser.add_argument("--force", action="store_true", help="though worse than the running graph")
    parser.add_argument("--progress", action="store_true", help="JSON lines on stderr")


def run(options: argparse.Namespace) -> None:
    """Build with the current graph's settings, where the options name no others."""
    names = ("metric", "neighbours", "threshold")
    given = {name: value for name in names if (value := getattr(options, name)) is not None}
    if "neighbours" in given:
        given["floor"] = min(Settings().floor, given["neighbours"])
    try:
        settings = replace(last_settings(options.directory), **given)
    except ValueError as error:
        options.parser.error(str(error))
    with telling(as_json=options.progress) as progress:
        try:
            report = build(
                options.directory, settings, progress, songs=options.songs, force=options.force
            )
        except WorseGraphError as refused:
            if options.json:
                print(json.dumps({"version": None, "comparison": refused.comparison}))
            raise
    print_figures(report.as_dict(), as_json=options.json)
