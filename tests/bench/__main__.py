"""`make bench`: speed and memory, as a table and in `build/bench.json`.

The machine may be busy: compare CPU milliseconds, medians, and figures of one run.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from graph.build import ensure_graph
from tests.bench import reading, serving, songs
from tests.bench.figures import Figure, as_table, write
from tests.conftest import STARTER

OUTPUT = Path("build/bench.json")


def measure(folder: Path) -> Iterator[Figure]:
    """Yield all figures, each part in the order in which it is measured."""
    graph_dir = folder / "graph"
    ensure_graph(graph_dir, [STARTER], lambda _step, _done: None)
    yield from reading.measure()
    yield from songs.measure(graph_dir)
    yield from serving.measure(folder, graph_dir)


def main() -> int:
    """Measure, print the table, write the file."""
    figures = []
    with TemporaryDirectory() as folder:
        for figure in measure(Path(folder)):
            figures.append(figure)
            print(as_table([figure]), flush=True)
    write(figures, OUTPUT)
    print(f"\n{as_table(figures)}\n\nwritten to {OUTPUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
