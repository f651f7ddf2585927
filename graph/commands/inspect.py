"""`inspect`: the figures of a graph, after every file of it was checked against its sum."""

import argparse
from typing import Any

import numpy as np

from graph.commands.options import command
from graph.commands.output import print_figures
from graph.snapshot.array_files import verify
from graph.snapshot.kinds import BITS
from graph.snapshot.store import open_snapshot


def add(commands: Any) -> None:
    """Add the command."""
    command(commands, "inspect", run, "figures of the graph, all files checked", graph=True)


def run(options: argparse.Namespace) -> None:
    """Check the files and print the figures."""
    snapshot = open_snapshot(options.graph)
    verify(options.graph / snapshot.version, snapshot.manifest)
    figures = {
        "version": snapshot.version,
        "tracks": len(snapshot),
        "nodes": len(snapshot.sides),
        "edges": int(snapshot.likeness.nnz),
        "features": snapshot.names,
        "kinds": {mark: int(np.sum(snapshot.kinds & bit > 0)) for mark, bit in BITS.items()},
        "settings": snapshot.manifest["settings"],
        "quality": snapshot.manifest["quality"],
        "bytes": sum(file["bytes"] for file in snapshot.manifest["files"].values()),
    }
    print_figures(figures, as_json=options.json)
