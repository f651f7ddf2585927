"""Too much at once, groups, blocks, and our own mistakes: the whole bot over real HTTP."""

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.localchat.chats import Chat
from bot.localchat.driver import Person
from bot.localchat.faults import DOWNLOAD, BotFault
from bot.screens.history_presses import HistoryPress
from bot.screens.people_presses import ForgetPress
from bot.screens.presses import Press, encode
from bot.storage.inbox import depth
from bot.storage.tables import UserRow
from bot.storage.users import rows_about
from bot.wire.limits import CAPACITY
from bot.words.care import RUN
from tests.conftest import (
    Running,
    StartBot,
    answers_to,
    has_songs,
    labels,
    settled,
    songs_in,
    until,
)
from tests.drawing import draw_face

GROUP = -1001
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def is_active(session: Session, user_id: int) -> bool | None:
    return session.scalar(select(UserRow.active).where(UserRow.id == user_id))


def drop_suggestions(session: Session) -> None:
    session.execute(text("DROP TABLE suggestion_tracks"))


def in_group(running: Running, content: dict[str, Any]) -> None:
    """Let somebody write in a group that the bot is in."""
    conversation = running.api.desk.conversation
    conversation.chats[GROUP] = Chat({"id": GROUP, "first_name": "Friends"})
    message = {
        "message_id": 1,
        "date": 1,
        "chat": {"id": GROUP, "type": "supergroup", "title": "Friends"},
        "from": {"id": 77, "is_bot": False, "first_name": "Carol"},
    }
    conversation.updates.push("message", message | content)


def said_in_group(running: Running) -> list[str]:
    return [
        str(raw["text"]) for raw in running.api.desk.conversation.chats[GROUP].messages.values()
    ]


async def test_too_much_at_once_is_told_kindly(start_bot: StartBot) -> None:
    async with start_bot(now=lambda: NOON) as running:
        alice = running.person()
        running.services.limits.allow(alice.id, cost=CAPACITY, at=NOON)

        await alice.say("happy")

        assert not has_songs(await alice.wait_for_message("a lot at once"))


async def test_too_many_presses_are_told_kindly(start_bot: StartBot) -> None:
    async with start_bot(now=lambda: NOON) as running:
        alice = running.person()
        await alice.say("happy")
        await alice.wait_for_message(suits=has_songs)
        running.services.limits.allow(alice.id, cost=CAPACITY - 1, at=NOON)

        assert "a lot at once" in (await alice.press("👍")).text


@pytest.mark.parametrize("words", ["blah blah", "/help", "/mood sad"])
async def test_what_costs_too_much_is_refused_once_and_then_left_alone(
    start_bot: StartBot, words: str
) -> None:
    async with start_bot(now=lambda: NOON) as running:
        alice = running.person()
        running.services.limits.allow(alice.id, cost=CAPACITY - 2, at=NOON)

        for _ in range(9):
            await alice.say(words)
        await settled(running)

        said = [message.text for message in alice.messages if message.by_bot]
        assert len(said) == 3
        assert "a lot at once" in said[2]


async def test_one_person_does_not_use_up_anothers_tokens(start_bot: StartBot) -> None:
    async with start_bot(now=lambda: NOON) as running:
        alice, bob = running.person("Alice"), running.person("Bob")
        running.services.limits.allow(alice.id, cost=CAPACITY, at=NOON)

        await bob.say("happy")

        assert (await bob.wait_for_message(suits=has_songs)).text


async def test_a_download_that_breaks_is_begun_again(running: Running) -> None:
    alice = running.person()
    running.api.faults.add(BotFault.lost(DOWNLOAD, done=False, times=2))

    await alice.send_picture(draw_face())

    assert has_songs(await alice.wait_for_message(suits=has_songs))


async def test_a_download_that_breaks_again_and_again_is_told(running: Running) -> None:
    alice = running.person()
    running.api.faults.add(BotFault.lost(DOWNLOAD, done=False, times=3))

    await alice.send_picture(draw_face())

    assert "😊 Happy" in labels(await alice.wait_for_message("did not get through"))


async def test_a_file_that_telegram_no_longer_has_is_told(running: Running) -> None:
    alice = running.person()
    running.api.faults.add(BotFault.broken(DOWNLOAD, status=404))

    await alice.send_picture(draw_face())

    assert "😊 Happy" in labels(await alice.wait_for_message("did not get through"))


async def test_a_lost_chat_action_does_not_matter(running: Running) -> None:
    alice = running.person()
    running.api.faults.add(BotFault.slow(DOWNLOAD, 1.0))
    running.api.faults.add(BotFault.broken("sendChatAction"))

    await alice.send_picture(draw_face())

    assert (await alice.wait_for_message(suits=has_songs)).text
    assert not [message for message in alice.messages if "went wrong" in message.text]


async def test_an_early_call_is_repeated(running: Running) -> None:
    alice = running.person()
    running.api.faults.add(BotFault.too_many("sendMessage", retry_after_s=1))

    await alice.say("happy")

    assert (await alice.wait_for_message(suits=has_songs)).text


