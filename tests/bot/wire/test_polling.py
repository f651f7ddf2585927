import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import pytest
from telegram import Update
from telegram.error import InvalidToken

from bot.localchat.faults import BotFault
from bot.localchat.server import LocalBotApi
from bot.storage.database import Database
from bot.storage.inbox import depth
from bot.wire.polling import ALLOWED_UPDATES, poll
from tests.bot.wire.test_inbox import Work, inbox_for

SPEC = Path(__file__).parents[3].parent / "shared" / "telegram" / "bot_api_10.1.json"


@pytest.fixture
async def api() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi.start(spec=SPEC if SPEC.exists() else None) as started:
        yield started


@asynccontextmanager
async def polling(api: LocalBotApi, database: Database, work: Work) -> AsyncIterator[None]:
    async with inbox_for(api, database, work) as inbox:
        task = asyncio.create_task(poll(inbox._application.bot, inbox))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await inbox.drain(timeout_s=5)


async def eventually(condition: "asyncio.Event", timeout_s: float = 10) -> None:
    async with asyncio.timeout(timeout_s):
        await condition.wait()


async def test_what_people_say_arrives_and_is_acknowledged(api: LocalBotApi, database: Database):
    heard = asyncio.Event()
    texts: list[str | None] = []

    async def work(found: Update) -> None:
        assert found.message is not None
        texts.append(found.message.text)
        if len(texts) == 2:
            heard.set()

    await api.person("Alice").say("one")
    async with polling(api, database, work):
        await api.person("Bob").say("two 🎵")
        await eventually(heard)
        await asyncio.sleep(0.1)

        assert sorted(text for text in texts if text) == ["one", "two 🎵"]
        assert api.pending == 0


async def test_kinds_of_updates_are_named(api: LocalBotApi, database: Database):
    heard = asyncio.Event()

    async def work(_: Update) -> None:
        heard.set()

    await api.person("Alice").say("one")
    async with polling(api, database, work):
        await eventually(heard)

    assert set(api.desk.conversation.updates.allowed) == set(ALLOWED_UPDATES)


async def test_nothing_is_acknowledged_that_could_not_be_written_down(
    api: LocalBotApi, database: Database, database_url: str
):
    heard = asyncio.Event()
    path = database_url.removeprefix("sqlite:///")

    async def work(_: Update) -> None:
        heard.set()

    with closing(sqlite3.connect(path)) as other:
        async with polling(api, database, work):
            other.execute("ALTER TABLE inbox RENAME TO lost")
            other.commit()
            await api.person("Alice").say("one")
            await asyncio.sleep(0.5)
            pending = api.pending
            other.execute("ALTER TABLE lost RENAME TO inbox")
            other.commit()
            await eventually(heard)

    assert pending == 1
    assert await database.run(depth) == 0


async def test_goes_on_after_the_network_fails(api: LocalBotApi, database: Database):
    heard = asyncio.Event()

    async def work(_: Update) -> None:
        heard.set()

    api.faults.add(BotFault.broken("getUpdates"))
    api.faults.add(BotFault.too_many("getUpdates"))
    await api.person("Alice").say("one")
    async with polling(api, database, work):
        await eventually(heard)


async def test_goes_on_when_an_acknowledgement_gets_lost(api: LocalBotApi, database: Database):
    seen: list[int] = []
    second = asyncio.Event()

    async def work(found: Update) -> None:
        seen.append(found.update_id)
        if len(seen) == 2:
            second.set()

    await api.person("Alice").say("one")
    api.faults.add(BotFault.lost("getUpdates", done=True))
    async with polling(api, database, work):
        await api.person("Alice").say("two")
        await eventually(second)
        await asyncio.sleep(0.1)

    assert len(seen) == len(set(seen)) == 2


async def test_unknown_token_ends_it(api: LocalBotApi, database: Database):
    async def work(_: Update) -> None:
        return

    async with inbox_for(api, database, work) as inbox:
        api.faults.add(BotFault.broken("getUpdates", status=401))

        with pytest.raises(InvalidToken):
            await asyncio.wait_for(poll(inbox._application.bot, inbox), 10)
