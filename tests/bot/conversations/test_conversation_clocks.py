"""By which clock a person lives: asked for where nothing says it, and kept over restarts."""

import asyncio
import dataclasses
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.application import serve
from bot.localchat.driver import Person
from bot.localchat.heard import ChatMessage
from bot.localchat.server import LocalBotApi
from bot.services import Services
from bot.settings import Settings
from bot.storage.consent import allowed_by
from tests.conftest import Running, StartBot, has_songs, labels, shows

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ASKED = "How do you feel today"


def clock_at(at: datetime) -> Callable[[], datetime]:
    return lambda: at


async def history_of(person: Person) -> ChatMessage:
    await person.say("sad")
    await person.wait_for_message(suits=has_songs)
    await person.say("/history")
    return await person.wait_for_message("Your moods")


async def test_who_speaks_english_is_asked_for_their_clock(start_bot: StartBot) -> None:
    async with start_bot(now=clock_at(NOON)) as running:
        alice = running.person()

        history = await history_of(alice)

        assert "I do not know your clock, so these times are as in UTC" in history.text
        assert labels(history) >= {"🕒 07:00 New York", "🕒 12:00 London", "🕒 17:30 Kolkata"}


async def test_a_clock_chosen_below_the_history_counts_at_once(start_bot: StartBot) -> None:
    async with start_bot(now=clock_at(NOON)) as running:
        alice = running.person()
        history = await history_of(alice)

        await alice.press("🕒 17:30 Kolkata")

        now = await alice.wait_until(lambda message: "Times as in Kolkata" in message.text)
        assert now.id == history.id
        assert "1 Mar 2026, 17:30" in now.text
        assert not shows("🕒", now)
        assert (await running.services.database.run(allowed_by, alice.id)).zone == "Asia/Kolkata"


async def test_a_language_of_one_zone_is_not_asked(running: Running) -> None:
    hans = running.api.person("Hans", language="de")
    await hans.say("traurig")
    await hans.wait_for_message(suits=has_songs)

    await hans.say("/history")

    history = await hans.wait_for_message("Zeiten wie in Berlin")
    assert not shows("🕒", history)


async def test_who_wants_a_reminder_without_a_clock_is_asked_for_it(start_bot: StartBot) -> None:
    async with start_bot(now=clock_at(NOON)) as running:
        alice = running.person()
        await open_option(alice, "⏰")

        await alice.press("09:00")

        asked = await alice.wait_until(
            lambda message: "What time is it where you are" in message.text
        )
        first = [button.label for row in asked.buttons for button in row][:3]
        assert first == ["07:00 New York", "12:00 London", "17:30 Kolkata"]
        await alice.press("12:00 London")
        await alice.wait_until(lambda message: shows("🕒 Clock: 12:00 London", message))


async def open_option(person: Person, line: str) -> None:
    """Open the values of an option in /settings."""
    await person.say("/settings")
    await person.wait_for_message("Which songs shall I choose from?")
    await person.press("👤 You and me")
    await person.wait_until(lambda message: shows(line, message))
    await person.press(line)
    await person.wait_until(lambda message: "<b>" not in message.text and shows("Back", message))


@asynccontextmanager
async def bot_at(
    at: datetime, api: LocalBotApi, database: Path, graph: Path
) -> AsyncIterator[Services]:
    """A process of the bot that starts at a moment, on the same database as others."""
    settings = Settings.model_validate(
        {
            "token": api.token,
            "database_url": f"sqlite:///{database}",
            "graph_dir": graph,
            "port": 0,
        }
    )
    services = dataclasses.replace(await Services.open(settings), now=clock_at(at))
    ready = asyncio.Event()
    serving = asyncio.create_task(
        serve(settings, services, base_url=api.base_url, on_ready=ready.set)
    )
    try:
        await asyncio.wait_for(ready.wait(), 30)
        yield services
    finally:
        serving.cancel()
        await asyncio.wait({serving})
        await services.close()


async def test_a_reminder_survives_restarts_and_keeps_quiet_hours(
    migrated: Path, built_graph: Path, tmp_path: Path
) -> None:
    database = Path(shutil.copy(migrated, tmp_path / "bot.db"))
    async with LocalBotApi.start() as api:
        alice = api.person("Alice")
        async with bot_at(NOON, api, database, built_graph):
            await open_option(alice, "⏰")
            await alice.press("21:00")
            await alice.wait_until(lambda message: shows("12:00 London", message))
            await alice.press("12:00 London")
            await alice.wait_until(lambda message: shows("⏰ Remind me daily: 21:00", message))

        async with bot_at(NOON + timedelta(hours=14), api, database, built_graph):  # at two
            await alice.say("/cancel")
            await alice.wait_for_message("nothing to cancel")
        at_night = [m for m in alice.messages if ASKED in m.text]

        async with bot_at(NOON + timedelta(days=1, hours=9.5), api, database, built_graph):
            await alice.wait_for_message(ASKED)
            await alice.say("/cancel")
            await alice.wait_for_message("nothing to cancel")

        assert at_night == []
        assert sum(ASKED in m.text for m in alice.messages) == 1
