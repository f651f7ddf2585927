"""Calls go through the proxy that the environment names."""

import asyncio

import pytest

from bot.wire.requests import AiohttpRequest


async def test_proxy_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
):
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        writer.close()

    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_tcp_port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    request = AiohttpRequest()
    async with await asyncio.start_server(answer, "127.0.0.1", unused_tcp_port):
        await request.initialize()
        status, _ = await request.do_request("http://api.example/bot1:x/getMe", "POST")
        await request.shutdown()

    assert status == 200
    assert asked[0].startswith(b"POST http://api.example/")
