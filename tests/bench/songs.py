"""Time of a suggestion on the starter graph."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np

from graph.choosing.recommend import Request, suggest
from graph.snapshot.store import open_snapshot
from inference.emotions import EMOTIONS, EmotionScores
from tests.bench.figures import Figure, middle, percentile

N, N_LIKED = 700, 20


def measure(graph_dir: Path) -> Iterator[Figure]:
    """Yield wall milliseconds of opening and of suggesting for a mood and twenty likes."""
    start = perf_counter()
    snapshot = open_snapshot(graph_dir)
    opened = (perf_counter() - start) * 1000
    yield Figure("graph: open and warm", round(opened, 2), "ms", 1, f"{len(snapshot)} tracks")
    rng = np.random.default_rng(5)
    times = []
    for number in range(N):
        rows = rng.choice(len(snapshot), N_LIKED, replace=False)
        liked = tuple(snapshot.track_at(int(row)).id for row in rows)
        scores = EmotionScores.only(EMOTIONS[number % len(EMOTIONS)])
        start = perf_counter()
        suggest(snapshot, Request(scores, liked=liked), rng=rng)
        times.append((perf_counter() - start) * 1000)
    detail = f"{N_LIKED} likes, starter graph"
    yield middle("suggest: p50", times, "ms", detail)
    yield percentile("suggest: p99", 99, times, "ms", detail)
