"""`python -m tests.bench.growth`: what an answer costs a PostgreSQL server, in bytes and claims.

A database of its own on the server in TEST_POSTGRESQL_URL; no chat, no pictures.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import psycopg

from bot.storage.answers import Wish, save_answer
from bot.storage.claims import Hands, Worker, claim_updates
from bot.storage.database import Database
from bot.storage.history import StoredTrack
from bot.storage.inbox import IncomingUpdate, finish_update, store_updates
from bot.storage.migrating import migrate
from bot.storage.readings import ReadingSource
from graph.tracks import TrackId
from inference.emotions import Emotion, EmotionScores
from tests.conftest import POSTGRESQL

ANSWERS, PEOPLE, BATCH = 2_000, 500, 16
TRACKS = [
    StoredTrack(TrackId(f"track-{n:012}"), "A title of a song", "An artist") for n in range(5)
]
SIZE = """
    SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> 'alembic_version'
"""
PAYLOAD = "x" * 600  # a text message from Telegram


@asynccontextmanager
async def database() -> AsyncIterator[str]:
    """The address of a new database, dropped afterwards."""
    name = f"tunemirror_bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        url = urlsplit(POSTGRESQL)._replace(path=f"/{name}").geturl()
        await asyncio.to_thread(migrate, url)
        try:
            yield url
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def bytes_an_answer(opened: Database, url: str) -> float:
    """Return how much the tables and their indices grow with each answer."""
    scores = EmotionScores.from_weights(dict.fromkeys(Emotion, 1.0))
    now = datetime.now(UTC)
    before = _size(url)
    for n in range(ANSWERS):
        user_id = n % PEOPLE + 1
        wish = Wish(user_id, user_id, n + 1, "en", scores, ReadingSource.SELFIE)
        await opened.run(save_answer, wish, TRACKS, version="000001", at=now + timedelta(seconds=n))
    return (_size(url) - before) / ANSWERS


async def claims_per_second(url: str, n_workers: int) -> float:
    """Return updates claimed and struck off in a second by so many workers together."""
    opened = [await Database.open(url) for _ in range(n_workers)]
    now = datetime.now(UTC)
    incoming = [IncomingUpdate(n, n, PAYLOAD) for n in range(ANSWERS)]
    await opened[0].run(store_updates, incoming, bot_id=n_workers, at=now)

    async def work(mine: Database, worker: Worker) -> None:
        while claimed := await mine.run(claim_updates, worker, Hands(BATCH, BATCH)):
            for each in claimed:
                await mine.run(finish_update, each.id, at=now)

    began = time.monotonic()
    await asyncio.gather(*(work(one, Worker(f"w{n}", n_workers)) for n, one in enumerate(opened)))
    took_s = time.monotonic() - began
    for one in opened:
        await one.close()
    return ANSWERS / took_s


def _size(url: str) -> float:
    with psycopg.connect(url) as server:
        row = server.execute(SIZE).fetchone()
    assert row is not None
    return float(row[0])


async def measure() -> None:
    """Print all figures."""
    async with database() as url:
        opened = await Database.open(url)
        print(f"{await bytes_an_answer(opened, url):,.0f} bytes an answer")
        await opened.close()
        one, two = await claims_per_second(url, 1), await claims_per_second(url, 2)
        print(f"claims with 2 workers: {two / one:.2f} times those of one ({one:.0f} per second)")


if __name__ == "__main__":
    asyncio.run(measure())