@pytest.mark.parametrize(
    ("fault", "messages"),
    [
        (BotFault.lost("sendMessage", done=False), 1),
        (BotFault.lost("sendMessage", done=True), 2),  # at least once: nobody can know
        (BotFault("sendMessage", garbage=True), 2),
        (BotFault.broken("sendMessage", status=500), 1),
        (BotFault.broken("sendMessage", status=502, times=2), 1),
        (BotFault.too_many("sendMessage", retry_after_s=1, times=5), 1),
    ],
    ids=["lost before", "lost after", "garbage", "500", "502 twice", "429 five times"],
)
async def test_songs_that_are_not_delivered_come_later(
    running: Running, fault: BotFault, messages: int
) -> None:
    alice = running.person()
    running.api.faults.add(fault)

    await alice.say("sad")
    await alice.wait_for_message(suits=has_songs, timeout_s=20)
    await settled(running)
    shown = [songs_in(message) for message in alice.messages if has_songs(message)]

    assert len(shown) == messages
    assert all(songs == shown[0] for songs in shown)
    assert (await alice.press("👍")).text == "Which songs do you like, and which not?"


async def test_what_fails_after_the_songs_does_not_bring_them_again(running: Running) -> None:
    alice = running.person()
    for _ in range(RUN - 1):
        await alice.say("sad")
        await alice.wait_for_message(suits=has_songs)
    await settled(running)
    running.api.faults.add(BotFault.slow("sendMessage", 0.0))  # the songs
    running.api.faults.add(BotFault.lost("sendMessage", done=False))  # where help is found

    await alice.say("sad")
    await alice.wait_for_message(suits=has_songs)
    await settled(running)
    await asyncio.sleep(2)  # an update that was put off would come again after one

    assert sum(has_songs(message) for message in alice.messages) == RUN


async def test_what_waits_for_a_flood_to_end_holds_nobody_else(running: Running) -> None:
    alice, bob = running.person("Alice"), running.person("Bob")
    running.api.faults.add(BotFault.too_many("sendMessage", retry_after_s=3600, chat_id=alice.id))

    await alice.say("sad")
    await until(lambda: [call.method for call in running.api.calls].count("sendMessage") > 0)
    await bob.say("sad")

    assert (await bob.wait_for_message(suits=has_songs)).text
    async with asyncio.timeout(10):  # Bob's row is struck off after his songs have arrived
        while await running.services.database.run(depth) > 1:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.01)
    assert await running.services.database.run(depth) == 1
    assert not any(has_songs(message) for message in alice.messages)


@pytest.mark.parametrize("reason", ["TOPIC_CLOSED", "not enough rights to send text messages"])
async def test_a_closed_chat_is_no_mistake_of_ours(
    running: Running, caplog: pytest.LogCaptureFixture, reason: str
) -> None:
    alice = running.person()
    running.api.faults.add(BotFault.refused("sendMessage", reason))

    await alice.say("sad")
    await settled(running)

    assert not [message for message in alice.messages if message.by_bot]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_who_blocked_the_bot_is_inactive(running: Running) -> None:
    alice = running.person()
    await alice.say("happy")
    await alice.wait_for_message(suits=has_songs)
    running.api.faults.add(BotFault.blocked("sendMessage", chat_id=alice.id))

    await alice.say("sad")
    await settled(running)

    assert await running.services.database.run(is_active, alice.id) is False


async def test_who_blocks_the_bot_without_a_word_is_inactive(running: Running) -> None:
    alice = running.person()
    await alice.say("happy")
    await alice.wait_for_message(suits=has_songs)
    bot = running.api.desk.conversation.bot
    change = {"chat": alice.chat.as_json(), "from": alice.chat.user, "date": 1}

    running.api.desk.conversation.updates.push(
        "my_chat_member",
        change
        | {"old_chat_member": {"user": bot, "status": "member"}}
        | {"new_chat_member": {"user": bot, "status": "kicked", "until_date": 0}},
    )
    await settled(running)

    assert await running.services.database.run(is_active, alice.id) is False


async def test_who_comes_back_is_active(running: Running) -> None:
    alice = running.person()
    await alice.say("happy")
    await alice.wait_for_message(suits=has_songs)
    running.api.faults.add(BotFault.blocked("sendMessage", chat_id=alice.id))
    await alice.say("sad")
    await settled(running)

    await alice.say("calm")
    await alice.wait_for_message(suits=has_songs)

    assert await running.services.database.run(is_active, alice.id) is True


