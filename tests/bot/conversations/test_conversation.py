"""What a person can say and send, and what comes back: the whole bot over real HTTP."""

import hashlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.localchat.attachments import attachment, keep
from bot.localchat.faults import DOWNLOAD, BotFault
from bot.localchat.files import Kind
from bot.screens.consent import CONSENT_VERSION
from bot.storage.consent import allowed_by, save_consent
from bot.storage.history import heard_by
from bot.storage.preferences import preferences_of
from bot.storage.readings import ReadingSource, readings_of
from bot.storage.users import notice_shown, rows_about
from bot.words.texts import load_texts
from graph.choosing.filters import Filters
from inference.emotions import Emotion
from tests.conftest import Running, StartBot, has_songs, labels, open_ratings, settled, songs_in
from tests.drawing import as_file, clip_of, draw_face, draw_picture

MOOD_BUTTONS = {
    "😊 Happy",
    "😌 Calm",
    "😮 Surprised",
    "😢 Sad",
    "😠 Angry",
    "😨 Afraid",
    "🤢 Disgusted",
}


async def test_start_says_what_how_and_the_notice_in_six_lines(running: Running) -> None:
    alice = running.person(agreed=False)

    await alice.say("/start")

    hello = await alice.wait_for_message("selfie")
    assert len(hello.text.splitlines()) <= 6
    assert "estimates an expression" in hello.text
    assert "not kept" in hello.text
    assert labels(hello) == {"✓ Yes, read my pictures", "🎵 A mood without a face"}
    await settled(running)
    assert await running.services.database.run(notice_shown, alice.id)


async def test_one_tap_is_kept_as_consent_with_version_and_date(running: Running) -> None:
    alice = running.person(agreed=False)
    await alice.say("/start")
    hello = await alice.wait_for_message("selfie")

    await alice.press("✓ Yes")

    ways = await alice.wait_until(lambda message: "🎚 My taste in three taps" in labels(message))
    allowed = await running.services.database.run(allowed_by, alice.id)
    assert ways.id == hello.id
    assert allowed.consent_version == CONSENT_VERSION


async def test_a_picture_waits_for_consent_and_is_read_then(running: Running) -> None:
    alice = running.person(agreed=False)

    await alice.send_picture(draw_face())
    asked = await alice.wait_for_message("Is that all right with you?")
    downloads_before = [c for c in running.api.calls if c.method == "getFile"]
    await alice.press("✓ Yes")

    answer = await alice.wait_for_message(suits=has_songs)
    assert not downloads_before
    assert "estimates an expression" in asked.text
    assert answer.text.startswith(("Looks most like", "I am not sure"))


async def test_consent_to_an_older_text_is_asked_for_again(running: Running) -> None:
    alice = running.person()
    await running.services.database.run(
        save_consent, alice.id, "2020-01-01", at=running.services.now()
    )

    await alice.send_picture(draw_face())

    assert (await alice.wait_for_message("Is that all right with you?")).text


def test_the_version_of_the_consent_is_that_of_its_text() -> None:
    text = load_texts().sentences["notice.text"].encode()

    assert (CONSENT_VERSION, hashlib.sha256(text).hexdigest()[:12]) == (
        "2026-11-26",
        "64f44a8ce949",
    )


async def test_taste_takes_three_taps_and_can_be_skipped(running: Running) -> None:
    alice = running.person()
    await alice.say("/start")
    await alice.wait_for_message("selfie")
    await alice.press("🎚 My taste")
    await alice.wait_until(lambda message: "1 of 3" in message.text)
    await alice.press("Deutsch")
    await alice.wait_until(lambda message: "2 of 3" in message.text)
    await alice.press("Any, skip")
    await alice.wait_until(lambda message: "3 of 3" in message.text)
    await alice.press("1980s")

    await alice.wait_until(lambda message: "How do you feel?" in message.text)
    chosen = await running.services.database.run(preferences_of, alice.id)
    assert chosen.filters == Filters(languages=frozenset({"de"}), decades=frozenset({1980}))


