"""Tapped links, over real HTTP: they lead on, and taps of people are remembered."""

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import OperatorError
from bot.localchat.driver import Person
from bot.localchat.heard import ChatMessage
from bot.storage.history import suggestion_of
from bot.storage.tables import SuggestionTrackRow
from bot.web.redirect import serve_links
from graph.links import links
from tests.bot.conversations.test_conversation_buttons import sad_songs, suggestion_id
from tests.conftest import Running, StartBot

BASE = "https://music.example/songs"
PHONE = "Mozilla/5.0 (Linux; Android 14; CUBOT X70) AppleWebKit/537.36 Mobile Safari/537.36"


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def running(start_bot: StartBot, port: int) -> AsyncIterator[Running]:
    async with start_bot(links_url=BASE, links_port=port) as bot:
        yield bot


@pytest.fixture
async def browser(port: int) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"User-Agent": PHONE}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as session:
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

    assert "links to songs pass through this bot" in (await alice.wait_for_message("kept")).text


async def test_without_an_address_privacy_does_not_speak_of_it(start_bot: StartBot) -> None:
    async with start_bot() as running:
        alice = running.person()

        await alice.say("/privacy")

        assert "pass through" not in (await alice.wait_for_message("kept")).text


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
    running: Running, browser, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await sad_songs(running.person())
    running.services.graph.snapshot = None  # type: ignore[assignment]  # a fault of ours, logged

    found = await tap(browser, paths_in(answer)[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"nonsense\r\n\r\n")
    refused = await reader.read(100)
    writer.close()

    ours = [record for record in caplog.records if record.name.startswith("bot.web.redirect")]
    assert (found.status, refused[:12]) == (500, b"HTTP/1.0 400")
    assert [record.getMessage() for record in ours] == ["link_failed"]


async def test_a_taken_port_is_the_operators_to_mend(running: Running) -> None:
    with pytest.raises(OperatorError, match="BOT_LINKS_PORT"):
        async with serve_links(running.services):
            pass
