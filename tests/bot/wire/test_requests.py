import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TimedOut
from telegram.request import RequestData

from bot.localchat.faults import BotFault
from bot.localchat.server import LocalBotApi
from bot.wire import requests
from bot.wire.requests import AiohttpRequest, FloodWaitError, NotSentError

TOKEN = "123456789:AAExample_Example-Example_Example-12"


@pytest.fixture
async def api() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi.start(token=TOKEN) as started:
        yield started


@pytest.fixture
async def bot(api: LocalBotApi) -> AsyncIterator[Bot]:
    async with bot_at(api.base_url) as opened:
        yield opened


@pytest.fixture
async def request_to_telegram() -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest() as opened:
        yield opened


def bot_at(base_url: str, token: str = TOKEN) -> Bot:
    return Bot(
        token,
        base_url=f"{base_url}/bot",
        base_file_url=f"{base_url}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
    )


@pytest.fixture
async def slow_server() -> AsyncIterator[str]:
    """A server that takes a request and says nothing."""

    async def wait(_: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", wait)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_call_is_answered(api: LocalBotApi, bot: Bot):
    alice = api.person("Alice")

    await bot.send_message(alice.id, "Grüße & 🎵 + 100%")

    assert (await alice.wait_for_message()).text == "Grüße & 🎵 + 100%"


async def test_file_goes_up_and_comes_down(api: LocalBotApi, bot: Bot):
    alice, content = api.person("Alice"), bytes(range(256)) * 400

    message = await bot.send_document(alice.id, content, filename="graph.bin")

    assert message.document is not None
    file = await message.document.get_file()
    assert await file.download_as_bytearray() == content


async def test_flood_wait_is_the_callers(api: LocalBotApi, bot: Bot):
    alice = api.person("Alice")
    api.faults.add(BotFault.too_many("sendMessage", retry_after_s=1))

    with pytest.raises(FloodWaitError):
        await bot.send_message(alice.id, "Hello")

    assert [call.method for call in api.calls].count("sendMessage") == 1


async def test_page_in_the_place_of_an_answer_is_a_network_error_and_in_no_log(
    api: LocalBotApi, bot: Bot, caplog: pytest.LogCaptureFixture
):
    alice = api.person("Alice")
    api.faults.add(BotFault("sendMessage", garbage=True))

    with pytest.raises(NetworkError):
        await bot.send_message(alice.id, "Hello")

    assert "html" not in caplog.text


@pytest.mark.parametrize("done", [True, False])
async def test_call_with_lost_answer_is_not_repeated(api: LocalBotApi, bot: Bot, *, done: bool):
    alice = api.person("Alice")
    api.faults.add(BotFault.lost("sendMessage", done=done))

    with pytest.raises(NetworkError):
        await bot.send_message(alice.id, "Hello")

    assert [call.method for call in api.calls].count("sendMessage") == 1


async def test_refusals_keep_their_kind(api: LocalBotApi, bot: Bot):
    alice = api.person("Alice")
    api.faults.add(BotFault.blocked("sendMessage"))

    with pytest.raises(Forbidden):
        await bot.send_message(alice.id, "Hello")
    with pytest.raises(BadRequest):
        await bot.send_message(alice.id, "")


async def test_foreign_token_is_refused(api: LocalBotApi):
    with pytest.raises(InvalidToken):
        async with bot_at(api.base_url, token="1:other"):
            pass


async def test_silence_is_a_timeout(slow_server: str, request_to_telegram: AiohttpRequest):
    with pytest.raises(TimedOut) as caught:
        await request_to_telegram.post(f"{slow_server}/bot{TOKEN}/getMe", read_timeout=0.2)

    assert "Example" not in f"{caught.value!r} {caught.value.__cause__!r}"


async def test_nobody_there_is_a_network_error_without_address(
    request_to_telegram: AiohttpRequest,
):
    async with LocalBotApi.start() as gone:
        address = gone.base_url

    with pytest.raises(NotSentError) as caught:
        await request_to_telegram.post(f"{address}/bot{TOKEN}/getMe")

    assert str(caught.value) == "ClientConnectorError"
    assert caught.value.__cause__ is None


async def test_broken_address_is_a_network_error_without_address(
    request_to_telegram: AiohttpRequest,
):
    with pytest.raises(NetworkError) as caught:
        await request_to_telegram.post(f"http:///bot{TOKEN}/getMe")

    assert "Example" not in f"{caught.value!r} {caught.value.__cause__!r}"


async def test_endless_answer_is_cut_off(
    api: LocalBotApi, bot: Bot, monkeypatch: pytest.MonkeyPatch
):
    alice = api.person("Alice")
    message = await bot.send_document(alice.id, b"x" * 5000, filename="long.bin")
    assert message.document is not None
    file = await message.document.get_file()
    monkeypatch.setattr(requests, "MAX_ANSWER_BYTES", 4999)

    with pytest.raises(NetworkError, match="at most 4999 bytes"):
        await file.download_as_bytearray()


async def test_closed_request_says_so():
    with pytest.raises(NetworkError, match="initialized"):
        await AiohttpRequest().post("http://127.0.0.1/", RequestData())
