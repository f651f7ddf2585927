"""How a command is declared, and the types of its options."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graph.tracks import TrackId
from inference.emotions import Emotion, EmotionScores

Run = Callable[[argparse.Namespace], None]


def command(commands: Any, name: str, run: Run, does: str, *, graph: bool = False) -> Any:
    """Add a command and return its parser; argparse keeps the classes of both private.

    Args:
        commands: What `add_subparsers` returned.
        name: The word on the command line.
        run: Called with the parsed options.
        does: One line of help.
        graph: Whether the command reads a built graph: it then requires `--graph DIR`.
    """
    added = commands.add_parser(name, help=does, description=does)
    added.set_defaults(run=run, parser=added)
    if graph:
        added.add_argument("--graph", type=Path, required=True, metavar="DIR")
    added.add_argument("--json", action="store_true", help="for programs")
    return added


def count(text: str) -> int:
    """Return a whole number from 1 up."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected at least 1, found {number}")
    return number


def share(text: str) -> float:
    """Return a number from 0 to 1."""
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"expected 0 to 1, found {number}")
    return number


def track_ids(text: str) -> tuple[TrackId, ...]:
    """Return the ids of `ID,ID`."""
    return tuple(map(TrackId, _parts(text)))


def words(text: str) -> frozenset[str]:
    """Return the words of `rock,jazz`."""
    return frozenset(_parts(text))


def decades(text: str) -> frozenset[int]:
    """Return the first years of the decades in `1970,1985`."""
    return frozenset(int(part) // 10 * 10 for part in _parts(text))


def emotion_scores(text: str) -> EmotionScores:
    """Return the scores of `happy=0.7,sad=0.3`."""
    pairs = (part.partition("=") for part in text.split(","))
    try:
        weights = {Emotion(name.strip()): float(weight) for name, _, weight in pairs}
        return EmotionScores.from_weights(weights)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected happy=0.7,sad=0.3: {error}") from error


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
