"""Several people: groups with the bot, and pictures of more than one face."""

import re

import pytest
import skimage
from PIL import Image

from bot.localchat.chats import Chat
from bot.localchat.driver import Person
from bot.localchat.heard import ChatMessage
from bot.screens.presses import decode, encode
from bot.screens.song_presses import MorePress, PanelPress, RatingPress
from bot.storage.history import suggestion_of
from bot.storage.ratings import ratings_of
from bot.storage.readings import ReadingSource, readings_of
from bot.storage.users import rows_about
from tests.conftest import Running, answers_to, has_songs, labels, open_ratings, settled, shows
from tests.drawing import as_file, draw_picture

NAME = "@tunemirror_local_bot"
ASTRONAUT = Image.fromarray(skimage.data.astronaut())
SMILE = ASTRONAUT.crop((110, 0, 350, 240)).resize((512, 512))
DRAWN = draw_picture(512, 512, face=0.8)


def side_by_side(*faces: Image.Image) -> bytes:
    """Return a picture of several faces in a row."""
    row = Image.new("RGB", (512 * len(faces), 512), (120, 120, 120))
    for place, face in enumerate(faces):
        row.paste(face, (512 * place, 0))
    return as_file(row, quality=92)


@pytest.fixture
def group(running: Running) -> Chat:
    return running.api.group("Friends")


def said(group: Chat) -> list[ChatMessage]:
    """Return what the bot said in a group."""
    found = [ChatMessage.of(raw) for raw in group.messages.values()]
    return [message for message in found if message.by_bot]


async def songs_in_group(running: Running, group: Chat) -> tuple[Person, ChatMessage]:
    """Let somebody ask for songs in a group; return who, and the songs."""
    alice = running.person().within(group)
    await alice.say(f"{NAME} sad")
    return alice, await alice.wait_for_message(suits=has_songs)


async def test_a_group_picture_is_read_from_left_to_right(running: Running) -> None:
    alice = running.person()

    await alice.send_picture(side_by_side(SMILE, DRAWN, SMILE))

    songs = await alice.wait_for_message("I see 3 faces. From left to right: 1 happy")
    assert re.search(r"1 happy · 2 .+ · 3 happy$", songs.text, re.MULTILINE)
    assert has_songs(songs)
    assert "near the middle" not in songs.text


async def test_songs_for_several_people_say_how_they_were_blended(running: Running) -> None:
    alice = running.person()

    await alice.send_picture(side_by_side(SMILE, DRAWN))

    songs = await alice.wait_for_message("I see 2 faces")
    assert ("take turns" in songs.text) != ("each of them suits all" in songs.text)


async def test_people_who_look_alike_get_songs_for_that(running: Running) -> None:
    alice = running.person()

    await alice.send_picture(side_by_side(SMILE, SMILE))

    songs = await alice.wait_for_message("one mood for all of you")
    assert "take turns" not in songs.text


async def test_of_a_group_picture_only_shares_are_kept_and_no_mood_of_anybody(
    running: Running,
) -> None:
    alice = running.person()
    await alice.send_picture(side_by_side(SMILE, SMILE, DRAWN))
    songs = await alice.wait_for_message("I see 3 faces")

    stored = await running.services.database.run(suggestion_of, number_of(songs))

    assert stored.reading.source is ReadingSource.GROUP
    shares = {round(6 * share) / 6 for _, share in stored.reading.scores.items()}
    assert shares <= {n / 6 for n in range(7)}
    assert await running.services.database.run(readings_of, alice.id, 10) == []


async def test_one_of_several_people_can_have_songs_of_their_own(running: Running) -> None:
    alice = running.person()
    await alice.send_picture(side_by_side(SMILE, DRAWN))
    await alice.wait_for_message("I see 2 faces")

    await alice.press("👤 For one of us")
    await alice.wait_until(lambda message: shows("😊 Happy", message))
    await alice.press("😊 Happy")

    songs = await alice.wait_until(lambda now: "Songs for feeling happy" in now.text)
    assert shows("Wrong?", songs)
    [own] = await running.services.database.run(readings_of, alice.id, 10)
    assert own.corrected == "happy"


async def test_what_was_seen_of_several_people_is_shown(running: Running) -> None:
    alice = running.person()
    await alice.send_picture(side_by_side(SMILE, DRAWN))
    await alice.wait_for_message("I see 2 faces")
    await alice.press("Why these?")
    await alice.wait_until(lambda message: shows("1 ", message))

    await alice.press(running.services.texts("button.seen"))

    drawn = await alice.wait_for_message(suits=lambda message: "photo" in message.raw)
    assert "keep nothing of it" in drawn.text


async def test_more_songs_for_several_people_are_for_all_of_them(running: Running) -> None:
    alice = running.person()
    await alice.send_picture(side_by_side(SMILE, DRAWN))
    first = await alice.wait_for_message("I see 2 faces")

    await alice.press("More songs")

    more = await alice.wait_for_message("Songs for all of you: happy")
    assert has_songs(more)
    assert not set(first.links) & set(more.links)


