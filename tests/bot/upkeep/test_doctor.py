"""What the doctor says of a healthy bot, and of each thing that can be wrong."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.localchat.server import LocalBotApi
from bot.settings import Settings
from bot.upkeep.doctor import CHECKS, examine
from tests.conftest import Running


async def found(check: str, **values: object) -> tuple[bool, str]:
    findings = await examine(Settings.model_validate({"port": 0, **values}))
    (finding,) = [finding for finding in findings if finding.what == check]
    return finding.well, finding.words


@pytest.fixture
def settings(database_url: str, graph_dir: Path) -> dict[str, object]:
    return {"database_url": database_url, "graph_dir": graph_dir}


async def test_healthy_bot_is_well(settings: dict[str, object], monkeypatch: pytest.MonkeyPatch):
    async with LocalBotApi.start() as api:
        reached = Settings.model_validate(
            {**settings, "token": api.token, "api_url": api.base_url, "port": 0}
        )

        findings = await examine(reached)

    assert [finding for finding in findings if not finding.well] == []
    assert len(findings) == 1 + len(CHECKS)


async def test_unknown_token_is_found(settings: dict[str, object]):
    async with LocalBotApi.start() as api:
        token = "123456:" + "A" * 35
        well, words = await found(
            "telegram and clock", **settings, token=token, api_url=api.base_url
        )

    assert not well
    assert "@BotFather" in words
    assert "AAAA" not in words


async def test_unreachable_server_is_found(settings: dict[str, object], unused_tcp_port: int):
    url = f"http://127.0.0.1:{unused_tcp_port}"

    well, words = await found(
        "telegram and clock", **settings, token="123456:" + "A" * 35, api_url=url
    )

    assert not well
    assert url in words
    assert "AAAA" not in words


async def test_missing_database_and_graph_are_found(tmp_path: Path):
    nowhere: dict[str, object] = {
        "database_url": f"sqlite:///{tmp_path}/none.db",
        "graph_dir": tmp_path,
    }

    database, graph = await found("database", **nowhere), await found("graph", **nowhere)

    assert not database[0]
    assert "make run" in database[1]
    assert not graph[0]


async def test_taken_port_is_found(settings: dict[str, object]):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        well, words = await found("port", **{**settings, "port": taken.getsockname()[1]})

    assert not well
    assert "another PORT" in words


async def test_port_of_a_bot_that_runs_is_well(settings: dict[str, object], running: Running):
    port = urlsplit(running.web).port

    well, words = await found("port", **{**settings, "port": port})

    assert well
    assert "a bot that runs" in words


async def test_port_where_something_else_answers_is_taken(settings: dict[str, object]):
    async with LocalBotApi.start() as other:
        port = urlsplit(other.base_url).port

        well, words = await found("port", **{**settings, "port": port})

    assert not well
    assert "another PORT" in words
