"""`rank`: tracks by their fit to one emotion, without a person and without diversity."""

import argparse
from typing import Any

from graph.choosing.ranking import ranked
from graph.commands.options import command, count
from graph.commands.output import print_line
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
    rows, scores = ranked(snapshot, options.emotion)
    best = zip(rows[: options.n].tolist(), scores[: options.n].tolist(), strict=True)
    for row, exact in best:
        track, score = snapshot.track_at(row), round(exact, 4)
        line = {"track_id": track.id, "title": track.title, "artist": track.artist, "score": score}
        plain = f"{score:6.2f}  {track.title} - {track.artist}"
        print_line(line, plain, as_json=options.json)
