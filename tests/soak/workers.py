"""Several bots on one PostgreSQL database: how much faster, and what is lost when one is killed."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from time import perf_counter, process_time

from bot.localchat.server import LocalBotApi
from bot.screens.consent import CONSENT_VERSION
from tests.bench.figures import Figure
from tests.bench.pictures import selfie
from tests.conftest import new_postgresql
from tests.soak.bots import BotProcess
from tests.soak.cost import UNLIMITED
from tests.soak.crowd import Crowd, Talk
from tests.soak.kills import PEOPLE, SETTLE_S, gaps_of, outcome, talk_on

SENDERS = 96  # who each send the next picture once the last is answered; a chat takes one a second
PATIENCE_S = 120.0
SOONEST_S, LATEST_S = 1.0, 8.0  # from one kill to the next
AGREED = (
    "INSERT INTO users (id, active, consent_version, consented_at, created_at, seen_at)"
    " VALUES (%s, true, %s, now(), now(), now())"
)


async def scaling(_: Path, graph_dir: Path, *, seconds: float) -> AsyncIterator[Figure]:
    """Let people send selfies to one worker, then to two; yield the answers a second.

    Each worker has a core of its own, so that one does not use two. The people and the database
    share those cores: the answers for each CPU second of the workers say what two would do where
    the others have cores of their own.
    """
    rates, efficiencies = [], []
    for n in (1, 2):
        rate, cores, detail = await _rate(graph_dir, workers=n, seconds=seconds)
        rates.append(rate)
        efficiencies.append(rate / cores)
        n_answers = round(rate * seconds)
        yield Figure(f"workers: {n}", round(rate, 1), "selfies/s", n_answers, detail)
        of_cpu = "CPU seconds of the workers alone"
        per_cpu = round(rate / cores, 1)
        yield Figure(f"workers: {n}, each CPU second", per_cpu, "selfies", n_answers, of_cpu)
    yield Figure("workers: 1 to 2", round(rates[1] / rates[0], 2), "times", 2, "the same machine")
    on_own = 2 * efficiencies[1] / efficiencies[0]
    of_own = "as far as each answer's CPU time allows"
    yield Figure("workers: 1 to 2, on cores of their own", round(on_own, 2), "times", 2, of_own)


async def _rate(graph_dir: Path, *, workers: int, seconds: float) -> tuple[float, float, str]:
    """Return the answers a second, the cores that the workers used, and both in words."""
    content = selfie()
    with new_postgresql() as url:
        async with LocalBotApi.start() as api:
            bots = [await _ready(api, url, graph_dir) for _ in range(workers)]
            for bot, core in zip(bots, sorted(os.sched_getaffinity(0)), strict=False):
                pin(bot, core)
            crowd = Crowd(api, None)
            talks = _join(crowd, url, SENDERS)
            for talk in talks:  # the first answers load what the others use
                await crowd.show(talk, content)
            await crowd.settled(talks, timeout_s=PATIENCE_S)
            before, spent, start = sum(bot.cpu_ms for bot in bots), process_time(), perf_counter()
            sending = [asyncio.create_task(_send_on(crowd, talk, content)) for talk in talks]
            await asyncio.sleep(seconds)
            took_s, n = perf_counter() - start, sum(len(talk.answers) for talk in talks) - SENDERS
            cores = (sum(bot.cpu_ms for bot in bots) - before) / 1000 / took_s
            people = (process_time() - spent) / took_s
            for task in sending:
                task.cancel()
            for bot in bots:
                await bot.stop()
    return n / took_s, cores, f"{cores:.2f} cores used by the bots, {people:.2f} by who send"


def pin(bot: BotProcess, core: int) -> None:
    """Let a bot run on one core: its threads, and those that they begin from now on."""
    for thread in Path(f"/proc/{bot.process_id}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {core})


async def chaos(_: Path, graph_dir: Path, *, n: int, seed: int) -> AsyncIterator[Figure]:
    """Kill one of two workers `n` times, and start it again; yield what became of messages."""
    rng, content, kills = random.Random(seed), selfie(), list[float]()
    with new_postgresql() as url:
        async with LocalBotApi.start() as api:
            bots = [await _ready(api, url, graph_dir) for _ in range(2)]
            crowd, stop = Crowd(api, None), asyncio.Event()
            talks = _join(crowd, url, PEOPLE)
            writing = [
                asyncio.create_task(talk_on(crowd, talk, content, rng, stop)) for talk in talks
            ]
            for _number in range(n):
                await asyncio.sleep(rng.uniform(SOONEST_S, LATEST_S))
                place = rng.randrange(2)
                kills.append(perf_counter())
                await bots[place].kill()
                bots[place] = await BotProcess.begin(api, url, graph_dir)
            stop.set()
            await crowd.settled(talks, timeout_s=SETTLE_S)
            for task in writing:
                task.cancel()
            await asyncio.gather(*writing, return_exceptions=True)
            for bot in bots:
                await bot.stop()
    detail = f"{n} kills of one of two workers on PostgreSQL; seed {seed}"
    for figure in outcome("one of two killed", talks, detail, gaps_of(talks, kills)):
        yield figure


async def _ready(api: LocalBotApi, url: str, graph_dir: Path) -> BotProcess:
    """Return a worker that has reached Telegram: only one of several polls."""
    bot = await BotProcess.begin(api, url, graph_dir, **UNLIMITED)
    await bot.until(api, "deleteWebhook")
    return bot


def _join(crowd: Crowd, url: str, n: int) -> list[Talk]:
    """Return the chats of new people, who agreed to the notice about pictures."""
    import psycopg

    talks = crowd.join(n)
    with closing(psycopg.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.executemany(AGREED, [(talk.chat.id, CONSENT_VERSION) for talk in talks])
    return talks


async def _send_on(crowd: Crowd, talk: Talk, content: bytes) -> None:
    while True:
        await crowd.show(talk, content)
        while talk.open > 0:
            talk.changed.clear()
            await talk.changed.wait()
