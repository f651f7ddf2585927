"""Progress of long steps: as JSON lines for a program, as bars on a terminal, or not at all."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never

from tqdm import tqdm

from graph.importing.catalogue import Progress

# Reports of one step at most, as JSON lines.
PARTS = 50


@contextmanager
def telling(*, as_json: bool) -> Iterator[Progress]:
    """Yield a function that shows a step's name and its progress, 0 to 1, on stderr.

    Args:
        as_json: JSON lines; else bars with the time left, where stderr is a terminal.
    """
    if as_json:
        yield _json_lines()
    elif sys.stderr.isatty():
        with tqdm(total=1.0, bar_format="{desc:12} {percentage:3.0f}% {bar} {remaining}") as bar:
            yield _moving(bar)
    else:
        yield lambda _step, _done: None


def _json_lines() -> Progress:
    told: dict[str, int] = {}

    def tell(step: str, done: float) -> None:
        part = int(done * PARTS)
        if told.get(step) != part:
            told[step] = part
            print(json.dumps({"step": step, "done": round(done, 3)}), file=sys.stderr, flush=True)

    return tell


def _moving(bar: "tqdm[Never]") -> Progress:
    def tell(step: str, done: float) -> None:
        if bar.desc.rstrip(": ") != step:
            bar.reset(total=1.0)
            bar.set_description(step, refresh=False)
        bar.update(done - bar.n)

    return tell
