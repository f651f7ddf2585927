"""The bot is killed with -9 at a named moment, and started again: nobody goes without an answer."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.localchat.attachments import attachment, keep
from bot.localchat.driver import Person
from bot.localchat.files import Kind
from bot.localchat.server import LocalBotApi
from bot.screens.consent import CONSENT_VERSION
from tests.conftest import AGREED, has_songs, songs_in, until
from tests.drawing import draw_face
from tests.soak.bots import BotProcess

KILLED = -9
PATIENCE_S = 90
pytestmark = pytest.mark.slow


def person(api: LocalBotApi, database_path: Path) -> Person:
    """Return somebody who agreed to the notice about pictures."""
    found = api.person("Alice")
    with closing(sqlite3.connect(database_path)) as connection, connection:
        connection.execute(AGREED, (found.id, CONSENT_VERSION))
    return found


def songs_of(found: Person) -> list[list[str]]:
    return [
        songs_in(message) for message in found.messages if message.by_bot and has_songs(message)
    ]


def left_in(database_path: Path) -> int:
    with closing(sqlite3.connect(database_path)) as connection:
        (n,) = connection.execute("SELECT count(*) FROM inbox WHERE done_at IS NULL").fetchone()
    return int(n)


async def finished(bot: BotProcess, api: LocalBotApi, database_path: Path) -> None:
    """Let a bot do what is left, and end it."""
    await bot.until(api, "getUpdates")
    await until(lambda: not api.pending and not left_in(database_path), timeout_s=PATIENCE_S)
    await bot.stop()


@pytest.mark.parametrize(
    ("moment", "times"),
    [
        ("return incoming_of", 1),  # it came in, and is not written down
        ("return store_updates", 1),  # written, and nothing of it is kept yet
        ("call attachment_of", 1),  # the work on it has begun
        ("return is_photo", 1),  # the picture is here
        ("call read", 1),  # it is being read
        ("return choose", 1),  # songs are chosen
        ("return save_answer", 1),  # written, and nothing of it is kept yet
        ("return compose_songs", 1),  # all is ready to be sent
        ("call mark_sent", 2),  # sent, which nobody but Telegram knows
        ("return finish_update", 2),
        ("call note_done", 1),  # struck off
    ],
)
async def test_selfie_is_answered_whenever_the_bot_dies(
    api: LocalBotApi, database_path: Path, own_graph: Path, moment: str, times: int
) -> None:
    alice = person(api, database_path)
    await alice.send_picture(draw_face())

    dying = await BotProcess.begin(api, database_path, own_graph, dies_at=moment)
    assert await dying.ended() == KILLED
    await finished(await BotProcess.begin(api, database_path, own_graph), api, database_path)

    songs = songs_of(alice)
    assert len(songs) == times
    assert all(each == songs[0] for each in songs)  # the same songs, also where they come again


async def test_album_has_one_answer_across_a_crash(
    api: LocalBotApi, database_path: Path, own_graph: Path
) -> None:
    alice, conversation = person(api, database_path), api.desk.conversation
    for _ in range(3):
        stored = await keep(conversation.files, draw_face(), Kind.PHOTO, name="me.jpg")
        conversation.hear(alice.chat, attachment(stored) | {"media_group_id": "album"})

    dying = await BotProcess.begin(api, database_path, own_graph, dies_at="call note_done")
    assert await dying.ended() == KILLED
    await finished(await BotProcess.begin(api, database_path, own_graph), api, database_path)

    assert len(songs_of(alice)) == 1


async def test_migration_that_is_killed_is_done_at_the_next_start(
    api: LocalBotApi, tmp_path: Path, own_graph: Path
) -> None:
    database_path = tmp_path / "new.db"
    alice = api.person("Alice")
    await alice.say("/mood happy")

    dying = await BotProcess.begin(
        api, database_path, own_graph, dies_at="return create_table", command="run --setup"
    )
    assert await dying.ended() == KILLED
    bot = await BotProcess.begin(api, database_path, own_graph, command="run --setup")
    await finished(bot, api, database_path)

    assert len(songs_of(alice)) == 1


async def test_stop_that_is_cut_short_loses_nothing(
    api: LocalBotApi, database_path: Path, own_graph: Path
) -> None:
    people = [person(api, database_path) for _ in range(6)]
    bot = await BotProcess.start(api, database_path, own_graph)
    for each in people:
        await each.send_picture(draw_face())
    await until(lambda: any(songs_of(each) for each in people), timeout_s=PATIENCE_S)

    bot.ask_to_end()
    await asyncio.sleep(0.05)
    await bot.kill()
    await finished(await BotProcess.begin(api, database_path, own_graph), api, database_path)

    assert all(songs_of(each) for each in people)
