"""`make soak`: kills, bursts, crowds and growth, on loopback; bounded, and larger when asked.

The machine may be busy: compare CPU milliseconds, counts, and figures of one run.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from graph.building.build import ensure_graph
from tests.bench.figures import Figure, as_table, write
from tests.conftest import STARTER, migrate
from tests.soak import cost, kills, load, workers

OUTPUT = Path("build/soak.json")

Measure = Callable[[Path, Path], AsyncIterator[Figure]]


def parser() -> argparse.ArgumentParser:
    """Return what can be asked for; the numbers are those of a run of some minutes."""
    top = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    top.add_argument(
        "--kills", type=int, default=40, metavar="N", help="kill -9 a bot that serves so often"
    )
    top.add_argument("--seed", type=int, default=1, metavar="N", help="of the random moments")
    top.add_argument("--burst", type=int, default=200, metavar="N", help="selfies, and moods")
    top.add_argument("--people", type=int, default=2_000, metavar="N", help="who write")
    top.add_argument("--each", type=int, default=1, metavar="N", help="so many messages")
    top.add_argument("--seconds", type=float, default=60, metavar="S", help="within so long")
    top.add_argument("--growth", type=int, default=4_000, metavar="N", help="updates")
    top.add_argument("--large", type=int, default=8, metavar="N", help="pictures of 20 MB")
    of_workers = "seconds with one worker on PostgreSQL, and with two; 0 without such a server"
    top.add_argument("--workers", type=float, default=0, metavar="S", help=of_workers)
    top.add_argument("--chaos", type=int, default=0, metavar="N", help="kill one of two workers")
    top.add_argument("--cost", type=int, default=200, metavar="N", help="selfies, and moods")
    of_other = "measure the cost in turns with the bot of this other checkout"
    top.add_argument("--against", type=Path, metavar="FOLDER", help=of_other)
    top.add_argument("--limited", action="store_true", help="the burst at 30 messages a second")
    return top


def chosen(options: argparse.Namespace) -> list[Measure]:
    """Return the measurements whose number is above 0."""
    known: list[tuple[float, Measure]] = [
        (options.cost, partial(cost.measure, n=options.cost, against=options.against)),
        (options.burst, partial(load.burst, n=options.burst, limited=options.limited)),
        (
            options.people,
            partial(load.people, n=options.people, each=options.each, seconds=options.seconds),
        ),
        (options.large, partial(load.large, n=options.large)),
        (options.growth, partial(load.growth, n=options.growth)),
        (options.workers, partial(workers.scaling, seconds=options.workers)),
        (options.chaos, partial(workers.chaos, n=options.chaos, seed=options.seed)),
        (options.kills, partial(kills.measure, n=options.kills, seed=options.seed)),
    ]
    return [measure for n, measure in known if n]


async def run(measures: list[Measure], folder: Path) -> list[Figure]:
    """Return all figures; each is printed as soon as it is known."""
    graph_dir, figures = folder / "graph", list[Figure]()
    ensure_graph(graph_dir, [STARTER], lambda _step, _done: None)
    for number, measure in enumerate(measures):
        database = folder / f"soak{number}.db"
        migrate(database)
        async for figure in measure(database, graph_dir):
            figures.append(figure)
            print(as_table([figure]), flush=True)
    return figures


def main() -> int:
    """Measure, print the table, write the file."""
    options = parser().parse_args()
    with TemporaryDirectory() as name:
        figures = asyncio.run(run(chosen(options), Path(name)))
    write(figures, OUTPUT)
    print(f"\n{as_table(figures)}\n\nwritten to {OUTPUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
