"""The web server of the running bot: who gets in, how long they may take, what is told."""

import asyncio
import socket
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.errors import OperatorError
from bot.settings import Settings
from bot.upkeep.vitals import State
from bot.web import listening
from bot.web.listening import LOOPBACK, listen
from bot.web.server import listen_for
from tests.conftest import Running, until


async def get(running: Running, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as client, client.get(running.web + path) as answer:
        return answer.status, await answer.text()


async def open_to(running: Running) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(LOOPBACK, urlsplit(running.web).port)


async def test_running_bot_is_alive_and_ready(running: Running):
    alive, _ = await get(running, "/healthz")
    await until(lambda: running.services.vitals.state is State.READY)
    ready, told = await get(running, "/readyz")

    assert (alive, ready) == (200, 200)
    assert running.services.graph.snapshot.version in told


async def test_bot_that_stops_is_not_ready(running: Running):
    running.services.vitals.state = State.STOPPING

    assert (await get(running, "/readyz"))[0] == 503


async def test_bot_that_cannot_store_is_not_ready(running: Running):
    await running.services.database.run(
        lambda session: session.connection().exec_driver_sql(
            "ALTER TABLE inbox RENAME TO elsewhere"
        )
    )

    status, told = await get(running, "/readyz")

    await running.services.database.run(
        lambda session: session.connection().exec_driver_sql(
            "ALTER TABLE elsewhere RENAME TO inbox"
        )
    )
    assert status == 503
    assert '"database":"failed"' in told


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n",
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1",
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
    ],
)
async def test_request_that_does_not_come_to_its_end_is_cut_off(
    running: Running, monkeypatch: pytest.MonkeyPatch, said: bytes
):
    monkeypatch.setattr(listening, "REQUEST_S", 0.2)
    reader, writer = await open_to(running)
    writer.write(said)

    async with asyncio.timeout(5):
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(2**16)
    writer.close()


async def test_dripping_headers_are_no_way_to_stay(
    running: Running, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(listening, "REQUEST_S", 0.3)
    reader, writer = await open_to(running)
    closed = asyncio.create_task(reader.read())

    async with asyncio.timeout(5):
        while not closed.done():
            writer.write(b"G")
            await asyncio.sleep(0.05)

    assert isinstance(closed.exception(), ConnectionError) or closed.result() == b""
    writer.close()


async def test_a_crowd_of_idle_connections_keeps_nobody_out(
    running: Running, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(listening, "MAX_CONNECTIONS", 20)
    monkeypatch.setattr(listening, "REQUEST_S", 0.5)
    crowd = [await open_to(running) for _ in range(60)]

    await asyncio.sleep(0.7)
    status, _ = await get(running, "/healthz")

    assert status == 200
    for _, writer in crowd:
        writer.close()


@pytest.mark.parametrize(
    "said",
    [
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS, to a port that speaks none
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 2**17 + b"\r\n\r\n",
        b"GET /%00%ff HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\n",
    ],
)
async def test_nonsense_is_refused_and_leaves_no_trace(
    running: Running, caplog: pytest.LogCaptureFixture, said: bytes
):
    reader, writer = await open_to(running)
    writer.write(said)

    answer = await reader.read(100)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 400")
    assert [r for r in caplog.records if r.levelname == "ERROR"] == []
    assert (await get(running, "/healthz"))[0] == 200


def test_taken_port_of_a_public_address_is_the_operators_to_mend():
    with socket.create_server((LOOPBACK, 0)) as taken:
        settings = Settings.model_validate(
            {
                "links_url": "https://music.example",
                "host": LOOPBACK,
                "port": taken.getsockname()[1],
            }
        )

        with pytest.raises(OperatorError, match=r"PORT \d+ at 127\.0\.0\.1: .*in use"):
            listen_for(settings)


def test_taken_port_of_health_alone_stops_nobody(caplog: pytest.LogCaptureFixture):
    with socket.create_server((LOOPBACK, 0)) as taken:
        found = listen_for(Settings.model_validate({"port": taken.getsockname()[1]}))

    assert found is None
    assert "web_not_served" in caplog.text


@pytest.mark.parametrize(
    ("values", "expected"),
    [({}, LOOPBACK), ({"links_url": "https://music.example"}, "0.0.0.0"), ({"host": "::1"}, "::1")],
)
def test_without_a_public_address_only_this_computer_is_listened_to(values, expected):
    found = listen_for(Settings.model_validate({"port": 0, **values}))

    assert found
    with found as listener:
        assert listener.getsockname()[0] == expected


@pytest.mark.parametrize("host", ["203.0.113.1", "no such host"])
def test_foreign_address_is_told(host: str):
    with pytest.raises(OperatorError, match="PORT"):
        listen(host, 0)
