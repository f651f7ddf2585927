"""From the first byte of a selfie to the forgotten person: all parts together, over real HTTP."""

import asyncio
import time
from functools import partial

import pytest

from bot.localchat.driver import Person
from bot.storage.users import rows_about
from tests.conftest import Running, StartBot, has_songs, labels, open_ratings, shows, songs_in
from tests.drawing import draw_face

ADMIN = "7000000001"  # the first person of a local chat
BUILD_S = 120.0  # a build takes some seconds; a busy machine makes that many


async def whole_way(running: Running, person: Person) -> None:
    """Go the way of a new person, from a selfie to being forgotten."""
    await person.send_picture(draw_face())
    first = await person.wait_for_message(suits=has_songs)
    await open_ratings(person, first)
    await person.press("👍 1", under=first.id)
    await person.wait_until(partial(shows, "👍 1 ✓"))
    await person.press("👎 2", under=first.id)
    await person.wait_until(partial(shows, "👎 2 ✓"))
    await person.press("Back", under=first.id)
    await person.wait_until(lambda message: "👍 1 · 👎 1" in labels(message))

    await person.press("More songs", under=first.id)
    second = await person.wait_for_message(suits=has_songs)
    assert not set(songs_in(first)) & set(songs_in(second))

    await person.press("Wrong?", under=second.id)
    await person.wait_until(lambda message: "😢 Sad" in labels(message))
    await person.press("😢 Sad", under=second.id)
    third = await person.wait_until(lambda message: "feeling sad" in message.text)
    assert third.id == second.id

    await person.say("/history")
    history = await person.wait_for_message("Your moods")
    assert songs_in(first)[0].rsplit(" (", 1)[0] in history.text
    assert "sad" in history.text

    await person.say("/forget")
    await person.wait_for_message("cannot be undone")
    await person.press("Delete everything")
    await person.wait_until(lambda message: "nothing is left" in message.text)
    assert await running.services.database.run(rows_about, person.id) == 0


async def test_the_whole_way_of_one_person(running: Running) -> None:
    await whole_way(running, running.person("Alice"))


async def test_two_people_go_the_whole_way_at_once(running: Running) -> None:
    await asyncio.gather(*(whole_way(running, running.person(name)) for name in ("Alice", "Bob")))


@pytest.mark.slow
async def test_a_rebuild_delays_nobody(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin, people = running.person("Admin"), [running.person(name) for name in ("Ann", "Ben")]
        version = running.services.graph.snapshot.version
        built = asyncio.Event()

        await admin.say("/rebuild")
        delays = [asyncio.create_task(chat(person, built)) for person in people]
        await admin.wait_until(lambda message: "Done" in message.text, timeout_s=BUILD_S)
        built.set()

        slowest = max(max(each) for each in await asyncio.gather(*delays))
        assert running.services.graph.snapshot.version > version
        assert slowest < 5  # seconds; beside a build and whatever else the machine does


async def chat(person: Person, built: asyncio.Event) -> list[float]:
    """Ask for songs until the graph is built, and twice more; return how long each took."""
    seconds, left = [], 2
    while left:
        left -= built.is_set()
        began = time.monotonic()
        await person.say("sad")
        await person.wait_for_message(suits=has_songs)
        seconds.append(time.monotonic() - began)
        await asyncio.sleep(1)
    return seconds
