"""`python -m graph` in a child process of low priority."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.errors import BotError

NICENESS = 10  # answers come first: p99 of suggestions 1.85 ms alone, 1.91 ms beside such a build
MAX_REASON = 800  # characters; a message holds 4,096
LINE_LIMIT = 2**20  # bytes; a line of progress has some fifty; of longer ones the end is kept
CHUNK = 2**16  # bytes
LINES_KEPT = 100  # of other output; its last few hundred characters are shown


class ProcessError(BotError):
    """The process failed; the message is the end of its output."""


class KilledError(ProcessError):
    """The process was killed, for instance because memory ran out."""


@dataclass(frozen=True, slots=True)
class Step:
    """The progress of a process.

    Attributes:
        name: Of the current step.
        done: Progress of that step, 0 to 1.
    """

    name: str
    done: float


OnStep = Callable[[Step], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Ended:
    """The result of a process.

    Attributes:
        done: Whether it succeeded; else it refused the work.
        document: The JSON that it printed.
        said: The end of its other output.
    """

    done: bool
    document: bytes
    said: str


async def run_graph(arguments: Sequence[str], on_step: OnStep) -> Ended:
    """Run a command of `python -m graph` that has `--json` and `--progress`, to its end.

    Raises:
        KilledError: It was killed.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "graph", *arguments, "--json", "--progress"),
        stdout=PIPE,
        stderr=PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},  # wherever the bot was started
    )
    try:
        with suppress(ProcessLookupError):  # it has ended already
            niceness = os.getpriority(os.PRIO_PROCESS, 0) + NICENESS  # at most 19, Linux sees to it
            os.setpriority(os.PRIO_PROCESS, process.pid, niceness)
        document, said = await _follow(process, on_step)
    finally:
        if process.returncode is None:  # the bot is being stopped
            process.terminate()
            await process.wait()
    status = await process.wait()
    if status < 0:
        raise KilledError(f"ended by {signal.Signals(-status).name}")
    return Ended(status == 0, document, "\n".join(said)[-MAX_REASON:])


async def _follow(process: Process, on_step: OnStep) -> tuple[bytes, deque[str]]:
    """Return the output of a process, and its messages besides progress."""
    assert process.stdout is not None and process.stderr is not None  # noqa: PT018 - both are pipes
    document = asyncio.create_task(process.stdout.read())
    said: deque[str] = deque(maxlen=LINES_KEPT)
    async for line in _lines(process.stderr):
        try:
            step = json.loads(line)
            await on_step(Step(str(step["step"]), float(step["done"])))
        except (ValueError, KeyError, TypeError):  # words, for people
            said.append(line.decode(errors="replace").rstrip())
    await process.wait()
    return await document, said


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Return the lines of a stream, of any length; of a very long one its end."""
    left = b""
    while chunk := await stream.read(CHUNK):
        *lines, left = (left + chunk).split(b"\n")
        for line in lines:
            yield line
        left = left[-LINE_LIMIT:]
    if left:
        yield left
