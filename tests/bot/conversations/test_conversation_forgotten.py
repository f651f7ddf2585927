"""/forget after a whole life with the bot: then every table is asked."""

import sqlite3
from pathlib import Path

from bot.localchat.conversation import FIRST_PERSON_ID
from bot.localchat.driver import Person
from bot.storage.consent import choose_zone
from tests.bot.conversations.test_conversation_personal import choose
from tests.conftest import Running, StartBot, has_songs, open_ratings, settled, shows
from tests.drawing import draw_face

WORDS = "sad like nobody before me"


async def live(running: Running, person: Person) -> None:
    """Do all that leaves something behind."""
    await person.say("/start")
    await person.wait_for_message("selfie")
    database, now = running.services.database, running.services.now()
    await settled(running)
    await database.run(choose_zone, person.id, "Asia/Tokyo", at=now)
    await choose(person, "⏰", "09:00")
    await choose(person, "💛", "yes")
    await person.say(WORDS)
    card = await person.wait_for_message(suits=has_songs)
    await open_ratings(person, card)
    await person.press("👎 1", under=card.id)
    await person.wait_until(lambda message: shows("🚫 Never", message))
    await person.press("🚫 Never", under=card.id)
    await person.press("👍 2", under=card.id)
    await person.press("💛 It helped", under=card.id)
    await person.send_picture(draw_face())
    await person.wait_for_message(suits=has_songs)
    await person.say("/rebuild")  # as an admin
    await person.wait_until(lambda message: "Done" in message.text, timeout_s=60)
    await settled(running)


def traces(path: str, person: Person) -> dict[str, int]:
    """Return in how many rows of which tables a person's number stands."""
    with sqlite3.connect(path) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        found = {
            name: sum(person.id in row for row in connection.execute(f'SELECT * FROM "{name}"'))
            for (name,) in tables.fetchall()
        }
    connection.close()
    return {name: n for name, n in found.items() if n}


def files_with(path: str, person: Person) -> list[str]:
    """Return the files of the database in which the person's words, or songs' names, stand."""
    folder = Path(path).parent
    return [
        file.name
        for file in sorted(folder.glob(f"{Path(path).name}*"))
        if WORDS.encode() in file.read_bytes()
        or person.id.to_bytes(8).lstrip(b"\0") in file.read_bytes()
    ]


async def test_after_a_whole_life_no_table_and_no_file_knows_the_person(
    start_bot: StartBot,
) -> None:
    async with start_bot(admins=str(FIRST_PERSON_ID)) as running:
        alice = running.person()
        path = running.services.settings.database_url.removeprefix("sqlite:///")
        await live(running, alice)
        before = traces(path, alice)

        await alice.say("/forget")
        await alice.wait_for_message("cannot be undone")
        await alice.press("Delete everything")
        await alice.wait_until(lambda message: "nothing is left" in message.text, timeout_s=40)
        await settled(running)

        assert before.keys() >= {"users", "readings", "suggestions", "ratings", "audit"}
        assert before.keys() >= {"preferences", "blocked_artists", "reminders"}
        assert traces(path, alice) == {}
        assert files_with(path, alice) == []
