"""Bursts, ten thousand people, and what a hundred thousand updates leave in memory."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np

from bot.localchat.files import Kind
from bot.localchat.server import LocalBotApi
from tests.bench.figures import Figure
from tests.bench.pictures import selfie
from tests.soak.bots import BotProcess
from tests.soak.cost import UNLIMITED
from tests.soak.crowd import REFUSED, Crowd, Talk

PATIENCE_S = 240.0
BATCH = 50  # people who write at once while memory is watched
LARGE_BYTES = 20 * 2**20 - 1024
MOODS = ("happy", "sad", "angry", "calm", "afraid", "surprised", "disgusted")


async def burst(database: Path, graph_dir: Path, *, n: int, limited: bool) -> AsyncIterator[Figure]:
    """Send `n` selfies and `n` moods at one moment; yield waits, losses, refusals."""
    more = {} if limited else UNLIMITED
    async with LocalBotApi.start() as api:
        bot = await BotProcess.start(api, database, graph_dir, **more)
        crowd, content = Crowd(api, database), selfie()
        await _warm(crowd, content)
        shown, said = crowd.join(n), crowd.join(n)
        await asyncio.gather(*(crowd.show(talk, content) for talk in shown))
        for talk in said:
            crowd.say(talk, "/mood happy")
        await crowd.settled([*shown, *said], timeout_s=PATIENCE_S)
        await bot.stop()
    detail = f"{n} selfies and {n} moods at one moment" + (", 30 messages a second" * limited)
    for figure in _outcome("burst", [*shown, *said], detail):
        yield figure
    yield _percentile("burst: moods, p99", 99, said, detail)


async def people(
    database: Path, graph_dir: Path, *, n: int, each: int, seconds: float
) -> AsyncIterator[Figure]:
    """Let `n` people write some messages each within some seconds; yield the same."""
    async with LocalBotApi.start() as api:
        bot, crowd = (
            await BotProcess.start(api, database, graph_dir, **UNLIMITED),
            Crowd(api, database),
        )
        await _warm(crowd, selfie())
        talks, before, start = crowd.join(n), bot.cpu_ms, perf_counter()
        for number in range(n * each):
            crowd.say(talks[number % n], MOODS[number % len(MOODS)])
            due = start + (number + 1) * seconds / (n * each)
            await asyncio.sleep(max(0.0, due - perf_counter()))
        sent_s = perf_counter() - start
        await crowd.settled(talks, timeout_s=PATIENCE_S)
        took_s, spent = perf_counter() - start, bot.cpu_ms - before
        await bot.stop()
    detail = (
        f"{n} people, {n * each} messages within {sent_s:.0f} s, an end of all after {took_s:.0f}; "
        f"{spent / (n * each):.1f} CPU ms each"
    )
    for figure in _outcome("people", talks, detail):
        yield figure


async def large(database: Path, graph_dir: Path, *, n: int) -> AsyncIterator[Figure]:
    """Let `n` people send a picture of 20 MB each at one moment; yield what memory it takes."""
    photo = selfie()
    content = photo + bytes(LARGE_BYTES - len(photo))
    async with LocalBotApi.start() as api:
        bot = await BotProcess.start(api, database, graph_dir, **UNLIMITED)
        crowd = Crowd(api, database)
        await _warm(crowd, photo)
        before, talks = bot.resident_mb, crowd.join(n)
        bot.forget_peak()
        await asyncio.gather(*(crowd.show(talk, content, Kind.DOCUMENT) for talk in talks))
        await crowd.settled(talks, timeout_s=PATIENCE_S)
        peak = bot.peak_mb
        await bot.stop()
    detail = f"{n} pictures of 20 MB at one moment; {before:.0f} MB before, {peak:.0f} at the most"
    yield Figure("large pictures: memory", round(peak - before), "MB", n, detail)
    lost = sum(max(talk.open - talk.count(*REFUSED), 0) for talk in talks)
    yield Figure("large pictures: lost", lost, "messages", n, detail)


async def growth(database: Path, graph_dir: Path, *, n: int) -> AsyncIterator[Figure]:
    """Answer `n` moods of ever new people; yield how much more is resident than after 1,000."""
    async with LocalBotApi.start() as api:
        bot, crowd = (
            await BotProcess.start(api, database, graph_dir, **UNLIMITED),
            Crowd(api, database),
        )
        await _warm(crowd, selfie())
        before, earlier = None, list[Talk]()
        for done in range(0, n + BATCH, BATCH):  # the bot is never idle: two batches overlap
            talks = crowd.join(BATCH if done < n else 0)
            for talk in talks:
                crowd.say(talk, MOODS[done // BATCH % len(MOODS)])
            await crowd.settled(earlier, timeout_s=PATIENCE_S)
            for talk in earlier:
                crowd.leave(talk)
            earlier = talks
            if done >= 1_000 and before is None:
                before = bot.resident_mb
        after = bot.resident_mb
        await bot.stop()
    share = 100 * (after / (before or after) - 1)
    detail = f"{before or after:.0f} MB after 1,000 updates, {after:.0f} MB after {n:,}"
    yield Figure("resident: growth", round(share, 2), "%", n, detail)


async def _warm(crowd: Crowd, content: bytes) -> None:
    """Let the first answers pass: they load what the others use."""
    talks = crowd.join(4)
    for talk in talks:
        await crowd.show(talk, content)
        crowd.say(talk, "/mood happy")
    await crowd.settled(talks, timeout_s=PATIENCE_S)


def _outcome(name: str, talks: Sequence[Talk], detail: str) -> list[Figure]:
    n = sum(len(talk.sent) for talk in talks)
    refused = sum(talk.count(*REFUSED) for talk in talks)
    lost = sum(max(talk.open - talk.count(*REFUSED), 0) for talk in talks)
    late = [
        next(iter(talk.answers.values())) - talk.promised
        for talk in talks
        if talk.promised is not None and len(talk.answers) == len(talk.sent) == 1
    ]
    after = f"; of those who were told, {sum(by > 5 for by in late)} had it 5 s later or more"
    return [
        Figure(f"{name}: lost", lost, "messages", n, detail),
        Figure(f"{name}: refused, with the time to wait", refused, "messages", n, detail),
        Figure(f"{name}: told the wait", len(late), "people", n, detail + after),
        _percentile(f"{name}: p99", 99, talks, detail),
        _percentile(f"{name}: p50", 50, talks, detail),
    ]


def _percentile(name: str, share: float, talks: Sequence[Talk], detail: str) -> Figure:
    waits = [wait for talk in talks for wait in talk.waits]
    value = float(np.percentile(waits, share)) if waits else float("nan")
    return Figure(name, round(value, 2), "s", len(waits), detail)
