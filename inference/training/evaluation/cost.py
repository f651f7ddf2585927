"""What reading a face costs: processor time and memory."""

from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from resource import getpagesize
from statistics import median
from time import thread_time

import numpy as np
from numpy.typing import NDArray

from inference.classifier import Classifier

Pictures = NDArray[np.uint8]
N_TIMED = 300


def cpu_ms(work: Callable[[Pictures], object], pictures: Pictures) -> float:
    """Return the median CPU milliseconds for one face; machines differ by a factor of two."""
    times = []
    for picture in pictures[:N_TIMED]:
        start = thread_time()
        work(picture[None])
        times.append(thread_time() - start)
    return round(median(times) * 1000, 2)


def resident_mb(models: Path, face: Pictures) -> float:
    """Return by how much a fresh process grows, in MB, that loads the network and reads a face.

    Needs Linux.
    """
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_growth_mb, (models, face))


def _growth_mb(models: Path, face: Pictures) -> float:
    def resident_bytes() -> int:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * getpagesize()

    before = resident_bytes()
    Classifier(models).classify(face)
    return round((resident_bytes() - before) / 1e6, 1)