async def test_a_shared_mix_opens_the_same_songs_for_somebody_else(running: Running) -> None:
    alice, bob = running.person("Alice"), running.person("Bob", agreed=False)
    await alice.say("happy")
    hers = await alice.wait_for_message(suits=has_songs)
    await alice.press("Save, share")
    opened = await alice.wait_until(lambda message: "↗ Share this mix" in labels(message))
    [url] = [b.url for row in opened.buttons for b in row if b.url]
    link = parse_qs(urlsplit(url).query)["url"][0]

    await bob.say(f"/start {link.partition('?start=')[2]}")

    his = await bob.wait_for_message("shared these songs", suits=has_songs)
    assert songs_in(his) == songs_in(hers)
    said = re.sub(r"^\d\. .+$", "", his.text, flags=re.MULTILINE)  # a title may name any mood
    assert "happy" not in said.lower()


@pytest.mark.parametrize("parameter", ["mix_AAAA", "group", "x" * 64])
async def test_a_made_up_deep_link_is_a_hello(running: Running, parameter: str) -> None:
    alice = running.person()

    await alice.say(f"/start {parameter}")

    assert (await alice.wait_for_message("selfie")).text


async def test_the_guide_explains_how_to_send_a_selfie(running: Running) -> None:
    alice = running.person()
    await alice.say("/start")
    await alice.wait_for_message("selfie")

    await alice.press("📷 How to send a selfie")

    assert "light" in (await alice.wait_for_message("take a picture")).text


async def test_start_leads_to_the_moods(running: Running) -> None:
    alice = running.person()
    await alice.say("/start")
    await alice.wait_for_message("selfie")

    await alice.press("🎵 Choose a mood")

    assert labels(await alice.wait_for_message("How do you feel?")) == MOOD_BUTTONS


@pytest.mark.parametrize(
    ("command", "words"),
    [("/help", "What you can send"), ("/privacy", "never saved"), ("/cancel", "nothing to cancel")],
)
async def test_a_command_is_answered(running: Running, command: str, words: str) -> None:
    alice = running.person()

    await alice.say(command)

    assert (await alice.wait_for_message(words)).text


async def test_help_and_privacy_turn_their_pages_in_place(running: Running) -> None:
    alice = running.person()
    await alice.say("/help")
    first = await alice.wait_for_message("What you can send")

    await alice.press("🎛 The buttons")

    turned = await alice.wait_until(lambda message: "Under the songs" in message.text)
    assert turned.id == first.id
    assert labels(turned) == {"💬 What to send", "📋 Commands"}


async def test_privacy_says_who_runs_the_bot(start_bot: StartBot) -> None:
    async with start_bot(operator="Ada <Example>, ada@example.org") as running:
        alice = running.person()

        await alice.say("/privacy")

        privacy = await alice.wait_for_message("Who runs this bot")
        assert "Who runs this bot: Ada <Example>, ada@example.org" in privacy.text


async def test_a_bot_without_an_operator_says_that_it_is_not_said(running: Running) -> None:
    alice = running.person()

    await alice.say("/privacy")

    assert "is not said here" in (await alice.wait_for_message("Who runs this bot")).text


async def test_a_selfie_brings_five_songs_with_links(running: Running) -> None:
    alice = running.person()

    await alice.send_picture(draw_face())

    answer = await alice.wait_for_message(suits=has_songs)
    assert answer.text.startswith(("Looks most like", "I am not sure"))
    hosts = [link.split("/")[2] for link in answer.links]
    assert hosts == ["open.spotify.com", "www.youtube.com"] * 5


async def test_who_agreed_is_not_asked_again(running: Running) -> None:
    alice = running.person(agreed=False)
    await alice.send_picture(draw_face())
    await alice.wait_for_message("Is that all right with you?")
    await alice.press("✓ Yes")
    await alice.wait_for_message(suits=has_songs)

    await alice.send_picture(draw_face())

    await alice.wait_for_message(suits=has_songs)
    assert sum("Is that all right" in message.text for message in alice.messages) == 0


async def test_typing_is_shown_where_an_answer_takes_a_moment(running: Running) -> None:
    alice = running.person()
    running.api.faults.add(BotFault.slow(DOWNLOAD, 1.0))

    await alice.send_picture(draw_face())
    await alice.wait_for_message(suits=has_songs)

    assert "typing" in alice.actions


