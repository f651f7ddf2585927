"""Words that somebody corrects after sending them: the whole bot over real HTTP."""

from datetime import UTC, datetime, timedelta

from bot.localchat.driver import Person
from bot.storage.history import latest_suggestion
from bot.storage.readings import readings_of
from inference.emotions import Emotion
from tests.conftest import Running, StartBot, has_songs, settled

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAME = "@tunemirror_local_bot"


async def moods_of(running: Running, person: Person) -> list[Emotion]:
    """Return the moods that are kept of somebody."""
    readings = await running.services.database.run(readings_of, person.id, 9)
    return [reading.believed.ranked()[0] for reading in readings]


async def test_a_corrected_slip_is_answered_in_the_place_of_the_first_answer(running: Running):
    alice = running.person()
    slip = await alice.say("sda")
    first = await alice.wait_for_message("I did not understand")

    alice.change(slip, "sad")

    songs = await alice.wait_until(has_songs)
    await settled(running)
    assert songs.id == first.id
    assert len([message for message in alice.messages if message.by_bot]) == 1
    [stored] = await running.services.database.run(latest_suggestion, alice.id, alice.id)
    assert stored.message_id == first.id


async def test_a_mood_that_was_corrected_is_taken_back(running: Running):
    alice = running.person()
    slip = await alice.say("mad")
    await alice.wait_for_message(suits=has_songs)

    alice.change(slip, "sad")

    await alice.wait_until(lambda message: "gentle songs" in message.text)
    await settled(running)
    assert await moods_of(running, alice) == [Emotion.SAD]


async def test_a_corrected_answer_can_be_corrected_again(running: Running):
    alice = running.person()
    slip = await alice.say("sda")
    first = await alice.wait_for_message("I did not understand")
    alice.change(slip, "asd")
    alice.change(slip, "sad")

    songs = await alice.wait_until(has_songs)
    await settled(running)

    assert songs.id == first.id
    assert await moods_of(running, alice) == [Emotion.SAD]


async def test_words_before_the_last_ones_are_not_answered_anew(running: Running):
    alice = running.person()
    slip = await alice.say("sda")
    await alice.wait_for_message("I did not understand")
    await alice.say("happy")
    await alice.wait_for_message(suits=has_songs)

    alice.change(slip, "sad")
    await settled(running)

    assert await moods_of(running, alice) == [Emotion.HAPPY]


async def test_old_words_are_not_answered_anew(start_bot: StartBot):
    now = [NOON]
    async with start_bot(now=lambda: now[0]) as running:
        alice = running.person()
        slip = await alice.say("sda")
        await alice.wait_for_message("I did not understand")

        await settled(running)
        now[0] += timedelta(minutes=6)
        alice.change(slip, "sad")
        await settled(running)

        assert await moods_of(running, alice) == []


async def test_despair_in_corrected_words_is_always_answered(running: Running):
    alice = running.person()
    first = await alice.say("hello")
    await alice.wait_for_message("Hello!")
    await alice.say("happy")
    await alice.wait_for_message(suits=has_songs)

    alice.change(first, "I want to die")

    await alice.wait_for_message("I am very glad that you wrote this")


async def test_in_a_group_only_words_to_the_bot_are_answered_anew(running: Running):
    alice = running.person()
    group = running.api.group("Friends")
    here = alice.within(group)
    said = await here.say("sda")
    addressed = await here.say(f"{NAME} sda")
    first = await here.wait_for_message("I did not understand")

    here.change(said, "happy")
    here.change(addressed, f"{NAME} sad")

    songs = await here.wait_until(has_songs)
    assert songs.id == first.id
    assert len([message for message in here.messages if message.by_bot]) == 1
