"""The live mirror in headless browsers: speed, bytes, calm, and what it costs the server.

Browser, fake camera and server share the processors here, as they never do in use: trust ratios.
The time of Python's own emotion network, measured in the same run, is the yardstick.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

from bot.web.mirror.files import runtime_files
from bot.web.mirror.routes import FIRST
from inference.classifier import Classifier
from tests.bench.figures import Figure, cpu_ms, middle, percentile
from tests.bench.throttle import throttled
from tests.bot.web.mirror.cameras import as_clip, jpegs, moving, still
from tests.bot.web.mirror.chromium import PHONE, visit
from tests.bot.web.mirror.firefox import FIREFOX, start_firefox
from tests.chromium import CHROMIUM
from tests.conftest import migrate

SECONDS = 20
MBIT_S, LATENCY_S = 10, 0.04
MESH = "document.querySelector('#show-mesh').click(), document.querySelector('#show-box').click()"
FIGURES = """(() => {
  const {frames, readings, gaps, changes, firstReadingMs} = mirror.live.figures;
  return {frames: frames.length, readings: readings.length, gaps, changes, firstReadingMs};
})()"""


def missing() -> str:
    """Return what keeps the mirror from being measured here, or nothing."""
    if not runtime_files():
        return "the mirror's runtime is not here: make mirror"
    return "" if CHROMIUM else "no Chromium is installed here"


def measure(folder: Path, graph_dir: Path) -> Iterator[Figure]:
    """Yield the figures; `folder` takes database, clips and profiles."""
    crop = np.zeros((1, 48, 48), np.uint8)
    look = partial(Classifier().logits, crop)
    yield middle(
        "mirror: yardstick", cpu_ms(look, n=50, clock=perf_counter), "ms", "one look in Python"
    )
    migrate(folder / "mirror.db")
    yield from asyncio.run(_measure(folder, graph_dir))


@dataclass(frozen=True, slots=True)
class Server:
    """`python -m bot chat` as a process of its own."""

    process: asyncio.subprocess.Process
    mirror: str

    @property
    def cpu_ms(self) -> float:
        """What it has used of the processors until now."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(each.read_text(encoding="ascii").split()[0]) for each in tasks) / 1e6


async def _measure(folder: Path, graph_dir: Path) -> list[Figure]:
    clip = as_clip(moving(), folder / "moving.mjpeg")
    calm = as_clip(still(), folder / "still.mjpeg")
    async with _server(folder / "mirror.db", graph_dir) as server:
        figures = await _chromium(server, clip)
        figures += await _stillness(server, calm)
        figures += await _slow_line(server, clip)
        if FIREFOX:
            figures += await _firefox(server, folder)
    return figures


async def _chromium(server: Server, clip: Path) -> list[Figure]:
    async with visit(server.mirror, clip=clip, size=PHONE) as opened:
        await opened.until("window.mirror?.engine?.ready === true")
        await opened.page.click("#begin")
        await opened.until("mirror.live.figures.firstReadingMs !== undefined")
        first = await opened.figure("figures.firstReadingMs")
        await opened.page.evaluate(MESH)
        await opened.until("Boolean(mirror.engine.complete && mirror.live.drawing.seen.points)")
        cpu = server.cpu_ms
        rates = await _rates(opened.page.evaluate, "Chromium")
        cpu = (server.cpu_ms - cpu) * 60 / SECONDS
    idle = server.cpu_ms
    await asyncio.sleep(SECONDS)
    idle = (server.cpu_ms - idle) * 60 / SECONDS
    detail = f"over {SECONDS} s: {cpu:.0f} with a mirror open, {idle:.0f} with none"
    return [
        Figure("mirror: tap to first reading, loopback", round(first), "ms", 1, "already loaded"),
        *rates,
        Figure("mirror: server CPU a minute", round(max(cpu - idle, 0), 1), "ms", 1, detail),
        _first_bytes(),
    ]


