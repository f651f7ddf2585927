"""`python -m tests.bench.memory`: the peak memory of one large file of each kind.

Each is read in a process of its own (`tests/bench/peak.py`).
"""

import subprocess
import sys
from collections.abc import Callable, Iterator

from PIL import Image

from tests.bench.figures import Figure, as_table
from tests.bench.pictures import scene
from tests.drawing import as_file, clip_of
from tests.heic import heic

SIZE = 5760, 4320  # 24.9 million pixels, what is read at the most of most kinds
CLIP_SIZE, CLIP_FRAMES = (3840, 2160), 24


def files() -> dict[str, Callable[[], bytes]]:
    """Return how each kind of file is made."""
    return {
        "JPEG": lambda: as_file(scene(*SIZE), "JPEG"),
        "progressive JPEG": lambda: as_file(scene(*SIZE), "JPEG", progressive=True),
        "PNG": lambda: as_file(see_through(), "PNG", compress_level=1),
        "WebP": lambda: as_file(see_through(), "WEBP", lossless=True, exact=True, method=0),
        "AVIF": lambda: as_file(scene(*SIZE), "AVIF", speed=10),
        "transparent AVIF": lambda: as_file(see_through(), "AVIF", speed=10),
        "HEIC": lambda: heic(scene(*SIZE)),
        "4K clip": lambda: clip_of([scene(*CLIP_SIZE)] * CLIP_FRAMES, preset="ultrafast"),
    }


def see_through() -> Image.Image:
    """Return the scene, the more transparent the lower."""
    picture = scene(*SIZE).convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").rotate(180).resize(SIZE))
    return picture


def measure() -> Iterator[Figure]:
    """Yield the most memory of a process that reads a file, in MB."""
    for name, make in files().items():
        content = make()
        command = [sys.executable, "-m", "tests.bench.peak"]
        told = subprocess.run(command, input=content, stdout=subprocess.PIPE, check=True).stdout
        before, peak, answer = told.decode().split()
        detail = f"{before} MB before; {answer}, from {len(content) / 1e6:.1f} MB"
        yield Figure(f"memory: {name}", float(peak), "MB", 1, detail)


if __name__ == "__main__":
    for figure in measure():
        print(as_table([figure]), flush=True)
