"""`suggest`: what a person would get for a mixture of emotions."""

import argparse
from typing import Any

import numpy as np

from graph.choosing.filters import Filters
from graph.choosing.reasons import in_words
from graph.choosing.recommend import Aim, Request, suggest
from graph.commands.options import (
    command,
    count,
    decades,
    emotion_scores,
    share,
    track_ids,
    words,
)
from graph.commands.output import print_line
from graph.errors import GraphError
from graph.snapshot.store import open_snapshot


def add(commands: Any) -> None:
    """Add the command."""
    parser = command(commands, "suggest", run, "what a person would get", graph=True)
    parser.add_argument(
        "--emotions", type=emotion_scores, required=True, metavar="happy=0.7,sad=0.3"
    )
    parser.add_argument("--aim", type=Aim, choices=list(Aim), default=Aim.MATCH)
    parser.add_argument("--liked", type=track_ids, default=(), metavar="ID,ID")
    parser.add_argument("--disliked", type=track_ids, default=(), metavar="ID,ID")
    parser.add_argument("--exclude", type=track_ids, default=(), metavar="ID,ID")
    parser.add_argument("--language", type=words, default=frozenset(), metavar="en,fr")
    parser.add_argument("--genre", type=words, default=frozenset(), metavar="rock,jazz")
    parser.add_argument("--decade", type=decades, default=frozenset(), metavar="1970,1980")
    parser.add_argument(
        "--speaks", type=words, default=frozenset(), metavar="de,fr", help="languages to prefer"
    )
    parser.add_argument("--clean", action="store_true", help="no songs known to be explicit")
    parser.add_argument(
        "--freshness", type=share, default=0.5, metavar="F", help="0 familiar to 1 fresh"
    )
    parser.add_argument("-n", type=count, default=10)
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same songs")


def run(options: argparse.Namespace) -> None:
    """Print the songs with their reasons, the best first."""
    snapshot = open_snapshot(options.graph)
    filters = Filters(options.language, options.genre, options.decade, explicit=not options.clean)
    request = Request(
        options.emotions,
        options.aim,
        options.liked,
        options.disliked,
        excluded=options.exclude,
        n=options.n,
        filters=filters,
        freshness=options.freshness,
        languages=tuple(sorted(options.speaks)),
    )
    picks = suggest(snapshot, request, rng=np.random.default_rng(options.seed)).picks
    if not picks:
        raise GraphError(f"expected a song that passes all filters, found none in {options.graph}")
    for pick in picks:
        track, reason = pick.track, in_words(pick.reason)
        plain = f"{track.title} - {track.artist}: {reason}"
        print_line(pick.as_json(), plain, as_json=options.json)
