"""Faults around the bot: another poller, a foreign webhook, wrong clocks, answers without sense."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.localchat.faults import BotFault
from bot.localchat.server import LocalBotApi
from bot.services import utc_now
from tests import conftest
from tests.conftest import Running, StartBot, has_songs, settled, until

PERSON = {"id": 77, "is_bot": False, "first_name": "Carol"}
CHAT = {"id": 77, "type": "private", "first_name": "Carol"}


@asynccontextmanager
async def method(api: LocalBotApi, name: str, **values: object) -> AsyncIterator[dict[str, Any]]:
    """Call a method with the bot's token, as another program does; give what came back."""
    url = f"{api.base_url}/bot{api.token}/{name}"
    async with aiohttp.ClientSession() as client, client.post(url, json=values) as answer:
        yield await answer.json()


async def test_second_poller_is_told_and_nothing_is_lost(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    alice = running.person()

    async with method(running.api, "getUpdates", timeout=0):
        await until(lambda: "token_used_twice" in caplog.text)
    await alice.say("sad")

    assert (await alice.wait_for_message(suits=has_songs, timeout_s=20)).text


async def test_foreign_webhook_is_told_and_what_came_meanwhile_is_answered(
    running: Running, caplog: pytest.LogCaptureFixture, unused_tcp_port: int
) -> None:
    alice = running.person()

    async with method(running.api, "setWebhook", url=f"http://127.0.0.1:{unused_tcp_port}/x"):
        await alice.say("sad")
        await until(lambda: "token_used_twice" in caplog.text, timeout_s=45)
    async with method(running.api, "deleteWebhook") as found:
        assert found["ok"]

    assert (await alice.wait_for_message(suits=has_songs, timeout_s=45)).text


@pytest.mark.parametrize(
    "jump",
    [timedelta(days=400), timedelta(days=-400), timedelta(hours=1), timedelta(seconds=-30)],
    ids=str,
)
async def test_clock_that_jumps_and_comes_back_keeps_nobody_waiting(
    start_bot: StartBot, jump: timedelta
) -> None:
    off = timedelta()

    def now() -> datetime:
        return utc_now() + off

    async with start_bot(now=now) as running:
        alice = running.person()
        for step in (timedelta(), jump, timedelta()):
            off = step
            await alice.say("sad")
            assert (await alice.wait_for_message(suits=has_songs)).text
        await settled(running)


async def test_update_that_was_put_off_by_a_wrong_clock_is_answered(start_bot: StartBot) -> None:
    off = timedelta(days=400)

    def now() -> datetime:
        return utc_now() + off

    async with start_bot(now=now) as running:
        alice = running.person()
        running.api.faults.add(BotFault.lost("sendMessage", done=False))
        await alice.say("sad")
        await until(lambda: any(call.method == "sendMessage" for call in running.api.calls))
        off = timedelta()

        assert (await alice.wait_for_message(suits=has_songs, timeout_s=30)).text


@pytest.mark.parametrize("number", [None, "5", 2**70, {}], ids=str)
@pytest.mark.parametrize("kind", ["message", "callback_query"])
async def test_message_without_a_sound_number_ends_nothing(
    start_bot: StartBot,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    number: object,
) -> None:
    monkeypatch.setattr(conftest, "SPEC", Path("none"))  # the Bot API itself would refuse it
    message = {"message_id": number, "date": 1, "chat": CHAT, "from": PERSON, "text": "private"}
    press = {"id": "1", "from": PERSON, "chat_instance": "1", "data": "m:1", "message": message}
    async with start_bot() as running:
        alice = running.person()

        running.api.deliver({"update_id": 5, kind: press if "query" in kind else message})
        await alice.say("sad")

        assert (await alice.wait_for_message(suits=has_songs)).text
        await settled(running)
    assert "private" not in caplog.text


@pytest.mark.parametrize(
    "content",
    [
        {"date": 2**63 - 1},  # more than the system's clock holds
        {"date": 10**20},
        {"text": 5},
        {"chat": None},
        {"text": ["/mood"], "entities": [{"type": "bot_command", "offset": 0, "length": 5}]},
    ],
    ids=str,
)
async def test_message_of_no_sense_is_done_with_and_holds_up_nobody(
    start_bot: StartBot, monkeypatch: pytest.MonkeyPatch, content: dict[str, Any]
) -> None:
    monkeypatch.setattr(conftest, "SPEC", Path("none"))  # the Bot API itself would refuse it
    message = {"message_id": 5, "date": 1, "chat": CHAT, "from": PERSON, "text": "hello"}
    async with start_bot() as running:
        alice = running.person()

        running.api.deliver({"update_id": 5, "message": message | content})
        await alice.say("sad")

        assert (await alice.wait_for_message(suits=has_songs)).text
        await settled(running)  # nothing is left that each start would fail at


@pytest.mark.parametrize("part", [b"POST /say HTTP/1.1\r\nHost: x\r\n", b"", b"GET / HT"])
async def test_slow_senders_at_the_local_chat_hold_nobody_up(running: Running, part: bytes) -> None:
    port = int(running.api.base_url.rpartition(":")[2])
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(100)]
    for _, writer in lines:
        writer.write(part)  # and the rest never comes
    alice = running.person()

    await alice.say("sad")

    assert (await alice.wait_for_message(suits=has_songs)).text
    for _, writer in lines:
        writer.close()


async def test_answers_without_sense_to_every_call_are_no_crash(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    alice = running.person()
    for call in ("sendChatAction", "sendMessage"):
        running.api.faults.add(BotFault(call, garbage=True))

    await alice.say("sad")

    assert (await alice.wait_for_message(suits=has_songs, timeout_s=20)).text
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
