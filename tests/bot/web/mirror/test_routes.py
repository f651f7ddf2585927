"""The mirror's addresses over real HTTP: who gets songs, how many, and what strangers hear."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from telegram import Bot

from bot.localchat.conversation import FIRST_PERSON_ID
from bot.localchat.heard import ChatMessage
from bot.storage.ratings import ratings_of
from bot.storage.readings import ReadingSource, readings_of
from bot.web.mirror.routes import LocalPerson, mirror_routes
from tests.bot.web.mirror.conftest import HAPPY, SAD, launch_of, scores_of
from tests.conftest import Running, StartBot, has_songs


async def test_mood_gets_songs_and_they_come_in_the_chat(running: Running, post, enter):
    alice = running.person()
    session = await enter(alice.id)
    asked = {"request": "a", "scores": HAPPY, "to_chat": True}

    status, found = await post("songs", asked, session)

    assert status == 200
    assert len(found["songs"]) == 5
    assert all(song["spotify"].startswith("https://") for song in found["songs"])
    message = await alice.wait_for_message(suits=has_songs)
    assert all(song["title"] in message.text for song in found["songs"])
    reading = (await running.services.database.run(readings_of, alice.id, 1))[0]
    assert (reading.source, reading.scores.ranked()[0]) == (ReadingSource.MIRROR, "happy")


async def test_same_request_twice_has_one_answer(running: Running, post, enter):
    alice = running.person()
    session = await enter(alice.id)
    asked = {"request": "a", "scores": SAD, "to_chat": False}

    first, second = [await post("songs", asked, session) for _ in range(2)]

    assert first[1]["suggestion"] == second[1]["suggestion"]
    assert len(await running.services.database.run(readings_of, alice.id, 9)) == 1


async def test_other_songs_belong_to_the_same_reading(running: Running, post, enter):
    alice = running.person()
    session = await enter(alice.id)
    _, first = await post("songs", {"request": "a", "scores": SAD}, session)

    status, lifted = await post(
        "songs", {"request": "b", "like": first["suggestion"], "aim": "lift"}, session
    )

    assert (status, lifted["aim"]) == (200, "lift")
    assert len(await running.services.database.run(readings_of, alice.id, 9)) == 1


async def test_rating_is_kept_and_taken_back(running: Running, post, enter):
    alice = running.person()
    session = await enter(alice.id)
    _, found = await post("songs", {"request": "a", "scores": HAPPY}, session)
    rating = {"suggestion": found["suggestion"], "position": 2}

    status, said = await post("ratings", {**rating, "liked": True}, session)
    liked = await running.services.database.run(ratings_of, alice.id)
    await post("ratings", {**rating, "liked": None}, session)

    assert (status, list(liked.values())) == (200, [True])
    assert said["said"].startswith("👍")
    assert await running.services.database.run(ratings_of, alice.id) == {}


def says_liked(message: ChatMessage) -> bool:
    return any("👍 1" in button.label for row in message.buttons for button in row)


async def test_rating_shows_in_the_chat_too(running: Running, post, enter):
    alice = running.person()
    session = await enter(alice.id)
    _, found = await post("songs", {"request": "a", "scores": HAPPY, "to_chat": True}, session)
    message = await alice.wait_for_message(suits=has_songs)

    rating = {"suggestion": found["suggestion"], "position": 2, "liked": True}
    await post("ratings", rating, session)

    shown = await alice.wait_until(says_liked)
    assert shown.id == message.id


async def test_rating_is_kept_when_the_message_is_gone(running: Running, post, enter):
    alice = running.person()
    session = await enter(alice.id)
    _, found = await post("songs", {"request": "a", "scores": HAPPY, "to_chat": True}, session)
    message = await alice.wait_for_message(suits=has_songs)
    del alice.chat.messages[message.id]

    rating = {"suggestion": found["suggestion"], "position": 2, "liked": True}
    status, _ = await post("ratings", rating, session)

    assert status == 200
    assert list((await running.services.database.run(ratings_of, alice.id)).values()) == [True]


async def test_rating_of_earlier_songs_leaves_the_later_ones_buttons(running: Running, post, enter):
    alice = running.person()
    session = await enter(alice.id)
    _, found = await post("songs", {"request": "a", "scores": HAPPY, "to_chat": True}, session)
    message = await alice.wait_for_message(suits=has_songs)
    await alice.press("Lift", under=message.id)
    await alice.wait_until(lambda each: each.id == message.id and each.edited)

    rating = {"suggestion": found["suggestion"], "position": 2, "liked": True}
    await post("ratings", rating, session)

    now = next(each for each in alice.messages if each.id == message.id)
    assert not says_liked(now)


async def test_songs_of_somebody_else_are_not_told(running: Running, post, enter):
    _, found = await post(
        "songs", {"request": "a", "scores": HAPPY}, await enter(running.person().id)
    )
    theirs = await enter(running.person("Bob").id)
    rating = {"suggestion": found["suggestion"], "position": 0, "liked": True}

    assert (await post("ratings", rating, theirs))[0] == 404
    assert (await post("songs", {"request": "b", "like": found["suggestion"]}, theirs))[0] == 404


async def test_songs_come_without_a_chat(running: Running, post, enter):
    session = await enter(987_654_321)  # never wrote to the bot

    status, found = await post("songs", {"request": "a", "scores": HAPPY, "to_chat": True}, session)

    assert (status, len(found["songs"])) == (200, 5)


async def test_limits_are_those_of_the_chat(running: Running, post, enter):
    session = await enter(running.person().id)
    rating = {"suggestion": 1, "position": 0, "liked": True}

    statuses = [(await post("ratings", rating, session))[0] for _ in range(70)]

    assert statuses[:60] == [404] * 60
    assert 429 in statuses[60:]


@pytest.mark.parametrize(
    "body",
    [
        {"init_data": ""},
        {"init_data": "user=%7B%22id%22%3A1%7D&auth_date=1&hash=" + "a" * 64},
        {},
        {"init_data": 7},
    ],
)
async def test_stranger_gets_a_clear_sentence_and_no_pass(post, body):
    status, said = await post("session", body)

    assert status in {400, 403}
    assert "session" not in said
    assert said["error"].endswith(".")


async def test_repeated_launch_is_refused(running: Running, post):
    launch = {"init_data": launch_of(running, 5)}
    await post("session", launch)

    status, said = await post("session", launch)

    assert status == 403
    assert "open the mirror again" in said["error"]


async def test_launch_that_one_web_server_saw_is_refused_by_another(running: Running, post):
    bot = Bot(running.api.token)
    other = Starlette(routes=mirror_routes(running.services, bot))  # as another process has them
    launch = {"init_data": launch_of(running, 5)}
    await post("session", launch)

    async with AsyncClient(transport=ASGITransport(other), base_url="http://other") as client:
        answer = await client.post("/mirror/session", json=launch)
        new = await client.post("/mirror/session", json={"init_data": launch_of(running, 6)})

    assert (answer.status_code, new.status_code) == (403, 200)


async def test_database_that_is_locked_is_told_in_words(running: Running, post, enter):
    session = await enter(running.person().id)
    path = str(running.services.settings.database_url).removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as holder:
        holder.execute("BEGIN EXCLUSIVE")

        status, said = await post("songs", {"request": "a", "scores": HAPPY}, session)

    assert status == 503
    assert said["error"].endswith(".")


async def test_old_launch_is_refused(running: Running, post):
    old = datetime.now(UTC) - timedelta(hours=1)

    assert (await post("session", {"init_data": launch_of(running, 5, old)}))[0] == 403


async def test_without_a_pass_there_are_no_songs(post):
    assert (await post("songs", {"request": "a", "scores": HAPPY}))[0] == 401
    assert (await post("songs", {"request": "a", "scores": HAPPY}, "made-up"))[0] == 401


async def test_no_probabilities_get_no_songs(post, enter):
    session = await enter(5)

    status, said = await post("songs", {"request": "a", "scores": scores_of(happy=0.7)}, session)

    assert status == 400
    assert said["error"].endswith(".")


async def test_frame_would_be_too_large(client, enter):
    session = await enter(5)
    headers = {"Authorization": f"Bearer {session}", "Content-Type": "application/json"}

    async with client.post("/mirror/songs", data=b"x" * 10_000, headers=headers) as answer:
        assert answer.status == 400


async def test_local_person_needs_no_telegram(start_bot: StartBot, post):
    async with start_bot(local=LocalPerson(FIRST_PERSON_ID, "http://127.0.0.1:1")) as bot:
        import aiohttp

        async with aiohttp.ClientSession(bot.web) as own:

            async def status(**headers: str) -> int:
                body = {"init_data": ""}
                async with own.post("/mirror/session", json=body, headers=headers) as answer:
                    return answer.status

            assert await status(Origin=bot.web) == 200
            assert await status() == 403
            assert await status(Origin="https://evil.example") == 403
            rebound = {"Host": "evil.example", "Origin": "http://evil.example"}
            assert await status(**rebound) == 403
            assert await status(Origin=bot.web, **{"Sec-Fetch-Site": "cross-site"}) == 403


async def test_without_local_person_nobody_is_local(running: Running, post):
    status, _ = await post("session", {"init_data": ""}, Origin=running.web)

    assert status == 403


async def test_page_names_everything_and_allows_nothing_foreign(client):
    async with client.get("/mirror/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        page = await answer.text()

    assert policy == (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
        "connect-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors https://web.telegram.org"
    )
    assert "http" not in page.replace("http-equiv", "")
    assert " style=" not in page
    assert "onclick" not in page


async def test_page_is_asked_about_again_and_networks_never(client):
    async with client.get("/mirror/page/app.js") as answer:
        tag = answer.headers["ETag"]
        assert answer.headers["Cache-Control"] == "no-cache"
    async with client.get("/mirror/page/app.js", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304
    async with client.get("/mirror/setup") as answer:
        networks = (await answer.json())["networks"]
    async with client.get(f"/mirror/{networks['emotion']['url']}") as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert len(await answer.read()) == networks["emotion"]["size"]


@pytest.mark.parametrize("path", ["page/../routes.py", "page/%2e%2e%2froutes.py", "files/nothing"])
async def test_nothing_else_is_served(client, path):
    async with client.get(f"/mirror/{path}") as answer:
        assert answer.status == 404


async def test_setup_speaks_the_persons_language_or_english(client):
    async with client.get("/mirror/setup?language=tlh") as answer:
        assert (await answer.json())["language"] == "en"


async def test_every_place_on_the_page_has_a_name_of_its_own(client):
    async with client.get("/mirror/") as answer:
        names = re.findall(r'\bid="([\w-]+)"', await answer.text())

    assert len(names) == len(set(names)) > 20
