"""`rollback`: the graph before the current one becomes the current one."""

import argparse
from typing import Any

from graph.commands.options import command
from graph.commands.output import print_figures
from graph.snapshot.versions import roll_back


def add(commands: Any) -> None:
    """Add the command."""
    command(commands, "rollback", run, "back to the graph before this one", graph=True)


def run(options: argparse.Namespace) -> None:
    """Go back, and print the version that is now in use."""
    print_figures({"version": roll_back(options.graph)}, as_json=options.json)
