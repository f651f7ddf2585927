"""`export`: the graph as GraphML, for other programs."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from graph.commands.options import command
from graph.commands.output import save
from graph.feelings.anchors import ZONES, zones
from graph.snapshot.store import open_snapshot


def add(commands: Any) -> None:
    """Add the command."""
    parser = command(commands, "export", run, "the graph as GraphML", graph=True)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.graphml")


def run(options: argparse.Namespace) -> None:
    """Save all nodes, each named by its first track, and all edges."""
    import networkx as nx

    from graph.drawing.networks import subgraph

    snapshot = open_snapshot(options.graph)
    network = subgraph(snapshot, np.arange(len(snapshot.sides)))
    for node, zone in enumerate(zones(snapshot.sides)):
        track = snapshot.track_at(int(snapshot.starts[node]))
        named = {"title": track.title, "artist": track.artist, "track_id": track.id}
        network.nodes[node].update(named, zone=ZONES[zone].value)
    save(options.out, "\n".join(nx.generate_graphml(network)).encode())
