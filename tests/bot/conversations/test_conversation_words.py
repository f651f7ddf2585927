"""What a person writes in their own words, in their own language: the whole bot over real HTTP."""

from datetime import UTC, datetime

import pytest

from bot.localchat.attachments import attachment, keep
from bot.localchat.files import Kind
from bot.storage.history import latest_suggestion
from bot.storage.readings import ReadingSource, readings_of
from bot.storage.users import choose_care, manners_of
from bot.wire.limits import CAPACITY
from graph.tracks import Track
from tests.conftest import Running, StartBot, has_songs, labels, songs_in
from tests.drawing import draw_face

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def tracks_of(running: Running, person) -> list[Track]:
    """Return the songs that somebody got last, as the catalogue knows them."""
    [stored] = await running.services.database.run(latest_suggestion, person.id, person.id)
    return [running.services.track_of(track) for track in stored.tracks]


async def test_songs_by_an_artist_come_first(running: Running):
    alice = running.person()

    await alice.say("play something by Billie Holiday")

    await alice.wait_for_message("Songs by Billie Holiday:", suits=has_songs)
    assert "Billie Holiday" in (await tracks_of(running, alice))[0].artist


async def test_something_calm_in_spanish_is_in_spanish(running: Running):
    alice = running.person()

    await alice.say("something calm in Spanish")

    await alice.wait_for_message("Songs as you asked: Spanish", suits=has_songs)
    assert {track.language for track in await tracks_of(running, alice)} == {"es"}


async def test_more_of_what_was_asked_for_is_asked_for_too(running: Running):
    alice = running.person()
    await alice.say("80s rock")
    first = await alice.wait_for_message("Songs as you asked:", suits=has_songs)

    await alice.say("more like this")

    second = await alice.wait_until(lambda message: message.id > first.id and has_songs(message))
    tracks = await tracks_of(running, alice)
    assert {track.genre for track in tracks} == {"rock"}
    assert all(1980 <= (track.year or 0) < 1990 for track in tracks)
    assert not set(songs_in(first)) & set(songs_in(second))


async def test_songs_by_name_are_no_mood(running: Running):
    alice = running.person()

    await alice.say("80s rock")
    await alice.wait_for_message("Songs as you asked:", suits=has_songs)

    assert await running.services.database.run(readings_of, alice.id, 10) == []
    assert not any("For feeling" in message.text for message in alice.messages)


async def test_more_like_this_needs_something_before(running: Running):
    alice = running.person()

    await alice.say("more like this")

    assert labels(await alice.wait_for_message("not sent you any songs yet"))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("cheer me up", "Towards something brighter"),
        ("I'm stressed, calm me down", "From afraid towards something calmer"),
        ("estoy muy cansada", "gentle songs"),
        ("müde", "gentle songs"),
    ],
)
async def test_a_need_brings_songs(running: Running, said: str, answer: str):
    alice = running.person()

    await alice.say(said)

    assert has_songs(await alice.wait_for_message(answer))


@pytest.mark.parametrize(
    ("said", "answer"), [("hello", "How are you today?"), ("thank you!", "You are welcome")]
)
async def test_courtesy_is_returned(running: Running, said: str, answer: str):
    alice = running.person()

    await alice.say(said)

    assert not has_songs(await alice.wait_for_message(answer))


async def test_words_of_despair_bring_help_before_any_song(running: Running):
    alice = running.person()
    await running.services.database.run(
        choose_care, alice.id, care=False, at=running.services.now()
    )

    await alice.say("I want to kill myself")

    answer = await alice.wait_for_message("do not have to carry it alone")
    assert "988" in answer.text
    assert "findahelpline.com" in answer.text
    assert not any(has_songs(message) for message in alice.messages)
    assert labels(answer) == {"🕊 Quiet songs"}


async def test_a_song_with_words_of_despair_brings_help_and_then_songs(running: Running):
    alice = running.person()

    await alice.say("play Suicidal Thoughts by Queen")

    await alice.wait_for_message("Songs by Queen:", suits=has_songs)
    [help_line] = [m for m in alice.messages if "findahelpline.com" in m.text]
    [songs] = [message for message in alice.messages if has_songs(message)]
    assert help_line.id < songs.id


async def test_words_of_despair_are_answered_however_much_was_asked(start_bot: StartBot):
    async with start_bot(now=lambda: NOON) as running:
        alice = running.person()
        assert running.services.limits.allow(alice.id, cost=CAPACITY, at=NOON)
        await alice.say("thanks")
        await alice.wait_for_message("That was a lot at once")

        await alice.say("i dont want to live anymore")

        assert "988" in (await alice.wait_for_message("do not have to carry it alone")).text


async def test_words_of_despair_under_a_picture_are_answered(running: Running):
    alice = running.person()

    conversation = running.api.desk.conversation
    stored = await keep(conversation.files, draw_face(), Kind.PHOTO, name="me.jpg")
    conversation.hear(alice.chat, attachment(stored) | {"caption": "I want to die"})

    assert "988" in (await alice.wait_for_message("do not have to carry it alone")).text
    assert not any(has_songs(message) for message in alice.messages)


async def test_words_of_grief_bring_comfort(running: Running):
    alice = running.person()

    await alice.say("my dad died")

    assert "sorry for your loss" in (await alice.wait_for_message("There is no right way")).text


async def test_a_run_of_low_moods_names_help_once(running: Running):
    alice = running.person()

    for _ in range(7):
        await alice.say("sad")
        await alice.wait_for_message(suits=has_songs)

    said = [message.text for message in alice.messages if "heavy for you lately" in message.text]
    assert len(said) == 1


async def test_care_that_is_switched_off_stays_away(running: Running):
    alice = running.person()
    await running.services.database.run(
        choose_care, alice.id, care=False, at=running.services.now()
    )

    for _ in range(6):
        await alice.say("sad")
        await alice.wait_for_message("Songs for feeling sad:", suits=has_songs)

    assert not any("heavy for you lately" in message.text for message in alice.messages)
    assert not (await running.services.database.run(manners_of, alice.id)).care


async def test_what_was_said_in_words_is_a_mood(running: Running):
    alice = running.person()

    await alice.say("no estoy bien")
    await alice.wait_for_message(suits=has_songs)

    [reading] = await running.services.database.run(readings_of, alice.id, 10)
    assert reading.source is ReadingSource.WORDS
