"""What an answer costs the bot's process: CPU time and memory, beside another checkout's if asked.

The machine's own speed changes from minute to minute. So two checkouts answer in turns, a batch
each, and their medians over the batches are compared.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bot.localchat.server import LocalBotApi
from tests.bench.figures import Figure
from tests.bench.pictures import selfie
from tests.bench.serving import Bot, bot_of
from tests.conftest import ROOT
from tests.soak.crowd import Crowd

AT_ONCE, BATCH = 8, 24  # people who write at one moment, and answers between two looks
KINDS = ("selfie", "mood")
PATIENCE_S = 240.0
# What Telegram allows would be measured, not the bot: a self-hosted server allows more.
UNLIMITED = {"BOT_MESSAGES_PER_SECOND": "1000"}


@dataclass(slots=True)
class Measured:
    """A bot that runs from a checkout, and what its answers took.

    Attributes:
        name: Stands before its figures; "" for this checkout.
        cpu_ms: Of each batch, CPU milliseconds an answer.
        calls: Of each batch, calls to the Bot API an answer.
    """

    name: str
    bot: Bot
    api: LocalBotApi
    crowd: Crowd
    cpu_ms: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    calls: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    async def answer(self, kind: str, n: int, content: bytes) -> None:
        """Have `n` messages answered, some at a time."""
        for _ in range(0, n, AT_ONCE):
            talks = self.crowd.join(AT_ONCE)
            for talk in talks:
                if kind == "selfie":
                    await self.crowd.show(talk, content)
                else:
                    self.crowd.say(talk, "/mood happy")
            if not await self.crowd.settled(talks, timeout_s=PATIENCE_S):
                raise RuntimeError(f"expected an answer to every {kind} within {PATIENCE_S:.0f} s")
            for talk in talks:
                self.crowd.leave(talk)

    async def measure(self, kind: str, content: bytes) -> None:
        """Have a batch answered, and keep what it took."""
        before, calls = cpu_clock_ms(self.bot.process_id), len(self.api.calls)
        await self.answer(kind, BATCH, content)
        spent = cpu_clock_ms(self.bot.process_id) - before
        self.cpu_ms[kind].append(spent / BATCH)
        self.calls[kind].append((len(self.api.calls) - calls) / BATCH)

    def figures(self) -> list[Figure]:
        """Return the medians of the batches, and what is resident after them."""
        found = []
        for kind in KINDS:
            spent = median(self.cpu_ms[kind])
            n, calls = len(self.cpu_ms[kind]) * BATCH, median(self.calls[kind])
            detail = f"{1000 / spent:.0f} a second and core; {calls:.1f} calls to the Bot API"
            name = f"{self.name}CPU per {kind}"
            found.append(Figure(name, round(spent, 2), "CPU ms", n, detail))
        detail = f"{self.bot.own_mb:.0f} MB are its own, the rest is mapped files"
        resident = round(self.bot.resident_mb)
        return [*found, Figure(f"{self.name}resident", resident, "MB", n, detail)]


def cpu_clock_ms(process_id: int) -> float:
    """Return the CPU milliseconds that a process has taken, all threads, to the nanosecond.

    Source: clock_getcpuclockid(3) and, for the number of the clock, include/linux/posix-timers.h.
    """
    return time.clock_gettime((~process_id << 3) | 2) * 1000


async def measure(
    database: Path, graph_dir: Path, *, n: int, against: Path | None = None
) -> AsyncIterator[Figure]:
    """Have some `n` selfies and `n` moods answered; yield what each took, and their ratio.

    Args:
        database: Of this checkout.
        graph_dir: Likewise.
        n: Of each kind, at least.
        against: The folder of another checkout to measure in turns with this one.
    """
    content, here = selfie(), {"database": database, "graph_dir": graph_dir}
    async with AsyncExitStack() as stack:
        bots = [await stack.enter_async_context(measured("", ROOT, **here))]
        if against:
            there = await set_up(against, database.parent)
            bots.append(await stack.enter_async_context(measured("other: ", against, **there)))
        for each in bots:
            for kind in KINDS:
                await each.answer(kind, BATCH, content)  # loads what the others use
        for kind in KINDS:
            for _ in range(0, n, BATCH):
                for each in bots:
                    await each.measure(kind, content)
        for each in bots:
            for figure in each.figures():
                yield figure
    for kind in KINDS if against else ():
        yield ratio(kind, bots)


def ratio(kind: str, bots: Sequence[Measured]) -> Figure:
    """Return the time of an answer here over the other's: the median over pairs of batches."""
    here, there = (each.cpu_ms[kind] for each in bots)
    shares = [one / other for one, other in zip(here, there, strict=True)]
    return Figure(f"CPU per {kind}, ratio", round(median(shares), 3), "", len(shares), "to other")


@asynccontextmanager
async def measured(
    name: str, checkout: Path, *, database: Path, graph_dir: Path
) -> AsyncIterator[Measured]:
    """Run the bot of a checkout meanwhile."""
    async with LocalBotApi.start() as api:
        starting = bot_of(api, database, graph_dir, checkout=checkout, more=UNLIMITED)
        async with starting as bot:
            yield Measured(name, bot, api, Crowd(api, database))


async def set_up(checkout: Path, folder: Path) -> Mapping[str, Path]:
    """Make a database and a graph as another checkout wants them, below a folder."""
    database, graph_dir = folder / "other.db", folder / "other"
    settings = {"DATABASE_URL": f"sqlite:///{database}", "BOT_GRAPH_DIR": str(graph_dir)}
    command = (sys.executable, "-m", "bot", "setup")
    process = await asyncio.create_subprocess_exec(
        *command, cwd=checkout, env=os.environ | settings
    )
    if status := await process.wait():
        raise RuntimeError(f"{checkout} could not be set up: {status}")
    return {"database": database, "graph_dir": graph_dir}
