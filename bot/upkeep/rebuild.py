"""Rebuilding the graph in a child process while the bot answers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.upkeep.processes import MAX_REASON, OnStep, ProcessError, run_graph
from graph.building.gate import Check


class WorseError(ProcessError):
    """The new graph is worse than the one in use, which stays."""

    def __init__(self, comparison: Sequence[Check]) -> None:
        """Keep the comparison of both."""
        super().__init__("the new graph is worse than the one in use")
        self.comparison = tuple(comparison)


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a build.

    Attributes:
        comparison: With the graph that it replaced; none for a first or a tiny one.
    """

    tracks: int
    edges: int
    seconds: float
    comparison: tuple[Check, ...]


async def rebuild(
    directory: Path, on_step: OnStep, *, songs: Path | None = None, force: bool = False
) -> Report:
    """Build a new graph from the catalogue in the folder. After an error the old graph stays.

    Args:
        directory: The graph's folder.
        on_step: Receives the progress.
        songs: Another folder, whose catalogue replaces the folder's own.
        force: Whether a worse graph is published, too.

    Raises:
        WorseError: The new graph is worse.
        KilledError: The build was killed.
        ProcessError: It failed.
    """
    taken = [] if songs is None else ["--songs", str(songs)]
    forced = ["--force"] if force else []
    ended = await run_graph(["build", str(directory), *taken, *forced], on_step)
    try:
        found = json.loads(ended.document) if ended.done or ended.document else {}
        comparison = tuple(Check(**check) for check in found.get("comparison", ()))
        if ended.done:
            numbers = int(found["tracks"]), int(found["edges"]), float(found["seconds"])
            return Report(*numbers, comparison)
    except (ValueError, KeyError, TypeError) as error:
        found = ended.document[:MAX_REASON]
        raise ProcessError(f"expected a report, found {found!r}") from error
    if comparison:
        raise WorseError(comparison)
    raise ProcessError(ended.said or "it ended without a word")
