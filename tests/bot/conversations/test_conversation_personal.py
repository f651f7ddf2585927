"""What a person chooses about the bot, and what it does by itself: the whole bot over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from telegram import Bot

from bot.handlers.tending import tend_once
from bot.localchat.driver import Person
from bot.localchat.heard import ChatMessage
from bot.storage.evidence import evidence_of
from bot.storage.preferences import preferences_of
from bot.storage.readings import readings_of
from bot.storage.reminders import reminder_of
from bot.wire.requests import AiohttpRequest
from bot.words.clocks import OFFERED, after_quiet, is_quiet, next_time, zone_of
from graph.choosing.taste import Reaction
from tests.conftest import Running, StartBot, has_songs, settled, shows

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that a test turns."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


async def tend(running: Running) -> None:
    """Do what is due now, as the bot does every half minute."""
    url, request = f"{running.api.base_url}/bot", AiohttpRequest()
    async with Bot(running.api.token, base_url=url, request=request) as bot:
        await tend_once(bot, running.services)


def has(button: str) -> Callable[[ChatMessage], bool]:
    return lambda message: shows(button, message)


async def choose(person: Person, line: str, value: str) -> ChatMessage:
    """Open the options, one of them, and press a value; return the options then."""
    await person.say("/settings")
    await person.wait_for_message("Which songs shall I choose from?")
    await person.press("👤 You and me")
    await person.wait_until(has(line))
    await person.press(line)
    await person.wait_until(has(value))
    await person.press(value)
    return await person.wait_until(has(line))


async def test_an_answer_can_begin_with_a_lift(running: Running) -> None:
    alice = running.person()
    await choose(alice, "🎯", "Lift me")

    await alice.say("sad")

    assert shows("Lift me ✓", await alice.wait_for_message("brighter", suits=has_songs))


async def test_heavy_songs_and_kinds_are_kept_as_chosen(running: Running) -> None:
    alice = running.person()
    await choose(alice, "🌧", "no")
    await alice.press("🎭")
    await alice.wait_until(has("Karaoke"))
    for kind in ("Karaoke", "Comedy", "Karaoke"):
        await alice.press(kind)
    await alice.wait_until(lambda message: shows("Comedy ✓", message))

    kept = await running.services.database.run(preferences_of, alice.id)

    assert (kept.heavy, kept.kinds) == (False, frozenset({"comedy"}))


async def test_history_goes_after_the_chosen_days(start_bot: StartBot) -> None:
    clock = Clock(NOON)
    async with start_bot(now=clock) as running:
        alice = running.person()
        chosen = await choose(alice, "🗄", "7 days")
        await alice.say("sad")
        await alice.wait_for_message(suits=has_songs)
        clock.at = NOON + timedelta(days=8)

        await settled(running)
        await tend(running)

        assert shows("🗄 Keep my moods: 7 days", chosen)
        assert await running.services.database.run(readings_of, alice.id, 10) == []


async def test_a_reminder_comes_by_the_persons_clock(start_bot: StartBot) -> None:
    clock = Clock(NOON)
    async with start_bot(now=clock) as running:
        alice = running.person()
        await choose(alice, "🕒", "21:00 Tokyo")
        await choose(alice, "⏰", "09:00")
        assert await running.services.database.run(reminder_of, alice.id) == 9 * 60

        for hours in (11.9, 12.1, 12.2):  # it is 9 in Tokyo at midnight UTC
            clock.at = NOON + timedelta(hours=hours)
            await tend(running)

        said = [
            message.text for message in alice.messages if "How do you feel today" in message.text
        ]
        assert len(said) == 1


async def test_a_reminder_missed_at_night_is_not_sent_at_night(start_bot: StartBot) -> None:
    clock = Clock(NOON)
    async with start_bot(now=clock) as running:
        alice = running.person()
        await choose(alice, "🕒", "12:00 London")
        await choose(alice, "⏰", "21:00")
        clock.at = NOON + timedelta(hours=14)

        await tend(running)

        assert not [m for m in alice.messages if "How do you feel today" in m.text]


async def test_whether_songs_helped_is_asked_once_and_teaches(start_bot: StartBot) -> None:
    clock = Clock(NOON)
    async with start_bot(now=clock) as running:
        alice = running.person()
        await choose(alice, "💛", "yes")
        for _ in range(2):
            await alice.say("sad")
            await alice.wait_for_message(suits=has_songs)
        await settled(running)
        clock.at = NOON + timedelta(hours=3)
        for _ in range(2):
            await tend(running)

        await alice.wait_for_message("Did the songs help?")
        await alice.press("💛 They did")

        await alice.wait_until(lambda message: "I will remember what helped" in message.text)
        assert sum("Did the songs help?" in message.text for message in alice.messages) == 0
        evidence = await running.services.database.run(evidence_of, alice.id)
        assert {reaction for _, reaction in evidence} == {Reaction.HELPED}


async def test_nobody_is_asked_who_did_not_allow_it(start_bot: StartBot) -> None:
    clock = Clock(NOON)
    async with start_bot(now=clock) as running:
        alice = running.person()
        await alice.say("sad")
        await alice.wait_for_message(suits=has_songs)
        await settled(running)
        clock.at = NOON + timedelta(hours=30)

        await tend(running)

        assert not (await running.services.database.run(preferences_of, alice.id)).ask_helped
        assert not [m for m in alice.messages if "Did the songs help?" in m.text]


@pytest.mark.parametrize("name", OFFERED)
def test_a_time_of_day_comes_next_by_each_clock(name: str) -> None:
    zone = zone_of(name, "en")

    for days in range(0, 365, 7):  # over both changes of the clock
        now = NOON + timedelta(days=days, hours=days % 24)
        due = next_time(9 * 60, now, zone)
        assert now < due <= now + timedelta(days=1, hours=2)
        assert due.astimezone(zone).strftime("%H:%M") == "09:00"
        assert not is_quiet(after_quiet(now, zone), zone)
