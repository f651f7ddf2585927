"""One selfie or clip, no chat: what it says, and songs that suit it. Nothing is remembered."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bot.services import SongGraph
from graph.links import links
from graph.recommend import Aim, Pick, Request, Suggestion, suggest
from inference.__main__ import in_words, load
from inference.media import Media
from inference.reader import Reading
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
    songs = [as_object(pick) for pick in suggestion.picks]
    document = {"file": str(path), "reading": reading.as_json(), "songs": songs}
    return json.dumps(document, ensure_ascii=False)


def as_object(pick: Pick) -> dict[str, Any]:
    """Return a song with its reason and links; JSON objects hold values of any type."""
    track = pick.track
    return {
        "track_id": track.id,
        "title": track.title,
        "artist": track.artist,
        "reason": pick.reason.kind.value,
        "links": asdict(links(track)),
    }


def to_words(path: Path, reading: Reading, suggestion: Suggestion) -> str:
    """Return reading and songs as a person reads them."""
    lines = [f"{path}: {in_words(reading)}"]
    for number, pick in enumerate(suggestion.picks, start=1):
        addresses = links(pick.track)
        lines += [
            "",
            f"{number}. {pick.track.title} - {pick.track.artist}",
            f"   {addresses.spotify}",
            f"   {addresses.youtube}",
        ]
    return "\n".join(lines)
