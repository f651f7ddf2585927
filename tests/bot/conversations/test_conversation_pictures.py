"""What the bot shows as pictures, why and /model: the whole bot over real HTTP."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.localchat.chats import Chat
from bot.localchat.driver import Person
from bot.localchat.heard import ChatMessage
from bot.screens.presses import decode, encode
from bot.screens.song_presses import Panel, PanelPress, WhySongPress
from bot.storage.users import rows_about, save_user
from bot.wire.limits import CAPACITY
from graph.building.build import Settings, build
from graph.importing.importer import import_files
from tests.conftest import (
    Running,
    StartBot,
    answers_to,
    has_songs,
    labels,
    open_ratings,
    settled,
    shows,
    songs_in,
    until,
)
from tests.graph.conftest import WriteRows, silent, songs, write_rows

__all__ = ["write_rows"]  # a fixture

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATIENCE_S = 30.0  # the first picture waits for Matplotlib to load
GROUP = -1001


def titles(message: ChatMessage) -> list[str]:
    """Return the titles of the songs in a message, as far as a caption shows them."""
    return [song.partition(" \u2013 ")[0][:39] for song in songs_in(message)]


def shows_picture(message: ChatMessage) -> bool:
    return "photo" in message.raw


def picture_in(running: Running, message: ChatMessage) -> Image.Image:
    """Return the picture of a message, as the person sees it."""
    file_id = message.raw["photo"][-1]["file_id"]
    return Image.open(io.BytesIO(running.api.desk.conversation.files.find(file_id).content))


async def sad_songs(person: Person) -> ChatMessage:
    await person.say("sad")
    return await person.wait_for_message("gentle songs", suits=has_songs)


async def ask_why(person: Person, number: int) -> ChatMessage:
    """Open the numbers, press one, and return the picture."""
    await person.press("Why these?")
    await person.wait_until(lambda message: shows(f"{number} ", message))
    await person.press(f"{number} ")
    return await person.wait_for_message(suits=shows_picture, timeout_s=PATIENCE_S)


async def rebuilt(running: Running, path: Path) -> None:
    """Put a graph of other songs in the place of the one in use."""
    folder = running.services.settings.graph_dir
    import_files([path], folder, silent)
    build(folder, Settings(), silent, force=True)
    await running.services.graph.swap()


async def test_why_sends_a_picture_and_the_reason(running: Running) -> None:
    alice = running.person()
    answer = await sad_songs(alice)

    shown = await ask_why(alice, 2)

    assert picture_in(running, shown).width == 1080
    assert shown.text.startswith(f"2. {titles(answer)[1]}")
    assert "feel sad" in shown.text
    assert "upload_photo" in alice.actions


async def test_after_why_the_buttons_are_back(running: Running) -> None:
    alice = running.person()
    before = await sad_songs(alice)

    await ask_why(alice, 2)

    back = await alice.wait_until(lambda message: "More songs" in labels(message))
    assert (back.id, back.buttons) == (before.id, before.buttons)


async def test_a_liked_song_is_named_as_the_reason(running: Running) -> None:
    alice = running.person()
    answer = await open_ratings(alice, await sad_songs(alice))
    await alice.press("👍 1")
    await alice.press("Back")
    await alice.wait_until(lambda message: "More songs" in labels(message))
    await alice.press("More songs")
    more = await alice.wait_for_message("which you liked", suits=has_songs)
    number = 1 + next(
        at for at, part in enumerate(more.text.split("\n\n")[1:]) if "which you liked" in part
    )

    shown = await ask_why(alice, number)

    assert f"You liked “{titles(answer)[0]}" in shown.text
    assert "from there" in shown.text


async def test_a_song_liked_later_was_no_reason(running: Running) -> None:
    alice = running.person()
    await open_ratings(alice, await sad_songs(alice))
    await alice.press("👍 1")
    await alice.press("Back")
    await alice.wait_until(lambda message: "More songs" in labels(message))

    assert "feel sad" in (await ask_why(alice, 2)).text


async def test_a_bridge_is_shown_as_a_whole(running: Running) -> None:
    alice = running.person()
    await sad_songs(alice)
    await alice.press("Lift me")
    bridge = await alice.wait_until(lambda message: "brighter" in message.text)

    await alice.press("Why these?")

    shown = await alice.wait_for_message(suits=shows_picture, timeout_s=PATIENCE_S)
    assert picture_in(running, shown).width == 1080
    assert all(title in shown.text for title in titles(bridge))


async def test_why_closes_again(running: Running) -> None:
    alice = running.person()
    before = await sad_songs(alice)
    await alice.press("Why these?")
    await alice.wait_until(lambda message: shows("5 ", message))

    await alice.press("Back")

    closed = await alice.wait_until(lambda message: "Why these?" in labels(message))
    assert closed.buttons == before.buttons


async def test_a_song_that_has_left_is_regretted(
    running: Running, write_rows: WriteRows, tmp_path: Path
) -> None:
    alice = running.person()
    await sad_songs(alice)
    await alice.press("Why these?")
    await alice.wait_until(lambda message: shows("1 ", message))
    await rebuilt(running, write_rows(songs(60)))

    answer = await alice.press("1 ")

    assert answer.show_alert
    assert "no longer in it" in answer.text


async def test_after_a_rebuild_why_says_that_it_is_as_of_today(running: Running) -> None:
    alice = running.person()
    await sad_songs(alice)
    folder = running.services.settings.graph_dir
    build(folder, Settings(neighbours=12), silent)
    await running.services.graph.swap()

    assert "how I see it today" in (await ask_why(alice, 1)).text


@pytest.mark.parametrize(
    "press", [PanelPress(9999, Panel.WHY), WhySongPress(9999, 0), WhySongPress(1, 9)], ids=str
)
async def test_an_old_why_says_so(running: Running, press: PanelPress | WhySongPress) -> None:
    alice = running.person()
    answer = await sad_songs(alice)
    data = encode(press)

    push_press(running, {"from": alice.chat.user, "message": answer.raw, "data": data})

    assert "too old" in (await answers_to(running, data))[0]


async def test_too_many_whys_are_slowed_down(start_bot: StartBot) -> None:
    async with start_bot(now=lambda: NOON) as running:
        alice = running.person()
        await sad_songs(alice)
        await alice.press("Why these?")
        await alice.wait_until(lambda message: shows("1 ", message))
        running.services.limits.allow(alice.id, cost=CAPACITY - 4, at=NOON)

        answer = await alice.press("1 ")

        assert "a lot at once" in answer.text
        assert not any(shows_picture(message) for message in alice.messages)


async def test_why_in_a_group_is_answered_there(running: Running) -> None:
    conversation = running.api.desk.conversation
    group = conversation.chats[GROUP] = Chat({"id": GROUP, "first_name": "Friends"})
    carol = {"id": 77, "is_bot": False, "first_name": "Carol"}
    there = {"id": GROUP, "type": "supergroup", "title": "Friends"}
    await running.services.database.run(save_user, 77, language="en", at=NOON)
    words = {"text": f"@{conversation.bot['username']} sad"}
    conversation.updates.push(
        "message", {"message_id": 1, "date": 1, "chat": there, "from": carol} | words
    )
    await until(lambda: bool(group.messages))
    [songs_there] = group.messages.values()
    shown = ChatMessage.of(songs_there)
    suggestion = decode(str(shown.buttons[-1][0].data)).suggestion_id  # type: ignore[union-attr]  # More

    data = encode(WhySongPress(suggestion, 0))
    push_press(running, {"from": carol, "message": songs_there | {"chat": there}, "data": data})

    await until(lambda: len(group.messages) == 2)
    picture = list(group.messages.values())[1]
    assert "photo" in picture
    assert picture["reply_to_message"]["message_id"] == songs_there["message_id"]


async def test_model_shows_figures_and_two_plots(running: Running) -> None:
    alice = running.person()

    await alice.say("/model")

    first = await alice.wait_for_message("agrees with people", suits=shows_picture)
    second = await alice.wait_for_message(suits=shows_picture)
    assert first.raw["media_group_id"] == second.raw["media_group_id"]
    assert f"{running.services.card.agrees:.0f} %" in first.text
    assert "Work, school" in first.text
    assert picture_in(running, first).width >= 600


async def test_model_is_in_the_menu_and_in_help(running: Running) -> None:
    alice = running.person()

    await alice.say("/help")
    await alice.wait_for_message("What you can send")
    await alice.press("📋 Commands")

    await alice.wait_until(lambda message: "/model" in message.text)
    menus = [call.values for call in running.api.calls if call.method == "setMyCommands"]
    assert "model" in str(menus[0]["commands"])


def push_press(running: Running, query: dict[str, Any]) -> None:
    """Press a button that the message does not have, as an old or a changed client can."""
    made_up = {"id": f"made-up-{query['data']}", "chat_instance": "1"}
    running.api.desk.conversation.updates.push("callback_query", made_up | query)


async def test_a_stranger_in_a_group_gets_songs_and_nothing_is_kept(running: Running) -> None:
    conversation = running.api.desk.conversation
    group = conversation.chats[GROUP] = Chat({"id": GROUP, "first_name": "Friends"})
    carol = {"id": 77, "is_bot": False, "first_name": "Carol"}
    there = {"id": GROUP, "type": "supergroup", "title": "Friends"}
    words = {"text": f"@{conversation.bot['username']} sad"}
    conversation.updates.push(
        "message", {"message_id": 1, "date": 1, "chat": there, "from": carol} | words
    )

    await until(lambda: bool(group.messages))
    await settled(running)
    shown = ChatMessage.of(next(iter(group.messages.values())))
    assert has_songs(shown)
    assert labels(shown) == {"Get my own songs"}
    assert await running.services.database.run(rows_about, 77) == 0
