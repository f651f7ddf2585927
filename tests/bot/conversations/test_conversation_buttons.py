"""What the buttons under the songs do: the whole bot over real HTTP."""

from functools import partial

import pytest

from bot.localchat.driver import Person
from bot.localchat.heard import ChatMessage
from bot.screens.presses import (
    MAX_ID,
    decode,
    encode,
)
from bot.screens.song_presses import (
    AimPress,
    CorrectPress,
    MorePress,
    Panel,
    PanelPress,
    RatingPress,
)
from bot.storage.artists import block_artist
from bot.storage.history import heard_by, latest_suggestion
from bot.storage.ratings import ratings_of
from bot.storage.readings import readings_of
from graph.choosing.recommend import Aim
from inference.emotions import Emotion
from tests.conftest import (
    Running,
    answers_to,
    has_songs,
    labels,
    open_ratings,
    shows,
    songs_in,
    until,
)
from tests.drawing import draw_face

OLD = "too old or belongs to somebody else"


async def sad_songs(person: Person) -> ChatMessage:
    """Say a mood, and return the songs for it."""
    await person.say("sad")
    return await person.wait_for_message("gentle songs", suits=has_songs)


async def rateable_songs(person: Person) -> ChatMessage:
    """Say a mood, open the thumbs under the songs for it, and return them."""
    return await open_ratings(person, await sad_songs(person))


async def back_to_the_card(person: Person) -> None:
    """Close the thumbs, and wait until the buttons of the whole list stand there again."""
    await person.press("Back")
    await person.wait_until(lambda message: "More songs" in labels(message))


def ratings(running: Running, person: Person):
    return running.services.database.run(ratings_of, person.id)


def suggestion_id(message: ChatMessage) -> int:
    press = decode(str(message.buttons[-1][0].data))
    assert isinstance(press, MorePress | PanelPress)
    return press.suggestion_id


def press_data(running: Running, person: Person, message: ChatMessage, data: str) -> None:
    """Press a button that the message does not have, as an old or a changed client can."""
    query = {
        "id": f"made-up-{data}",
        "from": person.chat.user,
        "message": message.raw,
        "chat_instance": "1",
        "data": data,
    }
    running.api.desk.conversation.updates.push("callback_query", query)


async def test_a_thumb_acts_in_place(running: Running) -> None:
    alice = running.person()
    answer = await rateable_songs(alice)

    await alice.press("👍 2")

    marked = await alice.wait_until(lambda message: shows("👍 2 ✓", message))
    assert marked.id == answer.id
    assert list((await ratings(running, alice)).values()) == [True]


async def test_second_press_replaces_first(running: Running) -> None:
    alice = running.person()
    await rateable_songs(alice)
    await alice.press("👍 3")
    await alice.wait_until(lambda message: shows("👍 3 ✓", message))

    await alice.press("👎 3")

    marked = await alice.wait_until(lambda message: shows("👎 3 ✓", message))
    assert not shows("👍 3 ✓", marked)
    assert list((await ratings(running, alice)).values()) == [False]


async def test_pressing_the_chosen_thumb_takes_it_back(running: Running) -> None:
    alice = running.person()
    await rateable_songs(alice)
    await alice.press("👍 1")
    await alice.wait_until(lambda message: shows("👍 1 ✓", message))

    await alice.press("👍 1 ✓")

    await alice.wait_until(lambda message: not shows("👍 1 ✓", message))
    assert await ratings(running, alice) == {}


async def test_a_double_press_is_harmless(running: Running) -> None:
    alice = running.person()
    answer = await rateable_songs(alice)
    data = encode(RatingPress(suggestion_id(answer), 0, liked=True))

    running.api.desk.conversation.press(alice.chat, answer.id, data)
    running.api.desk.conversation.press(alice.chat, answer.id, data)

    await until(lambda: len(alice.answers) == 3)  # the one that opened the thumbs, too
    assert list((await ratings(running, alice)).values()) == [True]
    assert not any(answer.show_alert for answer in alice.answers)


