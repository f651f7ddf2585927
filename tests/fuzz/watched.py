"""A process that checks inputs and may crash, hang or swell; the one that watches it survives."""

import os
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from time import process_time
from traceback import format_exc
from typing import Any, NamedTuple

from tests.fuzz.surface import Check, Surface

# A process that says nothing for so many times its limit hangs; it may have to share its core.
PATIENCE = 20
STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class Outcome(NamedTuple):
    """What one input did.

    Attributes:
        fault: What is wrong with it; empty where nothing is.
        seconds: CPU seconds, of all threads.
        megabytes: The peak above what was held before.
    """

    fault: str
    seconds: float = 0.0
    megabytes: float = 0.0


class Watched:
    """A surface's checks in a process of their own, started anew after it died."""

    def __init__(self, surface: Surface) -> None:
        """Start the process with the first input."""
        self._surface = surface
        self._process: Any = None  # a process of the chosen context, which has a type of its own
        self._pipe: Connection | None = None

    def check(self, value: object) -> Outcome:
        """Return what an input did."""
        pipe = self._pipe or self._start()
        limit_s, limit_mb = self._surface.limit_s, self._surface.limit_mb
        pipe.send(value)
        if not pipe.poll(PATIENCE * limit_s):
            self.close()
            return Outcome(f"hangs: no answer after {PATIENCE * limit_s:.0f} s", limit_s)
        try:
            outcome: Outcome = pipe.recv()
        except EOFError:
            self._process.join()
            code = self._process.exitcode
            self.close()
            return Outcome(f"crashes: the process ended with {code}")
        if not outcome.fault and outcome.seconds > limit_s:
            return outcome._replace(fault=f"takes {outcome.seconds:.1f} s")
        if not outcome.fault and outcome.megabytes > limit_mb:
            return outcome._replace(fault=f"takes {outcome.megabytes:.0f} MB")
        return outcome

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None

    def _start(self) -> Connection:
        """Return the line to a new process that is ready for inputs."""
        context = get_context("spawn")
        self._pipe, there = context.Pipe()
        self._process = context.Process(
            target=answer, args=(self._surface.open, there), daemon=True
        )
        self._process.start()
        there.close()
        self._pipe.recv()
        return self._pipe


def answer(open_: Callable[[], Check], pipe: Connection) -> None:
    """Check one input after another, until the line is closed."""
    check = open_()
    pipe.send(None)
    while True:
        try:
            value = pipe.recv()
        except EOFError:
            return
        pipe.send(outcome_of(check, value))


def outcome_of(check: Check, value: object) -> Outcome:
    """Return what an input did in this process."""
    if RESET.exists():
        RESET.write_text("5", encoding="ascii")  # the peak begins anew: man 5 proc
    before, begun, fault = memory_mb("VmRSS"), process_time(), ""
    try:
        check(value)
    except Exception:  # noqa: BLE001 - whatever is raised is what is looked for
        fault = format_exc()
    return Outcome(fault, process_time() - begun, memory_mb("VmHWM") - before)


def memory_mb(field: str) -> float:
    """Return a field of this process's status in megabytes; 0 where the system has none."""
    if not RESET.exists() or os.name != "posix":
        return 0.0
    (line,) = (
        line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith(field)
    )
    return int(line.split()[1]) * 1024 / 1e6
