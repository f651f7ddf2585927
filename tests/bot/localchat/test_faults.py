import time
from typing import Any

import aiohttp
import pytest

from bot.localchat.faults import DOWNLOAD, BotFault
from bot.localchat.server import LocalBotApi


async def test_too_many_requests_say_how_long_to_wait(api: LocalBotApi, ask: Any):
    alice = api.person("Alice")
    api.faults.add(BotFault.too_many("sendMessage", retry_after_s=3))

    first = await ask("sendMessage", chat_id=alice.id, text="x")
    second = await ask("sendMessage", chat_id=alice.id, text="x")

    assert first["error_code"] == 429
    assert first["parameters"] == {"retry_after": 3}
    assert second["ok"]


async def test_fault_meets_its_chat_only(api: LocalBotApi, ask: Any):
    alice, bob = api.person("Alice"), api.person("Bob")
    api.faults.add(BotFault.blocked("sendMessage", chat_id=bob.id))

    to_alice = await ask("sendMessage", chat_id=alice.id, text="x")
    to_bob = await ask("sendMessage", chat_id=bob.id, text="x")

    assert to_alice["ok"]
    assert to_bob["description"] == "Forbidden: bot was blocked by the user"


@pytest.mark.parametrize(("done", "messages"), [(True, 1), (False, 0)])
async def test_connection_breaks_with_or_without_effect(
    api: LocalBotApi, ask: Any, done: bool, messages: int
):
    alice = api.person("Alice")
    api.faults.add(BotFault.lost("sendMessage", done=done))

    with pytest.raises(aiohttp.ClientError):
        await ask("sendMessage", chat_id=alice.id, text="x")

    assert len(alice.messages) == messages


async def test_late_answer_is_right(api: LocalBotApi, ask: Any):
    api.faults.add(BotFault.slow("getMe", 0.2))

    began = time.monotonic()
    answer = await ask("getMe")

    assert answer["ok"]
    assert time.monotonic() - began >= 0.2


async def test_broken_download_leaves_the_file(
    api: LocalBotApi, ask: Any, client: aiohttp.ClientSession, picture: bytes
):
    alice = api.person("Alice")
    await alice.send_picture(picture)
    stored = api.desk.conversation.files.find(alice.messages[0].raw["photo"][0]["file_id"])
    address = f"{api.base_url}/file/bot{api.token}/{stored.path}"
    api.faults.add(BotFault.lost(DOWNLOAD, done=False))

    with pytest.raises(aiohttp.ClientError):
        async with client.get(address) as answer:
            await answer.read()

    async with client.get(address) as answer:
        assert await answer.read() == picture
