"""A million songs: import, build, open and suggest, side by side with what others take for it.

Runs with `python -m tests.bench --scale [ROWS]` where the generator lies beside the project.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from graph.arrays import Ids
from graph.choosing.feedback import reach_of
from graph.choosing.recommend import Request, suggest
from graph.snapshot.store import Snapshot, open_snapshot
from graph.snapshot.walk import RESTART, exact_shares
from inference.emotions import EMOTIONS, EmotionScores
from tests.bench import rivals, serving
from tests.bench.figures import Figure, middle, percentile, resident_mb
from tests.conftest import SHARED

GENERATOR = SHARED / "songs" / "make_synthetic_catalogue.py"
ROWS, N, N_LIKED, N_EXACT, TOP = 1_200_000, 700, 20, 56, 10
NICENESS = 10  # as the bot builds
# The generator wants a package for reading .zst that we do not need; pyarrow reads it too.
GENERATE = """
import pandas, pyarrow, runpy, sys
read = pandas.read_csv
pandas.read_csv = lambda path: read(pyarrow.input_stream(str(path), compression="zstd"))
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def missing() -> str | None:
    """Return why this cannot run here, or nothing."""
    return None if GENERATOR.exists() else f"scale: skipped, {GENERATOR} is not there"


def measure(folder: Path, rows: int) -> Iterator[Figure]:
    """Yield the figures; `folder` takes about a gigabyte."""
    table, directory = folder / "synthetic.csv", folder / "scale"
    made = [sys.executable, "-c", GENERATE, str(GENERATOR), str(table), str(rows)]
    subprocess.run(made, check=True)
    yield from _run("import", rows, "aim 45 s, 1 GB", "import", str(table), "--to", str(directory))
    how = "numba" if find_spec("numba") else "SciPy"
    yield from _run("build", rows, f"{how}; aim 120 s, 1.2 GB", "build", str(directory))
    version = directory / (directory / "current").read_text(encoding="ascii").strip()
    files = [path.stat() for path in version.iterdir()]
    size, shared = (
        sum(f.st_size for f in files if (f.st_nlink > 1) is linked) for linked in (False, True)
    )
    detail = f"aim 300; and {shared / 1e6:.0f} MB of catalogue, the same file as the folder's"
    yield Figure("scale: snapshot", round(size / 1e6), "MB", rows, detail)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        yield from fresh.submit(_serving, directory).result()
    yield from serving.measure_memory(folder, directory)
    snapshot = open_snapshot(directory)
    yield _precision(snapshot)
    yield from rivals.measure(snapshot)


def _run(name: str, n: int, aim: str, *command: str) -> Iterator[Figure]:
    """Run the program and yield what it took."""
    load, start = os.getloadavg()[0], perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "graph", *command], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"expected exit status 0 of {command}, found {process.returncode}")
    wall, spent = perf_counter() - start, used.ru_utime + used.ru_stime
    yield Figure(f"scale: {name}", round(wall, 1), "s", n, f"{aim}; load {load:.1f} before")
    yield Figure(f"scale: {name}, CPU", round(spent, 1), "CPU s", n)
    yield Figure(f"scale: {name}, peak", round(used.ru_maxrss / 1024), "MB", n)


def _serving(directory: Path) -> list[Figure]:
    """Return what questions take, in a process that does nothing else."""
    open_snapshot(directory)  # the libraries
    before, start = resident_mb(), perf_counter()
    snapshot = open_snapshot(directory)
    opened = (perf_counter() - start) * 1000
    requests = _requests(snapshot)
    for request in requests[:20]:
        suggest(snapshot, request, rng=np.random.default_rng(0))
    walls, cpus = _asked(snapshot, requests)
    detail = f"{N_LIKED} likes, {len(snapshot):,} tracks"
    figures = [
        Figure("scale: open and warm", round(opened, 1), "ms", 1, "libraries loaded; aim 50"),
        percentile("scale: suggest p50", 50, walls, "ms", f"{detail}; aim 0.8"),
        percentile("scale: suggest p99", 99, walls, "ms", f"{detail}; aim 2"),
        middle("scale: suggest, CPU", cpus, "CPU ms", detail),
        Figure("scale: resident", round(resident_mb()), "MB", 1, f"{before:.0f} at the start"),
    ]
    rebuild = subprocess.Popen(
        [sys.executable, "-m", "graph", "build", str(directory)],
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: os.nice(NICENESS),  # noqa: PLW1509 - no threads at this point
    )
    beside: list[float] = []
    while rebuild.poll() is None and len(beside) < 3 * N:
        beside += _asked(snapshot, requests)[0]
    rebuild.kill()
    rebuild.wait()
    detail = f"p99 {np.percentile(walls, 99):.2f} without"
    return [*figures, percentile("scale: suggest p99, rebuild", 99, beside, "ms", detail)]


def _requests(snapshot: Snapshot) -> list[Request]:
    rng = np.random.default_rng(5)
    found = []
    for number in range(N):
        rows = rng.choice(len(snapshot), N_LIKED, replace=False)
        liked = tuple(snapshot.track_at(int(row)).id for row in rows)
        found.append(Request(EmotionScores.only(EMOTIONS[number % len(EMOTIONS)]), liked=liked))
    return found


def _asked(snapshot: Snapshot, requests: list[Request]) -> tuple[list[float], list[float]]:
    walls, cpus = [], []
    rng = np.random.default_rng(5)
    for request in requests:
        cpu, start = process_time(), perf_counter()
        suggest(snapshot, request, rng=rng)
        walls.append((perf_counter() - start) * 1000)
        cpus.append((process_time() - cpu) * 1000)
    return walls, cpus


def _precision(snapshot: Snapshot) -> Figure:
    """Return how many of the first ten of walks are those of exact personalised PageRank."""
    n = snapshot.likeness.shape[0]
    rng = np.random.default_rng(7)
    shares = []
    for _ in range(N_EXACT // 8):
        homes = [np.sort(rng.choice(n, N_LIKED, replace=False)) for _ in range(8)]
        seeds = np.zeros((n, len(homes)), np.float32)
        for column, home in enumerate(homes):
            seeds[home, column] = 1 / N_LIKED
        exact = exact_shares(snapshot.likeness, snapshot.strength, seeds, restart=RESTART)
        shares += [_agreeing(snapshot, home, exact[:, column]) for column, home in enumerate(homes)]
    return Figure(
        "scale: top 10 as exact PageRank",
        round(float(np.mean(shares)), 3),
        "share",
        len(shares),
        f"{N_LIKED} likes alone; aim .97",
    )


def _agreeing(snapshot: Snapshot, home: Ids, exact: np.ndarray) -> float:
    reach = reach_of(snapshot, home)
    first = reach.nodes[np.argsort(-reach.strength, kind="stable")[:TOP]]
    rest = exact.copy()
    rest[home] = 0
    return float(np.mean(np.isin(first, np.argpartition(-rest, TOP)[:TOP])))
