"""kill -9 at random moments under load: nothing is lost, hardly anything comes twice.

An answer comes twice where the kill falls between the bot's asking Telegram to send it and the
bot's writing down that it was sent: how long before the kill such answers were seen says how long
that gap is. Their share of all messages is that gap over how long a bot lives between two kills;
how many there are for each kill depends on the load alone.
"""

import asyncio
import random
import sqlite3
from bisect import bisect
from collections.abc import AsyncIterator, Iterator
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
LIFE_S = 3.0  # from a bot's first question for updates to its end, at most
STARTING, STARTING_S = 0.25, 1.0  # the share of kills while a bot starts, and within how long
LATE_S = 0.2  # so long after a kill somebody sees what the bot sent before
SETTLE_S = 300.0
TELL_EVERY = 50
NEWEST_ROW = (
    "SELECT id, tries, received_at, begun_at, sending_at, due_at, done_at, message_id"
    " FROM inbox WHERE user_id = ? ORDER BY id DESC LIMIT 1"
)


async def measure(database: Path, graph_dir: Path, *, n: int, seed: int) -> AsyncIterator[Figure]:
    """Kill the bot `n` times; yield what became of the messages that were sent meanwhile."""
    rng, content = random.Random(seed), selfie()
    kills, served = list[float](), 0
    async with LocalBotApi.start() as api:
        crowd, stop = Crowd(api, database), asyncio.Event()
        talks = crowd.join(PEOPLE)
        writing = [asyncio.create_task(talk_on(crowd, talk, content, rng, stop)) for talk in talks]
        while served < n:
            starting = rng.random() < STARTING
            bot = await BotProcess.begin(api, database, graph_dir)
            if not starting:
                await bot.until(api, "getUpdates")
            await asyncio.sleep(rng.uniform(0, STARTING_S if starting else LIFE_S))
            kills.append(perf_counter())
            await bot.kill()
            served += (counts := has_called(api, "getUpdates"))
            if counts and served % TELL_EVERY == 0:
                print(f"  {served} kills:", _words(talks), gaps_of(talks, kills), flush=True)
        bot = await BotProcess.start(api, database, graph_dir)
        stop.set()
        await crowd.settled(talks, timeout_s=SETTLE_S)
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
        waiting = api.pending + _open_rows(database)
        await bot.stop()
    for line in unanswered(talks, database):
        print(line)
    detail = f"{served} kills of a bot that served, {len(kills) - served} of one that started"
    detail += f"; seed {seed}; {waiting} wait still"
    for figure in outcome("kill -9", talks, detail, gaps_of(talks, kills)):
        yield figure


def outcome(name: str, talks: list[Talk], detail: str, gaps: str) -> list[Figure]:
    """Return what became of the messages: lost are those with no answer of any kind."""
    sent, again = sum(len(talk.sent) for talk in talks), sum(len(talk.again) for talk in talks)
    lost, returned = sum(talk.open for talk in talks), sum(talk.returned for talk in talks)
    refused, sorry = (sum(talk.count(*words) for talk in talks) for words in (REFUSED, (APOLOGY,)))
    share, detail = round(100 * again / max(sent, 1), 3), f"of {sent} messages, {detail}"
    return [
        Figure(f"{name}: lost", lost, "messages", sent, detail),
        Figure(f"{name}: answered twice", share, "%", sent, f"{again} {detail}{gaps}"),
        Figure(f"{name}: told busy", refused, "messages", sent, detail),
        Figure(f"{name}: told to send again", returned, "messages", sent, detail),
        Figure(f"{name}: apologies", sorry, "messages", sent, detail),
    ]


def unanswered(talks: list[Talk], database: Path) -> Iterator[str]:
    """Yield a line for each message without an answer: what is known of it, and what was said."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        connection.row_factory = sqlite3.Row
        for talk in talks:
            if talk.open > 0:
                row = connection.execute(NEWEST_ROW, (talk.chat.id,)).fetchone()
                age_s, said = perf_counter() - talk.sent[-1], talk.others[-2:]
                known = dict(row) if row else "no row"
                yield f"  no answer to {talk.last}, sent {age_s:.0f} s ago: {known}; said {said}"


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
    returned, sorry = (
        sum(talk.returned for talk in talks),
        sum(talk.count(APOLOGY) for talk in talks),
    )
    longest = max(perf_counter() - talk.sent[-1] for talk in talks if talk.sent)
    return (
        f"{sent} messages, {again} answered twice, {returned} told to send again, "
        f"{sorry} apologies, one waits for {longest:.0f} s"
    )


def gaps_of(talks: list[Talk], kills: list[float]) -> str:
    """Return in words how long before a kill those answers were seen that came twice.

    One that was on its way at the kill is seen just after it: before the next bot could answer.
    """
    firsts = [first for talk in talks for first in talk.again]
    gaps = [
        1000 * max(kills[place] - first, 0.0)
        for first in firsts
        if (place := bisect(kills, first - LATE_S)) < len(kills)
    ]
    if not gaps:
        return ""
    middle, most = np.percentile(gaps, [50, 100])
    when = f"seen {middle:.0f} ms before it in the median, {most:.0f} at most"
    return f"; {len(firsts) / len(kills):.2f} a kill, {when}"
