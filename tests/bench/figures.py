"""A measured figure, and the table and the file that hold them."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import numpy as np


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the benchmark, as `build/bench.json` holds it."""

    name: str
    value: float
    unit: str
    n: int
    detail: str = ""


def middle(name: str, values: Iterable[float], unit: str, detail: str = "") -> Figure:
    """Return the median of the values as a figure."""
    found = list(values)
    return Figure(name, round(median(found), 3), unit, len(found), detail)


def percentile(name: str, share: float, values: Iterable[float], unit: str, detail: str) -> Figure:
    """Return a percentile of the values as a figure; `share` from 0 to 100."""
    found = list(values)
    return Figure(name, round(float(np.percentile(found, share)), 3), unit, len(found), detail)


def cpu_ms(work: Callable[[], object], *, n: int, clock: Callable[[], float]) -> list[float]:
    """Return the CPU milliseconds of each of `n` runs, after one that warms up."""
    work()
    times = []
    for _ in range(n):
        start = clock()
        work()
        times.append((clock() - start) * 1000)
    return times


def resident_mb() -> float:
    """Return the resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def as_table(figures: Iterable[Figure]) -> str:
    """Return the figures as a table for a terminal."""
    rows = [(f.name, f"{f.value:g} {f.unit}", f.detail) for f in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return "\n".join(f"{n:<{widths[0]}}  {v:>{widths[1]}}  {d}".rstrip() for n, v, d in rows)


def write(figures: Iterable[Figure], path: Path) -> None:
    """Write the figures as JSON."""
    path.parent.mkdir(exist_ok=True)
    text = json.dumps([asdict(figure) for figure in figures], indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
