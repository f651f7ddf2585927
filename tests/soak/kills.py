"""kill -9 at random moments under load: nothing is lost, hardly anything comes twice.

An answer comes twice where the kill falls between Telegram's taking it and the bot's writing that
down: how long before the kill such answers were seen says how long that gap is.
"""

import asyncio
import random
import sqlite3
from bisect import bisect
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from time import perf_counter

import numpy as np

from bot.localchat.server import LocalBotApi
from tests.bench.figures import Figure
from tests.bench.pictures import selfie
from tests.soak.bots import BotProcess, has_called
from tests.soak.crowd import APOLOGY, REFUSED, Crowd, Talk

PEOPLE = 16
SELFIES = 0.25  # of what they send
PAUSE_S = 0.6  # between an answer and the person's next message, at most
EARLIEST_S = 0.2  # of the kills, since the start of the process
STARTING, LIFE_S = 0.25, 3.0  # the share of kills that may fall before a bot serves; else after
SETTLE_S = 300.0


async def measure(database: Path, graph_dir: Path, *, n: int, seed: int) -> AsyncIterator[Figure]:
    """Kill the bot `n` times; yield what became of the messages that were sent meanwhile."""
    rng, content = random.Random(seed), selfie()
    kills: list[float] = []
    served = 0
    async with LocalBotApi.start() as api:
        crowd, stop = Crowd(api, database), asyncio.Event()
        talks = crowd.join(PEOPLE)
        writing = [asyncio.create_task(talk_on(crowd, talk, content, rng, stop)) for talk in talks]
        for number in range(n):
            bot = await BotProcess.begin(api, database, graph_dir)
            if rng.random() >= STARTING:
                await bot.until(api, "getUpdates")
            await asyncio.sleep(rng.uniform(EARLIEST_S, LIFE_S))
            kills.append(perf_counter())
            await bot.kill()
            served += has_called(api, "getUpdates")
            if number % 25 == 24:
                print(f"  {number + 1} kills, {served} of a bot that served:", end=" ")
                print(_words(talks), gaps_of(talks, kills), flush=True)
        bot = await BotProcess.start(api, database, graph_dir)
        stop.set()
        await crowd.settled(talks, timeout_s=SETTLE_S)
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
        waiting = api.pending + _open_rows(database)
        await bot.stop()
    detail = f"{n} kills, {served} of a bot that served; seed {seed}; {waiting} wait still"
    for figure in outcome("kill -9", talks, detail, gaps_of(talks, kills)):
        yield figure


def outcome(name: str, talks: list[Talk], detail: str, gaps: str) -> list[Figure]:
    sent, again = sum(len(talk.sent) for talk in talks), sum(len(talk.again) for talk in talks)
    lost = sum(talk.open for talk in talks)
    refused, sorry = (sum(talk.count(*words) for talk in talks) for words in (REFUSED, (APOLOGY,)))
    share, detail = round(100 * again / max(sent, 1), 3), f"of {sent} messages, {detail}"
    return [
        Figure(f"{name}: lost", lost, "messages", sent, detail),
        Figure(f"{name}: answered twice", share, "%", sent, f"{again} {detail}{gaps}"),
        Figure(f"{name}: told busy", refused, "messages", sent, detail),
        Figure(f"{name}: apologies", sorry, "messages", sent, detail),
    ]


def _open_rows(database: Path) -> int:
    """Return how many updates stand in the inbox and are not struck off: they are not lost."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        (n,) = connection.execute("SELECT count(*) FROM inbox WHERE done_at IS NULL").fetchone()
    return int(n)


async def talk_on(
    crowd: Crowd, talk: Talk, content: bytes, rng: random.Random, stop: asyncio.Event
) -> None:
    """Write, wait for the answer, wait a little, and again."""
    while not stop.is_set():
        if rng.random() < SELFIES:
            await crowd.show(talk, content)
        else:
            crowd.say(talk, "/mood happy")
        while talk.open > 0:
            talk.changed.clear()
            await talk.changed.wait()
        await asyncio.sleep(rng.uniform(0, PAUSE_S))


def _words(talks: list[Talk]) -> str:
    sent, again = sum(len(talk.sent) for talk in talks), sum(len(talk.again) for talk in talks)
    return f"{sent} messages, {again} answered twice"


def gaps_of(talks: list[Talk], kills: list[float]) -> str:
    """Return in words how long before a kill those answers were seen that came twice.

    One that was on its way at the kill is seen just after it: before the next bot could answer.
    """
    firsts = [first for talk in talks for first in talk.again]
    gaps = [
        1000 * max(kills[place] - first, 0.0)
        for first in firsts
        if (place := bisect(kills, first - EARLIEST_S)) < len(kills)
    ]
    if not gaps:
        return ""
    middle, most = np.percentile(gaps, [50, 100])
    return f"; seen {middle:.0f} ms before the kill in the median, {most:.0f} at most"
