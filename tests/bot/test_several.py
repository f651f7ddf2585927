"""Two whole bots on one PostgreSQL database and one token, while people chat."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.application import serve
from bot.localchat.server import LocalBotApi
from bot.services import Services
from bot.settings import Settings
from bot.storage.inbox import depth
from bot.storage.tables import InboxRow
from tests.conftest import has_songs, until


@asynccontextmanager
async def worker(api: LocalBotApi, url: str, graph: Path, **more: int) -> AsyncIterator[Services]:
    settings = Settings.model_validate(
        {"token": api.token, "database_url": url, "graph_dir": graph, "port": 0, **more}
    )
    services, ready = await Services.open(settings), asyncio.Event()
    serving = asyncio.create_task(
        serve(settings, services, base_url=api.base_url, on_ready=ready.set)
    )
    try:
        await asyncio.wait_for(ready.wait(), 20)
        yield services
    finally:
        serving.cancel()
        await asyncio.wait({serving})
        await services.close()


async def test_both_answer_and_one_polls(api: LocalBotApi, postgresql_url: str, graph_dir: Path):
    people = [api.person(f"P{n}") for n in range(12)]
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(worker(api, postgresql_url, graph_dir))
        for person in people:
            await person.say("sad")
            await person.say("happy")
        for person in people:
            await person.wait_for_message(suits=has_songs, timeout_s=30)
            await person.wait_for_message(suits=has_songs, timeout_s=30)
        errors = [call for call in api.calls if call.method == "getUpdates"]

    assert errors  # it was fetched
    moods = [
        [message.text for message in person.messages if message.by_bot and has_songs(message)]
        for person in people
    ]
    assert all("sad" in first and "happy" in second for first, second in moods)


async def test_each_claims_a_share_of_what_came_in(
    api: LocalBotApi, postgresql_url: str, graph_dir: Path
):
    people = [api.person(f"P{n}") for n in range(24)]
    async with AsyncExitStack() as stack:
        first, _ = [
            await stack.enter_async_context(
                worker(api, postgresql_url, graph_dir, concurrent_updates=4)
            )
            for _ in range(2)
        ]
        for person in people:
            await person.say("sad")
        for person in people:
            await person.wait_for_message(suits=has_songs, timeout_s=30)
        await until(lambda: api.pending == 0)
        claimed_by = await first.database.run(claimants)

    assert len(claimed_by) == len(people)
    assert len(set(claimed_by) - {None}) == 2


def claimants(session: Session) -> list[str | None]:
    """Return who claimed each update."""
    return list(session.scalars(select(InboxRow.worker)))


async def test_another_goes_on_when_one_ends(
    api: LocalBotApi, postgresql_url: str, graph_dir: Path
):
    alice = api.person("Alice")
    async with AsyncExitStack() as stack:
        async with worker(api, postgresql_url, graph_dir):
            services = await stack.enter_async_context(worker(api, postgresql_url, graph_dir))
            await alice.say("sad")
            await alice.wait_for_message(suits=has_songs)
        await alice.say("happy")

        answer = await alice.wait_for_message(suits=has_songs, timeout_s=30)
        await until(lambda: api.pending == 0)
        left = await services.database.run(depth)

    assert "happy" in answer.text
    assert left <= 1
