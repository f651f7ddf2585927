"""What was seen in a picture or a clip, on request: the whole bot over real HTTP."""

import io
import logging
import sqlite3

import numpy as np
import pytest
from PIL import Image

from bot.localchat.driver import Person
from bot.localchat.heard import ChatMessage
from bot.screens.presses import encode
from bot.screens.song_presses import SeenPress
from inference.drawing import BOX, FRAME
from tests.conftest import Running, answers_to, has_songs, labels, settled, shows
from tests.drawing import clip_of, draw_face, draw_picture

PATIENCE_S = 30.0
SEEN = "👁 What did you see?"


async def songs_for_picture(person: Person) -> ChatMessage:
    await person.send_picture(draw_face())
    return await person.wait_for_message(suits=has_songs, timeout_s=PATIENCE_S)


async def songs_for_clip(person: Person) -> ChatMessage:
    pictures = [draw_picture(320, 240, face=0.8, at=(0.4 + 0.02 * k, 0.5)) for k in range(8)]
    await person.send_clip(clip_of(pictures))
    return await person.wait_for_message(suits=has_songs, timeout_s=PATIENCE_S)


async def ask_what_was_seen(person: Person, answer: ChatMessage, panel: str) -> ChatMessage:
    """Open a part of the buttons, press the one for what was seen, and return the picture."""
    await person.press(panel, under=answer.id)
    await person.wait_until(lambda now: now.id == answer.id and shows(SEEN, now))
    await person.press(SEEN, under=answer.id)
    return await person.wait_for_message(
        suits=lambda message: "photo" in message.raw, timeout_s=PATIENCE_S
    )


def pixels_of(running: Running, message: ChatMessage) -> np.ndarray:
    """Return the picture of a message as the person sees it."""
    file_id = message.raw["photo"][-1]["file_id"]
    content = running.api.desk.conversation.files.find(file_id).content
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(int)


def has_colour(pixels: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool((np.abs(pixels - np.array(colour)).max(axis=2) < 24).sum() > 100)


@pytest.mark.parametrize("panel", ["Why these?", "Wrong?"])
async def test_picture_comes_back_with_what_was_seen(running: Running, panel: str) -> None:
    alice = running.person()
    answer = await songs_for_picture(alice)

    seen = await ask_what_was_seen(alice, answer, panel)

    pixels = pixels_of(running, seen)
    assert pixels.shape == (720 + 480, 960, 3)
    assert has_colour(pixels, BOX)
    assert has_colour(pixels, FRAME)
    assert "keep nothing" in seen.text


async def test_clip_comes_back_as_a_strip(running: Running) -> None:
    alice = running.person()
    answer = await songs_for_clip(alice)

    seen = await ask_what_was_seen(alice, answer, "Why these?")

    pixels = pixels_of(running, seen)
    assert pixels.shape[1] > pixels.shape[0]
    assert seen.text.startswith("The clip from start to end")


async def test_first_buttons_stay_three_rows(running: Running) -> None:
    alice = running.person()

    answer = await songs_for_picture(alice)

    assert len(answer.buttons) == 3
    assert not shows(SEEN, answer)


async def test_mood_in_words_offers_nothing_to_see(running: Running) -> None:
    alice = running.person()
    await alice.say("/mood sad")
    answer = await alice.wait_for_message(suits=has_songs)

    await alice.press("Why these?", under=answer.id)
    opened = await alice.wait_until(lambda now: now.id == answer.id and shows("1 ", now))

    assert SEEN not in labels(opened)


async def test_press_without_a_picture_says_so(running: Running) -> None:
    alice = running.person()
    await alice.say("/mood sad")
    answer = await alice.wait_for_message(suits=has_songs)

    data = encode(SeenPress(1))
    query = {
        "id": f"made-up-{data}",
        "from": alice.chat.user,
        "message": answer.raw,
        "chat_instance": "1",
        "data": data,
    }
    running.api.desk.conversation.updates.push("callback_query", query)

    assert "cannot see that picture" in (await answers_to(running, data))[0]


async def test_nothing_of_the_picture_is_kept(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    alice = running.person()
    answer = await songs_for_picture(alice)

    seen = await ask_what_was_seen(alice, answer, "Wrong?")

    await settled(running)
    file_ids = [size["file_id"] for size in seen.raw["photo"]]
    sent = [call.values for call in running.api.calls if call.method == "getFile"]
    file_ids += [values["file_id"] for values in sent]
    path = str(running.services.settings.database_url).removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        kept = "\n".join(connection.iterdump())
    connection.close()
    assert len(sent) == 2
    assert not [each for each in file_ids if each in kept or each in caplog.text]