async def test_every_kind_of_press_is_answered(running: Running) -> None:
    alice = running.person()
    await sad_songs(alice)

    for button in (
        "👍 👎 Rate",
        "👍 1",
        "👎 2",
        "Back",
        "Lift me",
        "Lift me ✓",
        "Wrong?",
        "Back",
        "Save, share",
        "📄 As a list",
        "Back",
        "More songs",
    ):
        await alice.wait_until(partial(shows, button))
        await alice.press(button)

    assert len(alice.answers) == 12


async def test_more_brings_the_next_five(running: Running) -> None:
    alice = running.person()
    first = await sad_songs(alice)

    await alice.press("More songs")

    second = await alice.wait_for_message(suits=has_songs)
    assert second.id != first.id
    assert not set(songs_in(first)) & set(songs_in(second))


async def test_more_repeats_nothing_ten_times(running: Running) -> None:
    alice = running.person()
    await sad_songs(alice)

    for _ in range(10):
        await alice.press("More songs")
        await alice.wait_for_message(suits=has_songs)

    assert len(await running.services.database.run(heard_by, alice.id)) == 55


@pytest.mark.parametrize(("button", "words"), [("Lift me", "brighter"), ("Calm me", "calmer")])
async def test_an_aim_picks_again_in_place(running: Running, button: str, words: str) -> None:
    alice = running.person()
    before = await sad_songs(alice)

    await alice.press(button)

    after = await alice.wait_until(lambda message: words in message.text)
    assert after.id == before.id
    assert f"{button} ✓" in labels(after)
    assert has_songs(after)


async def test_an_aim_that_was_shown_before_brings_its_songs_back_with_their_marks(
    running: Running,
) -> None:
    alice = running.person()
    first = songs_in(await rateable_songs(alice))
    await alice.press("👍 2")
    await alice.press("👎 3")
    await back_to_the_card(alice)
    await alice.press("Lift me")
    lifted = songs_in(await alice.wait_until(lambda message: "brighter" in message.text))

    await alice.press("Match")

    back = await alice.wait_until(lambda message: "gentle songs" in message.text)
    assert songs_in(back) == first
    await open_ratings(alice, back)
    marked = await alice.wait_until(partial(shows, "👍 2 ✓"))
    assert shows("👎 3 ✓", marked)
    await back_to_the_card(alice)
    await alice.press("Lift me")
    again = await alice.wait_until(lambda message: "brighter" in message.text)
    assert songs_in(again) == lifted


async def test_songs_of_before_a_correction_do_not_come_back(running: Running) -> None:
    alice = running.person()
    first = songs_in(await sad_songs(alice))
    await alice.press("Wrong?")
    await alice.wait_until(lambda message: "😠 Angry" in labels(message))
    await alice.press("😠 Angry")
    angry = songs_in(await alice.wait_until(lambda message: "feeling angry" in message.text))
    await alice.press("Lift me")
    await alice.wait_until(lambda message: "From angry towards" in message.text)

    await alice.press("Match")

    back = await alice.wait_until(lambda message: "feeling angry" in message.text)
    assert songs_in(back) == angry
    assert not set(angry) & set(first)


async def test_an_artist_who_is_to_stay_away_does_not_come_back_with_an_aim(
    running: Running,
) -> None:
    alice = running.person()
    first = await sad_songs(alice)
    [stored] = await running.services.database.run(latest_suggestion, alice.id, alice.id)
    artist = stored.tracks[0].first_artist
    await alice.press("Lift me")
    await alice.wait_until(lambda message: "brighter" in message.text)
    await running.services.database.run(block_artist, alice.id, artist)

    await alice.press("Match")

    back = await alice.wait_until(lambda message: "gentle songs" in message.text)
    assert artist not in back.text
    assert not set(songs_in(back)) & set(songs_in(first))


async def test_the_chosen_aim_stays_as_it_is(running: Running) -> None:
    alice = running.person()
    before = await sad_songs(alice)

    await alice.press("Match ✓")
    await alice.say("/cancel")
    await alice.wait_for_message("Nothing is waiting")

    assert next(message for message in alice.messages if message.id == before.id) == before


async def test_wrong_offers_the_moods_and_a_way_back(running: Running) -> None:
    alice = running.person()
    before = await sad_songs(alice)

    await alice.press("Wrong?")
    opened = await alice.wait_until(lambda message: "😊 Happy" in labels(message))
    await alice.press("Back")

    closed = await alice.wait_until(lambda message: "More songs" in labels(message))
    assert opened.id == closed.id == before.id
    assert closed.buttons == before.buttons


