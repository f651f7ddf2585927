"""kill -9 at random moments under load: nothing is lost, hardly anything comes twice."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

from bot.localchat.server import LocalBotApi
from tests.bench.figures import Figure
from tests.bench.pictures import selfie
from tests.soak.bots import BotProcess
from tests.soak.crowd import APOLOGY, REFUSED, Crowd, Talk

PEOPLE = 16
SELFIES = 0.25  # of what they send
PAUSE_S = 0.6  # between an answer and the person's next message, at most
LIFE_S = 3.0  # of a bot that answers, at most
SETTLE_S = 120.0


async def measure(database: Path, graph_dir: Path, *, n: int, seed: int) -> AsyncIterator[Figure]:
    """Kill the bot `n` times; yield what became of the messages that were sent meanwhile."""
    rng, content = random.Random(seed), selfie()
    async with LocalBotApi.start(keep_downloaded=True) as api:
        crowd = Crowd(api, database)
        stop = asyncio.Event()
        talks = crowd.join(PEOPLE)
        writing = [asyncio.create_task(_talk(crowd, talk, content, rng, stop)) for talk in talks]
        for number in range(n):
            bot = await BotProcess.start(api, database, graph_dir)
            await asyncio.sleep(rng.uniform(0, LIFE_S))
            await bot.kill()
            if number % 50 == 49:
                print(f"  {number + 1} kills: {_words(talks)}", flush=True)
        bot = await BotProcess.start(api, database, graph_dir)
        stop.set()
        await crowd.settled(talks, timeout_s=SETTLE_S)
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
        await bot.stop()
        sent = sum(len(talk.sent) for talk in talks)
        detail = f"of {sent} messages, {n} kills; seed {seed}"
        yield Figure("kill -9: lost", sum(talk.open for talk in talks), "messages", sent, detail)
        again = sum(talk.again for talk in talks)
        share = 100 * again / max(sent, 1)
        yield Figure("kill -9: answered twice", round(share, 3), "%", sent, f"{again} {detail}")
        refused = sum(talk.count(*REFUSED) for talk in talks)
        yield Figure("kill -9: told busy", refused, "messages", sent, detail)
        sorry = sum(talk.count(APOLOGY) for talk in talks)
        yield Figure("kill -9: apologies", sorry, "messages", sent, detail)


async def _talk(
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
    sent, again = sum(len(talk.sent) for talk in talks), sum(talk.again for talk in talks)
    return f"{sent} messages, {again} answered twice"
