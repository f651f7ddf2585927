"""`rank`: tracks by their fit to one emotion, without a person and without diversity."""

import argparse
from typing import Any

import numpy as np

from graph.commands.options import command, count
from graph.commands.output import print_line
from graph.feelings.anchors import fit
from graph.snapshot.store import open_snapshot
from inference.emotions import Emotion


def add(commands: Any) -> None:
    """Add the command."""
    parser = command(commands, "rank", run, "tracks by fit to one emotion, best first", graph=True)
    parser.add_argument("--emotion", type=Emotion, choices=list(Emotion), required=True)
    parser.add_argument("-n", type=count, default=100)


def run(options: argparse.Namespace) -> None:
    """Print the tracks that fit best, one a line."""
    snapshot = open_snapshot(options.graph)
    fits = fit(snapshot.sides, options.emotion)
    nodes = np.argsort(-fits, kind="stable")[: options.n]
    for row in snapshot.rows_of(nodes)[: options.n].tolist():
        track = snapshot.track_at(row)
        score = round(float(fits[snapshot.nodes(np.array([row]))[0]]), 4)
        line = {"track_id": track.id, "title": track.title, "artist": track.artist, "score": score}
        plain = f"{score:6.2f}  {track.title} - {track.artist}"
        print_line(line, plain, as_json=options.json)