async def test_a_picture_sent_as_a_file_is_read(running: Running) -> None:
    alice = running.person()

    await alice.send_picture(as_file(draw_picture(), "PNG"), as_document=True, name="me.png")

    assert (await alice.wait_for_message(suits=has_songs)).text


@pytest.mark.parametrize("kind", ["video", "video_note", "animation", "document"])
async def test_a_clip_is_read(running: Running, kind: str) -> None:
    alice = running.person()
    clip = clip_of([draw_picture(320, 320)] * 12)

    await alice.send_clip(clip, kind=kind)

    assert (await alice.wait_for_message(suits=has_songs)).text
    [reading] = await running.services.database.run(readings_of, alice.id, 10)
    assert reading.source is ReadingSource.CLIP


async def test_an_album_has_one_answer(running: Running) -> None:
    alice, conversation = running.person(), running.api.desk.conversation

    for _ in range(3):
        stored = await keep(conversation.files, draw_face(), Kind.PHOTO, name="me.jpg")
        conversation.hear(alice.chat, attachment(stored) | {"media_group_id": "album"})
    await alice.wait_for_message("first picture of the album")
    await alice.say("/cancel")
    await alice.wait_for_message("Nothing is waiting")

    assert len([message for message in alice.messages if has_songs(message)]) == 1


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (draw_face(face=0), "me.jpg", "cannot find a face"),
        (b"just some text", "me.jpg", "cannot open this file"),
        (b"%PDF-1.4 nothing", "me.pdf", "cannot read this kind of file"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "me.heic", "cannot open this file"),
        (draw_face()[:2000], "me.jpg", "cannot open this file"),
    ],
    ids=["no face", "text", "pdf", "heic", "cut"],
)
async def test_what_cannot_be_read_is_explained_and_leads_on(
    running: Running, content: bytes, name: str, words: str
) -> None:
    alice = running.person()

    await alice.send_document(content, name=name)

    assert labels(await alice.wait_for_message(words)) == MOOD_BUTTONS


async def test_a_clip_that_is_too_long_is_not_fetched(running: Running) -> None:
    alice = running.person()
    video = {"file_id": "v", "file_unique_id": "u", "width": 9, "height": 9, "duration": 61}

    running.api.desk.conversation.hear(alice.chat, {"video": video})

    assert labels(await alice.wait_for_message("too long")) == MOOD_BUTTONS
    assert "getFile" not in {call.method for call in running.api.calls}


async def test_a_file_that_is_too_big_is_not_fetched(running: Running) -> None:
    alice = running.person()
    document = {"file_id": "d", "file_unique_id": "u", "mime_type": "image/png"}

    running.api.desk.conversation.hear(
        alice.chat, {"document": document | {"file_size": 20 * 1024 * 1024 + 1}}
    )

    assert labels(await alice.wait_for_message("20 MB")) == MOOD_BUTTONS
    assert "getFile" not in {call.method for call in running.api.calls}


async def test_mood_offers_seven_buttons(running: Running) -> None:
    alice = running.person()

    await alice.say("/mood")

    assert labels(await alice.wait_for_message("How do you feel?")) == MOOD_BUTTONS


async def test_a_mood_button_brings_songs(running: Running) -> None:
    alice = running.person()
    await alice.say("/mood")
    await alice.wait_for_message("How do you feel?")

    await alice.press("😢 Sad")

    answer = await alice.wait_for_message("gentle songs")
    assert has_songs(answer)


@pytest.mark.parametrize(
    ("words", "opening"),
    [
        ("/mood happy", "Songs for feeling happy:"),
        ("/mood 😢", "gentle songs"),
        ("😡", "Songs for feeling angry:"),
        ("I'm a bit nervous", "gentle songs"),
        ("not happy", "gentle songs"),
    ],
)
async def test_words_and_emoji_bring_songs(running: Running, words: str, opening: str) -> None:
    alice = running.person()

    await alice.say(words)

    assert has_songs(await alice.wait_for_message(opening))


