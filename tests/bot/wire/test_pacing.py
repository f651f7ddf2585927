"""What Telegram counts is counted, and nothing else; a flood wait of one chat is nobody else's."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import pytest
from telegram.error import BadRequest, NetworkError
from telegram.ext import ExtBot

from bot.localchat.chats import Chat
from bot.localchat.faults import BotFault
from bot.localchat.server import LocalBotApi
from bot.wire import pacing
from bot.wire.pacing import Pacer, SlidingWindow
from bot.wire.requests import AiohttpRequest, FloodWaitError, NotSentError

GROUP, SUPERGROUP = -55, -10055


@pytest.fixture
async def bot(api: LocalBotApi) -> AsyncIterator[ExtBot[int]]:
    async with bot_at(api.base_url, api.token) as opened:
        yield opened


def bot_at(base_url: str, token: str) -> ExtBot[int]:
    return ExtBot(
        token,
        base_url=f"{base_url}/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
        rate_limiter=Pacer(30),
    )


def calls(api: LocalBotApi, method: str) -> int:
    return [call.method for call in api.calls].count(method)


def test_a_window_lets_its_limit_through_and_then_one_for_each_that_leaves() -> None:
    window, times = SlidingWindow(20, 60.0), []

    for _ in range(45):
        times.append(window.next_at(0.0))
        window.take(times[-1])

    assert times == [0.0] * 20 + [60.0] * 20 + [120.0] * 5


def test_a_window_never_holds_more_than_its_limit() -> None:
    window, times = SlidingWindow(3, 1.0), []

    for asked_at in (0.0, 0.1, 0.2, 0.3, 0.35, 1.15, 1.5, 9.0):
        times.append(window.next_at(asked_at))
        window.take(times[-1])

    assert times == pytest.approx([0.0, 0.1, 0.2, 1.0, 1.1, 1.2, 2.0, 9.0])


async def test_a_chat_gets_a_burst_and_then_a_message_a_second(
    api: LocalBotApi, bot: ExtBot[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "CHAT_MESSAGES", 5)
    monkeypatch.setattr(pacing, "CHAT_PERIOD_S", 1.5)
    alice, bob = api.person("Alice"), api.person("Bob")
    start = monotonic()

    await asyncio.gather(*(bot.send_message(alice.id, str(number)) for number in range(5)))
    await bot.send_message(bob.id, "Hello")
    burst_s = monotonic() - start
    await bot.send_message(alice.id, "one more")

    assert burst_s < 1.2
    assert monotonic() - start >= 1.5


async def test_typing_and_presses_are_not_counted(api: LocalBotApi, bot: ExtBot[int]) -> None:
    alice, start = api.person("Alice"), monotonic()

    for _ in range(30):
        await bot.send_chat_action(alice.id, "typing")
    await bot.send_message(alice.id, "Hello")

    assert monotonic() - start < 4  # thirty-one messages would take half a minute


async def test_call_that_came_too_early_is_repeated(api: LocalBotApi, bot: ExtBot[int]) -> None:
    alice = api.person("Alice")
    api.faults.add(BotFault.too_many("sendMessage", retry_after_s=1))

    await bot.send_message(alice.id, "Hello")

    assert [message.text for message in alice.messages if message.by_bot] == ["Hello"]
    assert calls(api, "sendMessage") == 2


async def test_flood_wait_of_one_chat_holds_no_other(api: LocalBotApi, bot: ExtBot[int]) -> None:
    alice, bob = api.person("Alice"), api.person("Bob")
    api.faults.add(BotFault.too_many("sendMessage", retry_after_s=2, chat_id=alice.id))
    waiting = asyncio.create_task(bot.send_message(alice.id, "Hello"))
    await asyncio.sleep(0.2)
    start = monotonic()

    await bot.send_message(bob.id, "Hello")

    assert monotonic() - start < 1
    assert not waiting.done()
    await waiting


async def test_nobody_sleeps_after_the_last_refusal(
    api: LocalBotApi, bot: ExtBot[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "REPEATS", 1)
    alice, start = api.person("Alice"), monotonic()
    api.faults.add(BotFault.too_many("sendMessage", retry_after_s=1))
    api.faults.add(BotFault.too_many("sendMessage", retry_after_s=20))

    with pytest.raises(FloodWaitError):
        await bot.send_message(alice.id, "Hello")

    assert 1 <= monotonic() - start < 10


async def test_long_flood_wait_is_the_callers_and_not_tested_meanwhile(
    api: LocalBotApi, bot: ExtBot[int]
) -> None:
    alice = api.person("Alice")
    api.faults.add(BotFault.too_many("sendMessage", retry_after_s=3600))

    for _ in range(2):
        with pytest.raises(FloodWaitError):
            await bot.send_message(alice.id, "Hello")

    assert calls(api, "sendMessage") == 1


@pytest.mark.parametrize("done", [True, False])
async def test_message_with_a_lost_answer_is_not_sent_again(
    api: LocalBotApi, bot: ExtBot[int], *, done: bool
) -> None:
    alice = api.person("Alice")
    api.faults.add(BotFault.lost("sendMessage", done=done))

    with pytest.raises(NetworkError):
        await bot.send_message(alice.id, "Hello")

    assert calls(api, "sendMessage") == 1


async def test_edit_with_a_lost_answer_is_made_again(api: LocalBotApi, bot: ExtBot[int]) -> None:
    alice = api.person("Alice")
    sent = await bot.send_message(alice.id, "Hello")
    api.faults.add(BotFault.lost("editMessageText", done=False))

    await bot.edit_message_text("Goodbye", alice.id, sent.message_id)

    assert [message.text for message in alice.messages] == ["Goodbye"]


async def test_what_surely_was_not_sent_is_sent_when_the_network_is_back() -> None:
    async with LocalBotApi.start() as gone:
        token, port = gone.token, int(gone.base_url.rsplit(":", 1)[1])
    async with AiohttpRequest() as _:
        bot = bot_at(f"http://127.0.0.1:{port}", token)
        await bot._request[1].initialize()
        sending = asyncio.create_task(bot.send_message(7_000_000_001, "Hello"))
        await asyncio.sleep(0.2)
        async with LocalBotApi.start(port=port, token=token) as api:
            alice = api.person("Alice")
            await sending
            assert [message.text for message in alice.messages] == ["Hello"]
        await bot.shutdown()
        await bot._request[1].shutdown()


async def test_no_network_for_long_is_told_as_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "FIRST_REPEAT_S", 0.01)
    async with LocalBotApi.start() as gone:
        bot = bot_at(gone.base_url, gone.token)
        await bot.initialize()

    with pytest.raises(NotSentError):
        await bot.send_message(5, "Hello")

    await bot.shutdown()


async def test_group_that_moved_gets_its_message_at_the_new_place(
    api: LocalBotApi, bot: ExtBot[int]
) -> None:
    chats = api.desk.conversation.chats
    chats[SUPERGROUP] = Chat({"id": SUPERGROUP, "first_name": "Friends"})
    api.faults.add(BotFault.moved("sendMessage", chat_id=GROUP, to=SUPERGROUP))

    first = await bot.send_message(GROUP, "one")
    second = await bot.send_message(GROUP, "two")

    assert {first.chat_id, second.chat_id} == {SUPERGROUP}
    assert calls(api, "sendMessage") == 3


async def test_wrong_call_is_not_repeated(api: LocalBotApi, bot: ExtBot[int]) -> None:
    alice = api.person("Alice")

    with pytest.raises(BadRequest):
        await bot.edit_message_text("Hello", alice.id, 1)

    assert calls(api, "editMessageText") == 1


async def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "CHATS_REMEMBERED", 10)
    pacer = Pacer(1000)

    for chat_id in range(1, 100):
        await pacer._wait_turn("sendMessage", {"chat_id": chat_id})

    assert len(pacer._chats) == 10