async def test_a_correction_picks_again_in_place_and_is_remembered(running: Running) -> None:
    alice = running.person()
    await alice.send_picture(draw_face())
    before = await alice.wait_for_message(suits=has_songs)
    await alice.press("Wrong?")
    await alice.wait_until(lambda message: "😠 Angry" in labels(message))

    await alice.press("😠 Angry")

    after = await alice.wait_until(lambda message: "Songs for feeling angry" in message.text)
    [reading] = await running.services.database.run(readings_of, alice.id, 10)
    assert after.id == before.id
    assert not set(songs_in(before)) & set(songs_in(after))
    assert reading.corrected is Emotion.ANGRY


async def test_a_lift_after_a_correction_starts_from_the_corrected_mood(running: Running) -> None:
    alice = running.person()
    await sad_songs(alice)
    await alice.press("Wrong?")
    await alice.wait_until(lambda message: "😠 Angry" in labels(message))
    await alice.press("😠 Angry")
    await alice.wait_until(lambda message: "feeling angry" in message.text)

    await alice.press("Lift me")

    assert (await alice.wait_until(lambda message: "From angry towards" in message.text)).text


async def test_a_disliked_song_never_comes_back(running: Running) -> None:
    alice = running.person()
    answer = await rateable_songs(alice)
    await alice.press("👎 1")
    await alice.press("Back")
    await alice.wait_until(lambda message: "More songs" in labels(message))

    for _ in range(5):
        await alice.press("More songs")
        await alice.wait_for_message(suits=has_songs)

    later = [song for m in alice.messages if m.by_bot and m.id > answer.id for song in songs_in(m)]
    assert songs_in(answer)[0] not in later


async def test_a_foreign_button_says_so(running: Running) -> None:
    alice, bob = running.person("Alice"), running.person("Bob")
    hers = await sad_songs(alice)
    his = await sad_songs(bob)
    data = encode(RatingPress(suggestion_id(hers), 0, liked=False))

    press_data(running, bob, his, data)

    [answer] = await answers_to(running, data)
    assert OLD in answer
    assert await ratings(running, alice) == await ratings(running, bob) == {}


@pytest.mark.parametrize(
    "data",
    ["", "r:1", "x:1:2", "r:9999:0:1", "m:9999", "e:joy", "r:1:9:1", f"h:{MAX_ID}", f"m:{MAX_ID}"],
)
async def test_an_old_button_says_so(running: Running, data: str) -> None:
    alice = running.person()
    answer = await sad_songs(alice)

    press_data(running, alice, answer, data)

    assert OLD in (await answers_to(running, data))[0]


@pytest.mark.parametrize(
    "press",
    [
        MorePress(9999),
        AimPress(9999, Aim.LIFT),
        PanelPress(9999, Panel.MOODS),
        CorrectPress(9999, Emotion.SAD),
    ],
    ids=lambda press: type(press).__name__,
)
async def test_a_button_of_a_forgotten_suggestion_says_so(running: Running, press) -> None:
    alice = running.person()
    answer = await sad_songs(alice)

    press_data(running, alice, answer, encode(press))

    assert OLD in (await answers_to(running, encode(press)))[0]


async def test_a_late_thumb_does_not_bring_back_old_buttons(running: Running) -> None:
    alice = running.person()
    before = await sad_songs(alice)
    late = encode(RatingPress(suggestion_id(before), 0, liked=True))
    await alice.press("Lift me")
    after = await alice.wait_until(lambda message: "brighter" in message.text)

    press_data(running, alice, before, late)
    await answers_to(running, late)
    await alice.say("/cancel")
    await alice.wait_for_message("Nothing is waiting")

    now = next(message for message in alice.messages if message.id == after.id)
    assert now.buttons == after.buttons
    assert len(await ratings(running, alice)) == 1


async def test_buttons_after_forgetting_are_old(running: Running) -> None:
    alice = running.person()
    answer = await rateable_songs(alice)
    await alice.say("/forget")
    await alice.wait_for_message("cannot be undone")
    await alice.press("Delete everything")

    pressed = await alice.press("👍 1", under=answer.id)

    assert OLD in pressed.text