@pytest.mark.parametrize(
    "words", ["sad", "/mood sad @another_bot", f"{NAME}2 sad", "we love music"]
)
async def test_what_is_not_meant_for_the_bot_is_not_answered(
    running: Running, group: Chat, words: str
) -> None:
    entity = {"type": "bot_command", "offset": 0, "length": 17}
    raw = {"text": words, "entities": [entity]} if words.startswith("/") else {"text": words}
    head = {"message_id": 1, "date": 1, "chat": group.as_json(), "from": running.person().user}
    words = words.replace(" @", "@")

    running.api.desk.conversation.updates.push("message", head | raw | {"text": words})
    await settled(running)

    assert said(group) == []


@pytest.mark.parametrize("words", [f"{NAME} sad", f"/mood{NAME} sad", "/mood sad", f"sad, {NAME}!"])
async def test_what_is_meant_for_the_bot_is_answered(
    running: Running, group: Chat, words: str
) -> None:
    alice = running.person().within(group)

    sent = await alice.say(words)

    songs = await alice.wait_for_message(suits=has_songs)
    assert songs.raw["reply_to_message"]["message_id"] == sent


async def test_a_reply_to_the_bot_is_answered(running: Running, group: Chat) -> None:
    alice, songs = await songs_in_group(running, group)

    await alice.say("happy", to=songs.id)

    assert "happy" in (await alice.wait_for_message(suits=has_songs)).text


async def test_a_picture_with_the_bots_name_below_it_is_read(running: Running, group: Chat) -> None:
    alice = running.person().within(group)
    silent = await alice.send_picture(side_by_side(SMILE, DRAWN))

    await alice.send_picture(side_by_side(SMILE, DRAWN), caption=f"us, {NAME}")

    songs = await alice.wait_for_message("I see 2 faces")
    assert songs.raw["reply_to_message"]["message_id"] > silent
    assert len(said(group)) == 1


async def test_the_songs_of_a_stranger_leave_nothing_behind(running: Running, group: Chat) -> None:
    carol = running.person("Carol", agreed=False).within(group)

    await carol.say(f"{NAME} sad")

    songs = await carol.wait_for_message(suits=has_songs)
    await settled(running)
    assert labels(songs) == {"Get my own songs"}
    assert await running.services.database.run(rows_about, carol.id) == 0


async def test_everybody_who_uses_the_bot_rates_for_themselves(
    running: Running, group: Chat
) -> None:
    alice, songs = await songs_in_group(running, group)
    bob = running.person("Bob").within(group)
    await open_ratings(bob, songs)

    first = await bob.press("👍 2")
    second = await alice.press("👎 2")

    assert (first.text[0], second.text[0]) == ("👍", "👎")
    rated = [await running.services.database.run(ratings_of, who.id) for who in (bob, alice)]
    assert [list(each.values()) for each in rated] == [[True], [False]]
    assert list(rated[0]) == list(rated[1])


async def test_nobodys_ratings_are_shown_to_a_group(running: Running, group: Chat) -> None:
    alice, songs = await songs_in_group(running, group)
    opened = await open_ratings(alice, songs)
    shown = labels(opened)

    await alice.press("👎 2")
    await alice.press("Back")
    closed = await alice.wait_until(lambda now: now.id == songs.id and shows("More songs", now))

    assert not any("✓" in label or "💛" in label for label in shown)
    assert "👍 👎 Rate" in labels(closed)


async def test_a_stranger_hears_how_their_ratings_would_count(
    running: Running, group: Chat
) -> None:
    alice, songs = await songs_in_group(running, group)
    carol = running.person("Carol", agreed=False).within(group)

    opening = await carol.press("👍", under=songs.id)
    await open_ratings(alice, songs)
    rating = await carol.press("👍 1")

    for answer in (opening, rating):
        assert answer.show_alert
        assert f"{NAME}, press Start" in answer.text
    await settled(running)
    assert await running.services.database.run(rows_about, carol.id) == 0


async def test_others_cannot_change_the_songs_of_whoever_asked(
    running: Running, group: Chat
) -> None:
    _, songs = await songs_in_group(running, group)
    bob = running.person("Bob").within(group)

    for label in ("More songs", "Lift me", "Save", "Wrong?", "Why"):
        answer = await bob.press(label, under=songs.id)
        assert "somebody else's. You can rate them" in answer.text

    assert [message.text for message in said(group)] == [songs.text]


async def test_a_rating_made_up_for_another_chat_is_refused(running: Running, group: Chat) -> None:
    _, songs = await songs_in_group(running, group)
    bob = running.person("Bob")
    await bob.say("happy")
    own = await bob.wait_for_message(suits=has_songs)
    data = encode(RatingPress(number_of(songs), 0, liked=True))
    query = {"id": f"made-up-{data}", "from": bob.user, "message": own.raw, "data": data}

    running.api.desk.conversation.updates.push("callback_query", query | {"chat_instance": "1"})

    assert "too old or belongs" in (await answers_to(running, data))[0]
    assert await running.services.database.run(ratings_of, bob.id) == {}


async def test_a_card_of_inline_mode_is_not_answered(running: Running, group: Chat) -> None:
    for alice in (running.person(), running.person("Bob").within(group)):
        await alice.ask_inline("happy")
        sent = await alice.send_card("all")
        await settled(running)

        assert not any(message.by_bot for message in alice.messages)
        assert alice.chat.messages[sent]["via_bot"]["is_bot"]


def number_of(songs: ChatMessage) -> int:
    """Return the suggestion that a message shows."""
    press = decode(str(songs.buttons[-1][0].data))
    assert isinstance(press, MorePress | PanelPress)
    return press.suggestion_id
