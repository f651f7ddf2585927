"""What a first start needs, and the first one of a newer version: a database and a graph."""

import asyncio
import sys
from pathlib import Path

from bot.errors import OperatorError
from bot.settings import Settings
from bot.storage.migrating import migrate
from bot.upkeep.processes import ProcessError, Step, run_graph
from graph.snapshot.versions import POINTER, is_outdated

STARTER = Path(__file__).parents[2] / "data" / "starter_catalogue.csv"


class GraphNotBuiltError(OperatorError):
    """There is no graph, and none could be built."""


async def set_up(settings: Settings) -> None:
    """Bring database and graph up to date, and build the starter graph if there is none.

    The graph is built by another process: what it loads for that would stay in this one.

    Raises:
        SchemaError: The database is another program's, or cannot be reached.
        GraphNotBuiltError: The songs cannot be read.
    """
    await asyncio.to_thread(migrate, settings.database_url)
    folder = str(settings.graph_dir)
    if not (settings.graph_dir / POINTER).exists():
        print("Building the starter graph", file=sys.stderr)
        await _graph("import", str(STARTER), "--to", folder)
    elif is_outdated(settings.graph_dir):
        print("Building the graph anew for this version", file=sys.stderr)
    else:
        return
    await _graph("build", folder)


async def _graph(*arguments: str) -> None:
    try:
        ended = await run_graph(arguments, _unseen)
    except ProcessError as error:
        raise GraphNotBuiltError(str(error)) from error
    if not ended.done:
        raise GraphNotBuiltError(ended.said)


async def _unseen(_: Step) -> None:
    """Take no note of progress."""
