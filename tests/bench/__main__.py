"""`make bench`: speed and memory, as a table and in `build/bench.json`.

The machine may be busy: compare CPU milliseconds, medians, and figures of one run.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from graph.building.build import ensure_graph
from tests.bench import mirror, reading, scale, serving, songs
from tests.bench.figures import Figure, as_table, write
from tests.conftest import STARTER

OUTPUT, SCALE_OUTPUT = Path("build/bench.json"), Path("build/scale.json")
MIRROR_OUTPUT = Path("build/mirror.json")


def measure(folder: Path) -> Iterator[Figure]:
    """Yield all figures, each part in the order in which it is measured."""
    graph_dir = folder / "graph"
    ensure_graph(graph_dir, [STARTER], lambda _step, _done: None)
    yield from reading.measure()
    yield from songs.measure(graph_dir)
    yield from serving.measure(folder, graph_dir)


def parser() -> argparse.ArgumentParser:
    """Return the one option."""
    top = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    top.add_argument(
        "--scale",
        type=int,
        nargs="?",
        const=scale.ROWS,
        metavar="ROWS",
        help=f"only the songs' graph, on {scale.ROWS:,} synthetic rows",
    )
    top.add_argument(
        "--mirror", action="store_true", help="only the live mirror, in headless browsers"
    )
    return top


def chosen(options: argparse.Namespace, folder: Path) -> Iterator[Figure]:
    """Yield the figures that were asked for."""
    if options.scale:
        yield from scale.measure(folder, options.scale)
    elif options.mirror:
        ensure_graph(folder / "graph", [STARTER], lambda _step, _done: None)
        yield from mirror.measure(folder, folder / "graph")
    else:
        yield from measure(folder)


def main() -> int:
    """Measure, print the table, write the file."""
    options = parser().parse_args()
    if options.scale and (reason := scale.missing()):
        print(reason)
        return 0
    if options.mirror and (reason := mirror.missing()):
        print(reason)
        return 0
    figures = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        for figure in chosen(options, folder):
            figures.append(figure)
            print(as_table([figure]), flush=True)
    output = SCALE_OUTPUT if options.scale else MIRROR_OUTPUT if options.mirror else OUTPUT
    write(figures, output)
    print(f"\n{as_table(figures)}\n\nwritten to {output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