async def test_our_mistake_is_logged_and_apologised_for(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    alice = running.person()
    await running.services.database.run(drop_suggestions)

    with caplog.at_level(logging.ERROR):
        await alice.say("happy")
        apology = await alice.wait_for_message("went wrong")

    [record] = [record for record in caplog.records if record.message.startswith("failed id=")]
    assert record.exc_info
    assert record.message.split("id=")[1].split()[0] in apology.text


async def test_our_mistake_after_a_press_is_answered(running: Running) -> None:
    alice = running.person()
    await alice.say("happy")
    await alice.wait_for_message(suits=has_songs)
    await running.services.database.run(drop_suggestions)

    answer = await alice.press("👍")

    assert "went wrong" in answer.text
    assert answer.show_alert


async def test_admins_hear_of_our_mistake_without_private_words(start_bot: StartBot) -> None:
    async with start_bot(admins="7000000001") as running:
        admin, alice = running.person("Admin"), running.person("Alice")
        await running.services.database.run(drop_suggestions)

        await alice.say("happy secret")

        note = await admin.wait_for_message("⚠️")
        assert "secret" not in note.text
        assert str(alice.id) not in note.text


@pytest.mark.parametrize(
    "content",
    [
        {"text": "sad"},
        {"photo": [{"file_id": "p", "file_unique_id": "u", "width": 9, "height": 9}]},
        {"text": "/unknown", "entities": [{"type": "bot_command", "offset": 0, "length": 8}]},
    ],
    ids=["words", "photo", "unknown command"],
)
async def test_talk_in_a_group_is_not_for_the_bot(running: Running, content) -> None:
    in_group(running, content)
    await settled(running)

    assert said_in_group(running) == []
    assert "getFile" not in {call.method for call in running.api.calls}


@pytest.mark.parametrize(
    "content",
    [
        {"text": "@tunemirror_local_bot sad"},
        {"text": "/mood sad", "entities": [{"type": "bot_command", "offset": 0, "length": 5}]},
    ],
    ids=["name", "command"],
)
async def test_in_a_group_the_bot_answers_when_addressed(running: Running, content) -> None:
    in_group(running, content)

    await until(lambda: bool(said_in_group(running)))
    assert "sad" in said_in_group(running)[0]


@pytest.mark.parametrize("command", ["/history", "/forget"])
async def test_private_things_stay_out_of_a_group(running: Running, command: str) -> None:
    entities = [{"type": "bot_command", "offset": 0, "length": len(command)}]

    in_group(running, {"text": command, "entities": entities})

    await until(lambda: bool(said_in_group(running)))
    assert "private chat" in said_in_group(running)[0]


@pytest.mark.parametrize("words", ["/forget", "@tunemirror_local_bot sad"])
async def test_a_hidden_admin_is_asked_to_write_as_themselves(running: Running, words: str) -> None:
    stand_in = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    group = {"id": GROUP, "type": "supergroup", "title": "Friends"}
    kind = "bot_command" if words.startswith("/") else "mention"
    entities = [{"type": kind, "offset": 0, "length": len(words.split(maxsplit=1)[0])}]

    in_group(running, {"from": stand_in, "sender_chat": group, "text": words, "entities": entities})

    await until(lambda: bool(said_in_group(running)))
    assert "Write as yourself" in said_in_group(running)[0]
    assert await running.services.database.run(rows_about, 1087968824) == 0


@pytest.mark.parametrize(
    "press", [ForgetPress(sure=True), ForgetPress(sure=False), HistoryPress(0)]
)
async def test_a_press_made_up_in_a_group_changes_nothing(running: Running, press: Press) -> None:
    in_group(running, {"text": "@tunemirror_local_bot sad"})
    await until(lambda: bool(said_in_group(running)))
    [shown] = running.api.desk.conversation.chats[GROUP].messages.values()
    mallory = {"id": 666, "is_bot": False, "first_name": "Mallory"}
    data = encode(press)
    query = {"id": f"made-up-{data}", "from": mallory, "message": group_message(shown)}

    running.api.desk.conversation.updates.push(
        "callback_query", query | {"chat_instance": "1", "data": data}
    )

    assert "too old or belongs" in (await answers_to(running, data))[0]
    assert said_in_group(running) == [shown["text"]]


def group_message(raw: dict[str, Any]) -> dict[str, Any]:
    """Return a message of the group's as a press names it."""
    group = {"id": GROUP, "type": "supergroup", "title": "Friends"}
    return {name: raw[name] for name in ("message_id", "from", "date", "text")} | {"chat": group}


async def test_a_channels_post_is_ignored(running: Running) -> None:
    post = {
        "message_id": 1,
        "date": 1,
        "chat": {"id": GROUP, "type": "channel", "title": "News"},
        "text": "/mood sad",
        "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
    }

    running.api.desk.conversation.updates.push("channel_post", post)
    await settled(running)

    assert "sendMessage" not in {call.method for call in running.api.calls}


def update_of(person: Person, words: str) -> dict[str, Any]:
    """Return an update that can be delivered more than once."""
    head = {"message_id": 5, "date": 1, "chat": person.chat.as_json(), "from": person.chat.user}
    return {"update_id": 5, "message": head | {"text": words}}


async def test_an_update_that_comes_twice_is_answered_once(running: Running) -> None:
    alice = running.person()

    running.api.deliver(update_of(alice, "sad"))
    running.api.deliver(update_of(alice, "sad"))
    await alice.wait_for_message(suits=has_songs)
    await settled(running)

    assert len([message for message in alice.messages if has_songs(message)]) == 1


async def test_people_are_answered_side_by_side(running: Running) -> None:
    people = [running.person(f"Person {number}") for number in range(12)]

    await asyncio.gather(*(person.say("happy") for person in people))

    assert all(
        await asyncio.gather(*(person.wait_for_message(suits=has_songs) for person in people))
    )
