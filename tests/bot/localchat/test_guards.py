import asyncio
import io
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.localchat.bodies import BODY_LIMIT_BYTES
from bot.localchat.guards import refusal_of_host
from bot.localchat.server import LocalBotApi


async def status(
    client: aiohttp.ClientSession, address: str, headers: dict[str, str], body: object = None
) -> int:
    async with client.post(address, json=body, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Origin": "{own}"}, 200),
        ({}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:1"}, 403),
        ({"Origin": "{own}", "Host": "evil.example:{port}"}, 403),
        ({"Origin": "http://evil.example:{port}", "Host": "evil.example:{port}"}, 403),
        ({"Origin": "{own}", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "{own}", "Sec-Fetch-Site": "same-site"}, 403),
    ],
)
async def test_only_the_own_page_may_post(
    api: LocalBotApi, client: aiohttp.ClientSession, headers: dict[str, str], expected: int
):
    words = {"own": api.base_url, "port": str(urlsplit(api.base_url).port)}
    headers = {name: value.format(**words) for name, value in headers.items()}

    found = await status(client, f"{api.base_url}/page/people", headers, {"name": "Mallory"})

    assert found == expected
    assert bool(api.desk.conversation.chats) is (expected == 200)


async def test_foreign_page_may_not_read_the_stream(
    api: LocalBotApi, client: aiohttp.ClientSession
):
    address = f"{api.base_url}/page/events"

    async with client.get(address, headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 403


async def test_no_page_may_act_as_the_bot(api: LocalBotApi, client: aiohttp.ClientSession):
    address = f"{api.base_url}/bot{api.token}/getMe"

    assert await status(client, address, {"Origin": api.base_url}) == 403
    assert await status(client, address, {"Host": "evil.example"}) == 403


async def test_form_of_another_type_is_refused(api: LocalBotApi, client: aiohttp.ClientSession):
    headers = {"Origin": api.base_url, "Content-Type": "text/plain"}

    async with client.post(
        f"{api.base_url}/page/people", data='{"name": "x"}', headers=headers
    ) as answer:
        assert answer.status == 415


async def test_page_loads_nothing_from_elsewhere(api: LocalBotApi, client: aiohttp.ClientSession):
    async with client.get(api.base_url) as answer:
        policy = answer.headers["Content-Security-Policy"]
        page = await answer.text()

    assert policy.startswith("default-src 'none'")
    assert "http" not in policy
    assert "//" not in page.replace("<!doctype html>", "")


async def test_server_listens_on_loopback_only(api: LocalBotApi):
    assert urlsplit(api.base_url).hostname == "127.0.0.1"

    with pytest.raises(OSError, match=r".*"):
        await asyncio.open_connection("127.0.0.2", urlsplit(api.base_url).port)


async def test_too_large_bodies_are_refused(api: LocalBotApi, client: aiohttp.ClientSession):
    alice = api.person("Alice")
    form = aiohttp.FormData()
    form.add_field("file", io.BytesIO(bytes(BODY_LIMIT_BYTES + 1)), filename="x.jpg")
    address = f"{api.base_url}/page/chats/{alice.id}/file"

    async with client.post(address, data=form, headers={"Origin": api.base_url}) as answer:
        assert answer.status == 413
    assert alice.messages == []


async def test_only_packaged_parts_are_served(api: LocalBotApi, client: aiohttp.ClientSession):
    for path in ("/page/chat.js", "/page/chat.css", "/page/icon.svg"):
        async with client.get(api.base_url + path) as answer:
            assert answer.status == 200
    for path in ("/page/..%2fserver.py", "/page/none.js", "/page/%2e%2e/wire.py"):
        async with client.get(api.base_url + path) as answer:
            assert answer.status == 404


@pytest.mark.parametrize(
    ("port", "host", "expected"),
    [
        (80, "localhost", None),
        (80, "127.0.0.1:80", None),
        (80, "localhost:81", "unknown host"),
        (80, "evil.example", "unknown host"),
        (8080, "localhost", "unknown host"),
    ],
)
def test_browsers_leave_out_the_usual_port(port: int, host: str, expected: str | None):
    assert refusal_of_host(host, port) == expected
