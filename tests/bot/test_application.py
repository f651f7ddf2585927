import asyncio
import json
import logging
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.application import TokenError, build_application, run, serve
from bot.localchat.conversation import BOT_ID
from bot.localchat.faults import BotFault
from bot.localchat.server import LocalBotApi
from bot.services import Services
from bot.settings import Settings
from bot.storage.inbox import IncomingUpdate, depth, store_updates
from tests.conftest import until

SPEC = Path(__file__).parents[2].parent / "shared" / "telegram" / "bot_api_10.1.json"
ADMIN = 4711


@pytest.fixture
async def api() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi.start(spec=SPEC if SPEC.exists() else None) as started:
        yield started


@pytest.fixture
def settings(api: LocalBotApi, database_url: str, graph_dir: Path) -> Settings:
    return Settings(
        token=SecretStr(api.token),
        api_url=api.base_url,
        database_url=database_url,
        graph_dir=graph_dir,
        port=0,
        admins=frozenset({ADMIN}),
        stop_timeout_s=5,
    )


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    opened = await Services.open(settings)
    yield opened
    await opened.close()


@asynccontextmanager
async def running(settings: Settings, services: Services) -> AsyncIterator[asyncio.Task[None]]:
    """Serve while the block runs, from the moment the bot is ready."""
    ready = asyncio.Event()
    task = asyncio.create_task(serve(settings, services, on_ready=ready.set))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_person_who_writes_gets_an_answer(
    api: LocalBotApi, settings: Settings, services: Services
):
    alice = api.person("Alice")

    async with running(settings, services):
        await alice.say("/start")
        answer = await alice.wait_for_message()

    assert answer.text
    assert await services.database.run(depth) == 0


def commands_in(menu: dict[str, Any]) -> list[str]:
    return [command["command"] for command in menu["commands"]]


async def test_commands_are_in_the_menus(api: LocalBotApi, settings: Settings, services: Services):
    async with running(settings, services):
        menus = [call.values for call in api.calls if call.method == "setMyCommands"]

    everybody, admin = [menu for menu in menus if "language_code" not in menu]
    assert "scope" not in everybody
    assert "mood" in commands_in(everybody)
    assert "rebuild" not in commands_in(everybody)
    assert admin["scope"]["chat_id"] == ADMIN
    assert "rebuild" in commands_in(admin)


async def test_menus_and_descriptions_are_in_nine_languages(
    api: LocalBotApi, settings: Settings, services: Services
):
    async with running(settings, services):
        pass

    profile = api.desk.profile
    assert profile.commands({}, "de")[0]["description"] == "Lieder zu einer Stimmung"
    assert "自撮り" in profile.text("description", "ja")
    assert profile.text("short_description").startswith("A selfie")


async def test_descriptions_that_are_as_before_are_not_set_again(
    api: LocalBotApi, settings: Settings, services: Services
):
    for _ in range(2):
        async with running(settings, services):
            pass

    assert len([call for call in api.calls if call.method == "setMyDescription"]) == 9


async def test_webhook_of_before_is_taken_down_with_nothing_dropped(
    api: LocalBotApi, settings: Settings, services: Services
):
    async with running(settings, services):
        (values,) = [call.values for call in api.calls if call.method == "deleteWebhook"]

    assert not values.get("drop_pending_updates", False)


async def test_admin_without_a_chat_does_not_stop_the_start(
    api: LocalBotApi, settings: Settings, services: Services
):
    api.faults.add(BotFault("setMyCommands", times=1))
    api.faults.add(BotFault.broken("setMyCommands", status=400))
    alice = api.person("Alice")

    async with running(settings, services):
        await alice.say("/help")
        assert (await alice.wait_for_message()).text


async def test_start_waits_for_the_network(
    api: LocalBotApi, settings: Settings, services: Services
):
    api.faults.add(BotFault.broken("getMe"))
    api.faults.add(BotFault.broken("setMyCommands"))
    alice = api.person("Alice")

    async with running(settings, services):
        await alice.say("/help")
        assert (await alice.wait_for_message()).text


async def test_server_that_is_not_reached_is_named_without_the_token(
    settings: Settings, services: Services, unused_tcp_port: int, caplog: pytest.LogCaptureFixture
):
    url = f"http://127.0.0.1:{unused_tcp_port}"
    nowhere = settings.model_copy(update={"api_url": f"http://somebody:secret@{url[7:]}"})
    serving = asyncio.create_task(serve(nowhere, services))
    try:
        await until(lambda: "start_delayed" in caplog.text)
    finally:
        serving.cancel()
        await asyncio.wait({serving})

    line = next(line for line in caplog.messages if line.startswith("start_delayed"))
    assert line.startswith(f"start_delayed reason=NotSentError server={url} wait_s=")
    assert settings.token
    assert settings.token.get_secret_value() not in caplog.text
    assert "secret" not in caplog.text


async def test_what_was_left_behind_is_answered_at_the_start(
    api: LocalBotApi, settings: Settings, services: Services
):
    alice = api.person("Alice")
    await alice.say("/help")
    (update,) = api.desk.conversation.updates.first(1)
    api.desk.conversation.updates.clear()  # acknowledged, and then the program died
    left = IncomingUpdate(update["update_id"], alice.id, json.dumps(update))
    await services.database.run(store_updates, [left], bot_id=BOT_ID, at=datetime.now(UTC))

    async with running(settings, services):
        assert (await alice.wait_for_message()).text

    assert await services.database.run(depth) == 0


async def test_answer_in_the_making_is_finished_before_the_stop(
    api: LocalBotApi, settings: Settings, services: Services
):
    alice = api.person("Alice")

    async with running(settings, services) as task:
        api.faults.add(BotFault.slow("sendMessage", 0.5))
        await alice.say("/help")
        while "sendMessage" not in [call.method for call in api.calls]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # a call makes no event
        task.cancel()
        await asyncio.wait({task})

    assert task.cancelled()
    assert [message for message in alice.messages if message.by_bot]
    assert await services.database.run(depth) == 0


@pytest.mark.parametrize("stop_signal", [signal.SIGINT, signal.SIGTERM])
async def test_signal_ends_it_in_peace(
    api: LocalBotApi, settings: Settings, services: Services, stop_signal: signal.Signals
):
    await asyncio.wait_for(
        run(settings, services, on_ready=lambda: os.kill(os.getpid(), stop_signal)), 20
    )


async def test_unknown_token_is_told(api: LocalBotApi, settings: Settings, services: Services):
    foreign = settings.model_copy(update={"token": SecretStr("1:other")})

    with pytest.raises(TokenError, match="BOT_TOKEN") as caught:
        await run(foreign, services)

    assert "other" not in str(caught.value)


def test_missing_token_is_told(settings: Settings, services: Services):
    with pytest.raises(TokenError, match="BOT_TOKEN is not set"):
        build_application(settings.model_copy(update={"token": None}), services)


async def test_logs_of_a_conversation_hold_no_token_and_no_words(
    api: LocalBotApi, settings: Settings, services: Services, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    alice = api.person("Alice")

    async with running(settings, services):
        await alice.say("my quite private words")
        await alice.wait_for_message()

    own = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert "bot_ready" in own
    assert not [line for line in own if api.token in line or "private" in line or "Alice" in line]