async def test_a_stickers_emoji_brings_songs(running: Running) -> None:
    alice = running.person()
    sticker = {"file_id": "s", "file_unique_id": "u", "type": "regular", "width": 9, "height": 9}

    running.api.desk.conversation.hear(
        alice.chat, {"sticker": sticker | {"is_animated": False, "is_video": False, "emoji": "😱"}}
    )

    assert has_songs(await alice.wait_for_message("gentle songs"))


@pytest.mark.parametrize("words", ["what is this", "/unknown", "/mood qwertz", "42"])
async def test_other_words_get_help_and_moods(running: Running, words: str) -> None:
    alice = running.person()

    await alice.say(words)

    assert labels(await alice.wait_for_message("did not understand that")) == MOOD_BUTTONS


async def test_a_location_gets_help_and_moods(running: Running) -> None:
    alice = running.person()

    running.api.desk.conversation.hear(
        alice.chat, {"location": {"longitude": 1.5, "latitude": 2.5}}
    )

    assert labels(await alice.wait_for_message("pictures, short clips, words")) == MOOD_BUTTONS


async def test_what_was_said_is_remembered_with_its_source(running: Running) -> None:
    alice = running.person()

    await alice.say("happy")
    await alice.wait_for_message(suits=has_songs)

    [reading] = await running.services.database.run(readings_of, alice.id, 10)
    assert (reading.source, reading.scores[Emotion.HAPPY]) == (ReadingSource.WORDS, 1)


async def test_five_songs_are_remembered_as_heard(running: Running) -> None:
    alice = running.person()

    await alice.say("happy")
    await alice.wait_for_message(suits=has_songs)

    assert len(await running.services.database.run(heard_by, alice.id)) == 5


async def test_history_shows_moods_and_likes(running: Running) -> None:
    alice = running.person()
    await alice.say("happy")
    answer = await alice.wait_for_message(suits=has_songs)
    await open_ratings(alice, answer)
    await alice.press("👍 2")

    await alice.say("/history")

    history = await alice.wait_for_message("Your moods")
    liked = songs_in(answer)[1].rsplit(" (", 1)[0]
    assert "· happy" in history.text
    assert f"👍 {liked}" in history.text


async def test_an_empty_history_leads_on(running: Running) -> None:
    alice = running.person()

    await alice.say("/history")

    assert labels(await alice.wait_for_message("Nothing yet")) == MOOD_BUTTONS


async def test_a_long_history_has_pages(running: Running) -> None:
    alice = running.person()
    for _ in range(8):
        await alice.say("calm")
        await alice.wait_for_message(suits=has_songs)
    await alice.say("/history")
    first = await alice.wait_for_message("Your moods")

    await alice.press("Older")

    second = await alice.wait_until(lambda message: message.id == first.id and message.edited)
    assert (first.text.count("· calm"), second.text.count("· calm")) == (7, 1)
    assert {"Newer"} <= labels(second)
    assert "Older" not in labels(second)


async def test_forgetting_asks_first(running: Running) -> None:
    alice = running.person()
    await alice.say("happy")
    await alice.wait_for_message(suits=has_songs)
    await alice.say("/forget")
    await alice.wait_for_message("cannot be undone")

    await alice.press("Keep it")

    await alice.wait_until(lambda message: "Nothing was deleted" in message.text)
    assert await running.services.database.run(rows_about, alice.id) > 0


async def test_forgetting_leaves_nothing(running: Running) -> None:
    alice = running.person()
    await alice.send_picture(draw_face())
    await alice.wait_for_message(suits=has_songs)
    await alice.press("👍")
    await alice.say("/forget")
    await alice.wait_for_message("cannot be undone")

    await alice.press("Delete everything")

    done = await alice.wait_until(lambda message: "nothing is left" in message.text)
    assert not labels(done)
    assert await running.services.database.run(rows_about, alice.id) == 0


async def test_forgetting_one_leaves_the_others(running: Running) -> None:
    alice, bob = running.person("Alice"), running.person("Bob")
    for person in (alice, bob):
        await person.say("happy")
        await person.wait_for_message(suits=has_songs)
    await alice.say("/forget")
    await alice.wait_for_message("cannot be undone")

    await alice.press("Delete everything")
    await alice.wait_until(lambda message: "nothing is left" in message.text)

    assert await running.services.database.run(rows_about, bob.id) > 0
