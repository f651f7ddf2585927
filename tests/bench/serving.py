"""`python -m bot run` as a process of its own, over HTTP on loopback: start-up, memory, moods."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from types import MappingProxyType

from bot.localchat.driver import Person
from bot.localchat.server import LocalBotApi
from tests.bench.figures import Figure, middle, percentile
from tests.bench.pictures import selfie
from tests.conftest import ROOT, has_songs, migrate

N_SELFIES, N_MOODS, N_STARTS, N_SENDERS = 100, 100, 3, 4
PATIENCE_S = 60.0
MOODS = ("happy", "sad", "angry", "calm", "afraid", "surprised", "disgusted")
OVER_HTTP = "bot in its own process, over HTTP on loopback"


def measure(folder: Path, graph_dir: Path) -> Iterator[Figure]:
    """Yield the figures; `folder` is empty and takes the database."""
    database = folder / "bench.db"
    migrate(database)
    yield from asyncio.run(_serve(database, graph_dir))


def measure_memory(folder: Path, graph_dir: Path) -> Iterator[Figure]:
    """Yield what the bot occupies with a graph, after many moods."""
    database = folder / "memory.db"
    migrate(database)
    yield from asyncio.run(_remember(database, graph_dir))


async def _remember(database: Path, graph_dir: Path) -> list[Figure]:
    async with LocalBotApi.start() as api, bot_of(api, database, graph_dir) as bot:
        for number in range(N_MOODS):
            await _ask(api, MOODS[number % len(MOODS)])
        own = bot.own_mb
        detail = f"after {N_MOODS} moods; {own:.0f} MB are its own, the rest is mapped files"
        return [Figure("scale: bot resident", round(bot.resident_mb), "MB", N_MOODS, detail)]


async def _serve(database: Path, graph_dir: Path) -> list[Figure]:
    starts = []
    async with LocalBotApi.start() as api:
        for _ in range(N_STARTS - 1):
            async with bot_of(api, database, graph_dir) as bot:
                starts.append(bot.start_s)
        async with bot_of(api, database, graph_dir) as bot:
            starts.append(bot.start_s)
            content = selfie()
            figures = await _selfies(api, bot, content)
            figures += await _moods_beside_selfies(api, content)
    return [middle("start-up", starts, "s", "from the command to the first answer"), *figures]


class Bot:
    """The bot's process, and what the system says of it."""

    def __init__(self, process_id: int, start_s: float) -> None:
        self.process_id, self.start_s = process_id, start_s
        self._folder = Path(f"/proc/{process_id}")

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds since its start, all threads."""
        fields = (self._folder / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    @property
    def resident_mb(self) -> float:
        """Resident memory in MB."""
        pages = int((self._folder / "statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    @property
    def peak_mb(self) -> float:
        """The most resident memory in MB since `forget_peak`."""
        lines = (self._folder / "status").read_text(encoding="ascii").splitlines()
        (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
        return int(peak) * 1024 / 1e6

    def forget_peak(self) -> None:
        """Begin to look for the most anew."""
        (self._folder / "clear_refs").write_text("5", encoding="ascii")  # man 5 proc

    @property
    def own_mb(self) -> float:
        """Resident memory in MB that the system could not read again from a file."""
        lines = (self._folder / "status").read_text(encoding="ascii").splitlines()
        (anonymous,) = (line.split()[1] for line in lines if line.startswith("RssAnon:"))
        return int(anonymous) * 1024 / 1e6


@asynccontextmanager
async def bot_of(
    api: LocalBotApi,
    database: Path,
    graph_dir: Path,
    *,
    checkout: Path = ROOT,
    more: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Bot]:
    """Run the bot of a checkout meanwhile, once it has answered for the first time."""
    settings = {
        "BOT_TOKEN": api.token,
        "BOT_API_URL": api.base_url,
        "DATABASE_URL": f"sqlite:///{database}",
        "BOT_GRAPH_DIR": str(graph_dir),
        "BOT_LOG_LEVEL": "WARNING",
        **more,
    }
    command = (sys.executable, "-m", "bot", "run")
    start = perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command, cwd=checkout, env=os.environ | settings
    )
    try:
        await _ask(api)
        yield Bot(process.pid, perf_counter() - start)
    finally:
        process.terminate()
        await process.wait()


async def _selfies(api: LocalBotApi, bot: Bot, content: bytes) -> list[Figure]:
    walls, before = [], bot.cpu_ms
    for _ in range(N_SELFIES):
        walls.append(await _send(api, content))  # noqa: PERF401 - one after another
    spent = (bot.cpu_ms - before) / N_SELFIES
    return [
        middle("selfie to songs: p50", walls, "ms", OVER_HTTP),
        Figure("selfie to songs: CPU", round(spent, 1), "CPU ms", N_SELFIES, "the bot alone"),
        Figure("resident after 100 selfies", round(bot.resident_mb), "MB", 1, "aim 350"),
    ]


async def _moods_beside_selfies(api: LocalBotApi, content: bytes) -> list[Figure]:
    """Measure /mood alone, then while other people send selfies without a pause."""
    alone = [await _ask(api) for _ in range(N_MOODS)]
    sent: list[float] = []
    senders = [asyncio.create_task(_send_on(api, content, sent)) for _ in range(N_SENDERS)]
    await asyncio.sleep(1)
    beside = [await _ask(api) for _ in range(N_MOODS)]
    for sender in senders:
        sender.cancel()
    await asyncio.gather(*senders, return_exceptions=True)
    detail = f"{N_SENDERS} people send on and on, {len(sent)} answered; aim 100"
    return [
        percentile("/mood alone: p95", 95, alone, "ms", OVER_HTTP),
        percentile("/mood beside selfies: p95", 95, beside, "ms", detail),
    ]


async def _ask(api: LocalBotApi, mood: str = "happy") -> float:
    """Return the milliseconds from a new person's /mood to the songs."""
    person, start = api.person("Asker"), perf_counter()
    await person.say(f"/mood {mood}")
    return await _songs(person, start)


async def _send_on(api: LocalBotApi, content: bytes, sent: list[float]) -> None:
    while True:
        sent.append(await _send(api, content))


async def _send(api: LocalBotApi, content: bytes) -> float:
    """Return the milliseconds from a new person's yes to the songs for the selfie they sent."""
    person = api.person("Sender")
    await person.send_picture(content)
    await person.wait_for_message(timeout_s=PATIENCE_S)
    start = perf_counter()
    person.press_only("✓")
    return await _songs(person, start)


async def _songs(person: Person, start: float) -> float:
    await person.wait_for_message(suits=has_songs, timeout_s=PATIENCE_S)
    return (perf_counter() - start) * 1000
