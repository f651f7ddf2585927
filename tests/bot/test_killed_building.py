"""The bot is killed with -9 while it builds a graph: the old one serves, and the admin is told."""

from pathlib import Path

import pytest

from bot.localchat.driver import Person
from bot.localchat.server import LocalBotApi
from graph.snapshot.durable import ASIDE
from graph.snapshot.store import open_snapshot
from tests.conftest import has_songs, until
from tests.soak.bots import BotProcess

KILLED, PATIENCE_S = -9, 90
TOLD = "stopped while it was at work on the songs"
pytestmark = pytest.mark.slow


def builders(graph: Path) -> list[str]:
    """Return the numbers of the processes that build this graph."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has just ended
            continue
        if b"graph" in words and str(graph).encode() in words:
            found.append(folder.name)
    return found


def left_aside(graph: Path) -> list[Path]:
    return list(graph.rglob(f"{ASIDE}*"))


def told(admin: Person) -> list[str]:
    return [message.text for message in admin.messages if message.by_bot and TOLD in message.text]


async def rebuild_works(admin: Person) -> None:
    await admin.say("/rebuild")
    await admin.wait_until(lambda m: m.text.startswith("Done"), timeout_s=PATIENCE_S)


@pytest.mark.parametrize("moment", ["begun", "writing"])
async def test_bot_that_dies_while_a_graph_is_built(
    api: LocalBotApi, database_path: Path, own_graph: Path, moment: str
) -> None:
    admin = api.person("Admin")
    before, more = open_snapshot(own_graph).version, {"BOT_ADMINS": str(admin.id)}
    bot = await BotProcess.start(api, database_path, own_graph, **more)
    await admin.say("/rebuild")
    await admin.wait_for_message("Building the song graph", timeout_s=PATIENCE_S)
    reached = builders if moment == "begun" else left_aside
    await until(lambda: bool(reached(own_graph)), timeout_s=PATIENCE_S)

    await bot.kill()
    await until(lambda: not builders(own_graph), timeout_s=PATIENCE_S)  # it ends by itself
    assert open_snapshot(own_graph).version >= before
    bot = await BotProcess.start(api, database_path, own_graph, **more)

    await admin.wait_for_message(TOLD, timeout_s=PATIENCE_S)
    await admin.say("sad")
    await admin.wait_for_message(suits=has_songs, timeout_s=PATIENCE_S)
    await rebuild_works(admin)
    assert left_aside(own_graph) == []
    assert open_snapshot(own_graph).version > before
    await bot.stop()


async def test_what_was_cut_off_is_told_once(
    api: LocalBotApi, database_path: Path, own_graph: Path
) -> None:
    admin = api.person("Admin")
    more = {"BOT_ADMINS": str(admin.id)}
    bot = await BotProcess.start(api, database_path, own_graph, **more)
    await admin.say("/rebuild")
    await admin.wait_for_message("Building the song graph", timeout_s=PATIENCE_S)
    await bot.kill()

    for _ in range(2):
        bot = await BotProcess.start(api, database_path, own_graph, **more)
        await rebuild_works(admin)
        await bot.stop()

    assert len(told(admin)) == 1
