"""Updates that Telegram brings: over real HTTP, from the local Bot API and from strangers."""

import asyncio
import io
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.settings import Settings
from bot.storage.database import StorageError
from bot.web.listening import LOOPBACK, listen
from bot.web.server import serve_web
from bot.web.webhook import MAX_BODY_BYTES, SECRET_HEADER, Webhook
from tests.conftest import StartBot, has_songs, until

SECRET = "a-secret-that-only-two-know"
URL = "https://bot.example/hook"


@pytest.fixture
def webhook() -> Webhook:
    return Webhook(URL, SECRET)


class Receiver:
    """A webhook with nothing behind it but a list."""

    def __init__(self) -> None:
        self.accepted: list[object] = []
        self.fails = False

    async def accept(self, updates) -> None:
        if self.fails:
            raise StorageError("full")
        self.accepted.extend(updates)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def address(webhook: Webhook, receiver: Receiver) -> AsyncIterator[str]:
    listener = listen(LOOPBACK, 0)
    port = listener.getsockname()[1]
    async with serve_web(listener, [webhook.route(receiver.accept)]):
        yield f"http://{LOOPBACK}:{port}/hook"


async def bring(address: str, body: object, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with (
        aiohttp.ClientSession() as client,
        client.post(address, data=body, headers=headers) as answer,
    ):
        return answer.status


async def test_update_with_the_secret_is_accepted(address: str, receiver: Receiver):
    assert await bring(address, b'{"update_id": 7}') == 200
    assert receiver.accepted == [{"update_id": 7}]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "\xe9" * 9])
async def test_nobody_without_the_secret_is_heard(
    address: str, receiver: Receiver, secret: str | None
):
    assert await bring(address, b'{"update_id": 7}', secret) == 403
    assert receiver.accepted == []


async def test_stranger_is_refused_before_the_body_comes_in(address: str):
    reader, writer = await asyncio.open_connection(LOOPBACK, urlsplit(address).port)
    writer.write(b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")

    answer = await asyncio.wait_for(reader.read(), 5)  # to the end: the connection is closed
    writer.close()

    assert answer.startswith(b"HTTP/1.1 403")


async def test_too_large_body_is_refused(address: str, receiver: Receiver):
    assert await bring(address, io.BytesIO(b" " * (MAX_BODY_BYTES + 1))) == 413
    assert receiver.accepted == []


async def test_endless_body_without_a_length_is_refused(address: str):
    async def endless():
        while True:
            yield b" " * 2**16

    with pytest.raises((aiohttp.ClientError, AssertionError)):  # cut off, or told before
        assert await bring(address, endless()) != 413


async def test_what_cannot_be_stored_is_to_come_again(address: str, receiver: Receiver):
    receiver.fails = True

    assert await bring(address, b'{"update_id": 7}') == 503


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"{",
        b"\xff\xfe",
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b'{"update_id": -1}',
        b'{"update_id": 1e3}',
        b'{"update_id": 99999999999999999999}',
        b"[" * 100_000,
        b'{"update_id": ' + b"9" * 10_000 + b"}",
    ],
)
async def test_what_is_no_update_is_refused(address: str, receiver: Receiver, body: bytes):
    assert await bring(address, body) == 400
    assert receiver.accepted == []


async def test_get_is_no_update(address: str):
    async with aiohttp.ClientSession() as client, client.get(address) as answer:
        assert answer.status == 405


def webhook_of(token: str, url: str = URL) -> Webhook:
    found = Webhook.of(Settings.model_validate({"token": token, "webhook_url": url}))
    assert found
    return found


def test_secret_made_from_the_token_is_the_same_each_time_and_another_for_each_bot():
    first, again, other = (webhook_of(f"1:{letter * 35}") for letter in "AAB")

    assert first == again
    assert first.secret != other.secret
    assert first.secret not in repr(first)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://bot.example", "https://bot.example/telegram"),
        ("https://bot.example/", "https://bot.example/telegram"),
        ("https://bot.example/a/b", "https://bot.example/a/b"),
    ],
)
def test_address_without_a_path_gets_one(url: str, expected: str):
    assert webhook_of("1:" + "A" * 35, url).url == expected


async def test_person_is_answered_through_the_webhook(start_bot: StartBot, unused_tcp_port: int):
    url = f"http://127.0.0.1:{unused_tcp_port}/hook"
    async with start_bot(webhook_url=url, port=unused_tcp_port) as running:
        alice = running.person()
        await alice.say("sad")

        await alice.wait_for_message(suits=has_songs)

        methods = {call.method for call in running.api.calls}
        await until(lambda: running.api.pending == 0)
    assert "getUpdates" not in methods
