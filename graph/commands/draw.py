"""`draw`: a picture of the graph, or of the songs around one track."""

import argparse
from pathlib import Path
from typing import Any

from graph.commands.options import command
from graph.commands.output import save
from graph.snapshot.store import open_snapshot
from graph.tracks import TrackId


def add(commands: Any) -> None:
    """Add the command."""
    parser = command(commands, "draw", run, "a picture of the graph (PNG)", graph=True)
    parser.add_argument("--track", type=TrackId, metavar="ID", help="only the songs around one")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png")


def run(options: argparse.Namespace) -> None:
    """Draw and save the picture."""
    from graph.drawing import draw  # Matplotlib loads for a second; no other command needs it
    from graph.drawing import map as graph_map

    snapshot = open_snapshot(options.graph)
    if options.track is None:
        save(options.out, graph_map.draw_map(snapshot))
    else:
        save(options.out, draw.draw_neighbourhood(snapshot, options.track))
