import asyncio
import json
import logging
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import aiohttp
import pytest

from bot.__main__ import main
from bot.settings import Settings, read_settings, variable_name
from graph.snapshot.array_files import FORMAT, MANIFEST
from graph.snapshot.versions import read_manifest
from tests.drawing import draw_face

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def set_up(monkeypatch: pytest.MonkeyPatch, database_url: str, graph_dir: Path) -> Iterator[None]:
    """Leave nothing set but database and graph, and logging as it was."""
    for field in Settings.model_fields:
        monkeypatch.delenv(variable_name(field), raising=False)
    monkeypatch.chdir(Path(database_url.removeprefix("sqlite:///")).parent)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("BOT_GRAPH_DIR", str(graph_dir))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    yield
    root.handlers = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.fixture
def selfie(tmp_path: Path) -> Path:
    path = tmp_path / "selfie.jpg"
    path.write_bytes(draw_face())
    return path


def test_ask_prints_reading_and_five_songs(selfie: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["ask", str(selfie)]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{selfie}: ")
    assert [line[:3] for line in lines if line[:1].isdigit()] == ["1. ", "2. ", "3. ", "4. ", "5. "]
    reasons = [below for line, below in pairwise(lines) if line[:1].isdigit()]
    assert all(reason.strip() and "https" not in reason for reason in reasons)
    assert sum("https://open.spotify.com/" in line for line in lines) == 5
    assert sum("https://www.youtube.com/" in line for line in lines) == 5


def test_ask_writes_json_for_programs(selfie: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["ask", str(selfie), "--json", "-n", "3", "--aim", "calm"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert document["reading"]["faces"] == 1
    assert sum(document["reading"]["scores"].values()) == pytest.approx(1, abs=0.01)
    assert len(document["songs"]) == 3
    assert set(document["songs"][0]) >= {"track_id", "title", "artist", "reason", "links"}


def test_ask_leaves_nothing_behind(selfie: Path, tmp_path: Path):
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    main(["ask", str(selfie)])

    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_file_that_is_no_picture_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "letter.txt").write_text("Dear bot")

    assert main(["ask", str(tmp_path / "letter.txt")]) == 1
    assert capsys.readouterr().err.startswith("unreadable: ")


def test_missing_database_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("DATABASE_URL", "sqlite:///nowhere.db")
    monkeypatch.setenv("BOT_TOKEN", "1:x")

    assert main(["run"]) == 1
    assert capsys.readouterr().err.splitlines()[-1:] == [
        "no database at nowhere.db: `make run` sets it up, and so does `alembic upgrade head`"
    ]


def test_missing_graph_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, selfie: Path, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("BOT_GRAPH_DIR", "nowhere")

    assert main(["ask", str(selfie)]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_setting_that_makes_no_sense_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("BOT_TOKEN", "hidden")

    assert main(["run"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("BOT_TOKEN: expected ")
    assert "hidden" not in error


def test_run_without_token_is_told(capsys: pytest.CaptureFixture[str]):
    assert main(["run"]) == 1
    assert capsys.readouterr().err == "BOT_TOKEN is not set: @BotFather gives one\n"


def test_taken_port_is_told_with_the_way_out(capsys: pytest.CaptureFixture[str]):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert main(["chat", "--port", str(port)]) == 1

    assert capsys.readouterr().err == f"port {port} is taken: try --port\n"


@pytest.mark.parametrize("words", [[], ["dance"], ["ask"], ["ask", "x", "--aim", "up"]])
def test_wrong_usage_ends_with_two(words: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as caught:
        main(words)

    assert caught.value.code == 2


@pytest.mark.slow
async def test_chat_serves_its_page_until_it_is_asked_to_end():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "chat", "--port", "0", stdout=PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        address = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
        async with aiohttp.ClientSession(address) as session:
            async with session.get("/") as page:
                status, words = page.status, await page.text()
            first, second = [await join(session, address, name) for name in ("Alice", "Bob")]
        process.send_signal(signal.SIGTERM)
        ended = await asyncio.wait_for(process.wait(), 30)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

    assert address.startswith("http://127.0.0.1:")
    assert (status, ended) == (200, 0)
    assert "<html" in words.lower()
    assert ("rebuild" in first, "rebuild" in second) == (True, False)  # the first is the operator


async def join(session: aiohttp.ClientSession, address: str, name: str) -> list[str]:
    """Let a person join the local chat, and return the commands in their menu."""
    of_page = {"Origin": address}
    async with session.post("/page/people", json={"name": name}, headers=of_page) as answer:
        return [entry["command"] for entry in (await answer.json())["commands"]]


def test_setup_makes_database_and_graph(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'fresh' / 'bot.db'}")
    monkeypatch.setenv("BOT_GRAPH_DIR", str(tmp_path / "fresh" / "graph"))

    assert main(["setup"]) == 0
    assert main(["setup"]) == 0

    assert capsys.readouterr().err.count("Building the starter graph") == 1
    assert (tmp_path / "fresh" / "graph" / "current").exists()


def test_setup_renews_a_graph_that_an_older_version_built(
    monkeypatch: pytest.MonkeyPatch, own_graph: Path, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("BOT_GRAPH_DIR", str(own_graph))
    version, manifest = read_manifest(own_graph)
    settings = {**manifest["settings"], "neighbours": 12}
    older = {**manifest, "format": FORMAT - 1, "settings": settings}
    (own_graph / version / MANIFEST).write_text(json.dumps(older), "utf-8")

    assert main(["setup"]) == 0

    renewed, manifest = read_manifest(own_graph)
    assert (renewed > version, manifest["settings"]["neighbours"]) == (True, 12)
    assert "Building the graph anew" in capsys.readouterr().err


def test_backup_and_restore_are_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "kept.tar.gz"

    assert main(["backup", str(file)]) == 0
    assert main(["backup", str(file)]) == 1
    assert "0 people" in capsys.readouterr().out


def test_misspelt_setting_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("BOT_TOKN=1:x\n")

    assert main(["start"]) == 1
    assert capsys.readouterr().err == "BOT_TOKN: no such setting, is BOT_TOKEN meant?\n"


def test_setting_of_another_program_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("BOT_FAVOURITE_COLOUR", "blue")

    assert main(["setup"]) == 0

    assert "settings_unknown names=BOT_FAVOURITE_COLOUR" in capsys.readouterr().err


def test_exported_line_of_dotenv_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("export BOT_TOKEN=123456:" + "A" * 35 + "\n")

    assert read_settings().token is not None
