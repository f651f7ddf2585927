"""`videos`: which video plays each song, asked of YouTube Music; off unless somebody runs it."""

import argparse
import time
from functools import partial
from pathlib import Path
from typing import Any

from graph.commands.options import command, count
from graph.commands.output import print_figures
from graph.importing.progress import telling
from graph.importing.videos import look_up
from graph.importing.youtube_music import youtube_music

MINUTE_S = 60.0


def add(commands: Any) -> None:
    """Add the command."""
    parser = command(commands, "videos", run, "songs without a video -> their videos")
    parser.epilog = "Asks YouTube Music, and needs requirements/youtube.txt; then run build."
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument("--at-most", type=count, default=1000, metavar="N", help="questions")
    parser.add_argument("--per-minute", type=count, default=30, metavar="N", help="questions")
    parser.add_argument("--progress", action="store_true", help="JSON lines on stderr")


def run(options: argparse.Namespace) -> None:
    """Look songs up, and print how many have a video."""
    pause = partial(time.sleep, MINUTE_S / options.per_minute)
    with telling(as_json=options.progress) as progress:
        counts = look_up(
            options.directory,
            youtube_music(),
            at_most=options.at_most,
            pause=pause,
            progress=progress,
        )
    print_figures(counts, as_json=options.json)