async def _rates(evaluate: Callable[[str], object], browser: str) -> list[Figure]:
    """Return what a browser does in some seconds, with mesh, box and chart drawn."""
    before = await evaluate(FIGURES)  # type: ignore[misc] # an awaitable in both browsers
    await asyncio.sleep(SECONDS)
    after = await evaluate(FIGURES)  # type: ignore[misc] # likewise
    gaps = after["gaps"][len(before["gaps"]) :]
    rate = {name: (after[name] - before[name]) / SECONDS for name in ("frames", "readings")}
    detail = "640x480; mesh, box and chart drawn"
    return [
        Figure(f"mirror: frames, {browser}", round(rate["frames"], 1), "1/s", SECONDS, detail),
        Figure(f"mirror: readings, {browser}", round(rate["readings"], 1), "1/s", SECONDS, detail),
        percentile(f"mirror: page frames, p95, {browser}", 95, gaps, "ms", detail),
    ]


def _first_bytes() -> Figure:
    """Return how much comes before the first reading can be made."""
    from bot.web.mirror.files import network_files, page_files

    large = [runtime_files()[f"default.{kind}"] for kind in ("js", "wasm")]
    large += [network_files()[name] for name in FIRST]
    sizes = [(each.packed or each.path).stat().st_size for each in large]
    page = [len(each.packed) for each in page_files().values()]
    total = sum(sizes) + sum(page)
    return Figure("mirror: bytes before the first reading", round(total / 1e6, 2), "MB", 1)


async def _stillness(server: Server, clip: Path) -> list[Figure]:
    async with visit(server.mirror, clip=clip, size=PHONE) as opened:
        await opened.begin()
        before = await opened.figure("figures.changes")
        await asyncio.sleep(SECONDS)
        changes = (await opened.figure("figures.changes") - before) * 60 / SECONDS
    return [Figure("mirror: words changed on a still face", changes, "1/min", 1, f"{SECONDS} s")]


async def _slow_line(server: Server, clip: Path) -> list[Figure]:
    """Return how long a stranger waits who taps as soon as there is a button."""
    port = int(server.mirror.rpartition(":")[2].partition("/")[0])
    async with throttled(port, bits_per_s=MBIT_S * 1e6, latency_s=LATENCY_S) as slow:
        begun = perf_counter()
        async with visit(server.mirror.replace(str(port), str(slow)), clip=clip) as opened:
            opened_s = perf_counter() - begun
            await opened.begin()
            waited = await opened.figure("figures.readings[0]") / 1000
    name = f"mirror: address to first reading, {MBIT_S} Mbit/s"
    detail = f"tapped at once; the browser took {opened_s:.1f} s to start and show the page"
    return [Figure(name, round(waited, 1), "s", 1, detail)]


async def _firefox(server: Server, folder: Path) -> list[Figure]:
    profile = folder / "profile"
    profile.mkdir()
    async with start_firefox(profile, jpegs(moving(30))) as firefox:
        await firefox.open(server.mirror)
        await firefox.until("window.mirror?.engine?.ready === true")
        await firefox.evaluate("document.querySelector('#begin').click()")
        await firefox.until("mirror.live.figures.firstReadingMs !== undefined")
        await firefox.evaluate(f"({MESH})")
        await firefox.until("mirror.engine.complete === true && Boolean(mirror.live.drawing.seen)")
        return await _rates(firefox.evaluate, "Firefox")


@asynccontextmanager
async def _server(database: Path, graph_dir: Path) -> AsyncIterator[Server]:
    """Start the bot in the local chat, and wait until it says where its mirror is."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "BOT_GRAPH_DIR": str(graph_dir),
        "BOT_LOG_LEVEL": "ERROR",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "chat", "--port", "0"),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(120):
            while "/mirror" not in (line := (await process.stdout.readline()).decode()):
                assert line
        yield Server(process, line.split()[0] + "/")
    finally:
        process.terminate()
        await process.wait()
