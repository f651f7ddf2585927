"""One selfie or clip, no chat: what it says, and songs that suit it. Nothing is remembered."""

import json
from pathlib import Path

import numpy as np

from bot.upkeep.song_graph import SongGraph
from graph.choosing.reasons import in_words as why
from graph.choosing.recommend import Aim, Request, Suggestion, suggest
from graph.links import links
from inference.__main__ import in_words, load
from inference.media import Media
from inference.reading import Reading
from inference.worker import InferenceWorker


async def answer_file(
    path: Path, graph_dir: Path, *, aim: Aim, n: int, rng: np.random.Generator
) -> tuple[Reading, Suggestion]:
    """Return what a file says, and `n` songs for it.

    Raises:
        InferenceError: The file gives no reading; its class says why.
        ModelError: The network is missing or damaged.
        SnapshotError: There is no usable graph.
    """
    graph = await SongGraph.open(graph_dir)
    async with InferenceWorker.start() as inference:
        reading = await inference.read(Media.of(load(path)))
    scores = reading.scores.to_choose_by(certain=reading.certain)
    return reading, suggest(graph.snapshot, Request(scores, aim, n=n), rng=rng)


def to_json(path: Path, reading: Reading, suggestion: Suggestion) -> str:
    """Return reading and songs as a program reads them."""
    songs = [pick.as_json() for pick in suggestion.picks]
    document = {"file": str(path), "reading": reading.as_json(), "songs": songs}
    return json.dumps(document, ensure_ascii=False)


def to_words(path: Path, reading: Reading, suggestion: Suggestion) -> str:
    """Return reading and songs as a person reads them."""
    lines = [f"{path}: {in_words(reading)}"]
    for number, pick in enumerate(suggestion.picks, start=1):
        addresses = links(pick.track)
        lines += [
            "",
            f"{number}. {pick.track.title} - {pick.track.artist}",
            f"   {why(pick.reason)}",
            f"   {addresses.spotify}",
            f"   {addresses.youtube}",
        ]
    return "\n".join(lines)
