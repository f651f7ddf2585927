"""Tapped links, over real HTTP: they lead on, and taps of people are remembered."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.localchat.driver import Person
from bot.localchat.heard import ChatMessage
from bot.storage.history import suggestion_of
from bot.storage.tables import SuggestionTrackRow
from graph.links import links
from tests.bot.conversations.test_conversation_buttons import sad_songs, suggestion_id
from tests.conftest import Running, StartBot

BASE = "https://music.example/songs"
PHONE = "Mozilla/5.0 (Linux; Android 14; CUBOT X70) AppleWebKit/537.36 Mobile Safari/537.36"


@pytest.fixture
async def running(start_bot: StartBot) -> AsyncIterator[Running]:
    async with start_bot(links_url=BASE) as bot:
        yield bot


@pytest.fixture
async def browser(running: Running) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"User-Agent": PHONE}
    async with aiohttp.ClientSession(running.web, headers=headers) as session:
        yield session


def paths_in(message: ChatMessage) -> list[str]:
    """Return the paths of the links in a message, two for each song."""
    addresses = [entity["url"] for entity in message.raw["entities"] if "url" in entity]
    assert all(address.startswith(BASE) for address in addresses)
    return [address.removeprefix("https://music.example") for address in addresses]


async def tap(browser: aiohttp.ClientSession, path: str, method: str = "GET", **headers: str):
    async with browser.request(method, path, headers=headers, allow_redirects=False) as answer:
        await answer.read()
        return answer


def opened(session: Session) -> list[tuple[int, int]]:
    """Return suggestion and position of the songs that were opened."""
    rows = session.scalars(
        select(SuggestionTrackRow).where(SuggestionTrackRow.opened_at.is_not(None))
    )
    return [(row.suggestion_id, row.position) for row in rows]


async def test_each_link_leads_to_its_song(running: Running, browser) -> None:
    answer = await sad_songs(running.person())
    tracks = (await running.services.database.run(suggestion_of, suggestion_id(answer))).tracks
    known = [links(running.services.track_of(track)) for track in tracks]

    targets = [(await tap(browser, path)).headers["Location"] for path in paths_in(answer)]

    assert targets == [address for each in known for address in (each.spotify, each.youtube)]


async def test_a_tap_is_remembered(running: Running, browser) -> None:
    answer = await sad_songs(running.person())

    found = await tap(browser, paths_in(answer)[5])
    await tap(browser, paths_in(answer)[4])

    assert found.status == 302
    assert await running.services.database.run(opened) == [(suggestion_id(answer), 2)]


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"User-Agent": "TelegramBot (like TwitterBot)"}),
        ("GET", {"User-Agent": "facebookexternalhit/1.1"}),
        ("GET", {"User-Agent": "WhatsApp/2.23"}),
        ("GET", {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}),
        ("GET", {"User-Agent": "curl/8.5.0"}),
        ("GET", {"User-Agent": ""}),
        ("GET", {"Sec-Purpose": "prefetch"}),
    ],
)
async def test_programs_are_led_on_and_do_not_count(
    running: Running, browser, method: str, headers: dict[str, str]
) -> None:
    answer = await sad_songs(running.person())

    found = await tap(browser, paths_in(answer)[0], method, **headers)

    assert found.status == 302
    assert await running.services.database.run(opened) == []


async def test_nothing_is_left_in_the_browser(running: Running, browser) -> None:
    answer = await sad_songs(running.person())

    found = await tap(browser, paths_in(answer)[0])

    assert "Set-Cookie" not in found.headers
    assert found.headers["Cache-Control"] == "no-store"
    assert found.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path", ["/", "/songs/", f"/songs/{'A' * 28}", "/songs/https://evil.example", "/songs/..%2f"]
)
async def test_what_was_not_written_here_leads_nowhere(running: Running, browser, path) -> None:
    found = await tap(browser, path)

    assert found.status == 404
    assert "Location" not in found.headers


async def test_a_link_of_a_forgotten_person_leads_nowhere(running: Running, browser) -> None:
    alice = running.person()
    answer = await sad_songs(alice)
    await tap(browser, paths_in(answer)[0])
    await forget(alice)

    found = await tap(browser, paths_in(answer)[0])

    assert found.status == 404
    assert await running.services.database.run(opened) == []


async def forget(person: Person) -> None:
    await person.say("/forget")
    await person.wait_for_message("cannot be undone")
    await person.press("Delete everything")
    await person.wait_until(lambda message: "nothing is left" in message.text)


async def test_privacy_says_that_taps_are_noted(running: Running) -> None:
    alice = running.person()

    await alice.say("/privacy")
    await alice.wait_for_message("never saved")
    await alice.press("🗄 What is kept")

    kept = await alice.wait_until(lambda message: "What is kept" in message.text)
    assert "links to songs pass through this bot" in kept.text


async def test_without_an_address_privacy_does_not_speak_of_it(start_bot: StartBot) -> None:
    async with start_bot() as running:
        alice = running.person()

        await alice.say("/privacy")
        await alice.wait_for_message("never saved")
        await alice.press("🗄 What is kept")

        kept = await alice.wait_until(lambda message: "What is kept" in message.text)
        assert "pass through" not in kept.text


async def test_what_the_database_cannot_say_is_asked_for_later(running: Running, browser) -> None:
    answer = await sad_songs(running.person())
    database = running.services.database
    await database.run(
        lambda session: session.connection().exec_driver_sql(
            "ALTER TABLE suggestion_tracks RENAME TO elsewhere"
        )
    )

    found = await tap(browser, paths_in(answer)[0])

    await database.run(
        lambda session: session.connection().exec_driver_sql(
            "ALTER TABLE elsewhere RENAME TO suggestion_tracks"
        )
    )
    assert found.status == 503


async def test_the_log_holds_no_address(
    running: Running, browser, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await sad_songs(running.person())
    running.services.graph.snapshot = None  # type: ignore[assignment]  # a fault of ours, logged

    found = await tap(browser, paths_in(answer)[0])

    assert found.status == 500
    assert "AttributeError" in caplog.text  # with its traceback
    assert "127.0.0.1" not in caplog.text
    assert paths_in(answer)[0] not in caplog.text
