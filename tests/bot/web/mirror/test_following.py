"""A playlist follows a mood that stays changed; a twitch, a laugh or a waver moves nothing.

Minutes pass here in a moment: the camera rests, and the page hears of readings with later times.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.localchat.conversation import FIRST_PERSON_ID
from bot.web.mirror.files import runtime_files
from bot.web.mirror.routes import LocalPerson
from inference.emotions import EMOTIONS
from tests.bot.web.mirror.cameras import as_clip, still
from tests.bot.web.mirror.chromium import PATIENCE_MS, Visit, visit
from tests.chromium import NEEDS_CHROMIUM
from tests.conftest import StartBot

LOCAL = LocalPerson(FIRST_PERSON_ID, "http://127.0.0.1:1")
expect.set_options(timeout=PATIENCE_MS)
pytestmark = [
    *NEEDS_CHROMIUM,
    pytest.mark.slow,
    pytest.mark.skipif(not runtime_files(), reason="the mirror's runtime is not here: make mirror"),
]
# Ten readings a second of one mood, or of nobody (null).
FEED = """([scores, seconds]) => {
  window.later ??= performance.now();
  for (let n = 0; n < 10 * seconds; n++) {
    window.later += 100;
    const face = {box: [200, 100, 400, 300], eyes: [[260, 180], [340, 180]], turn: 0, score: 1};
    const reading = scores && {scores, face, faces: 1, advice: [], quality: 1};
    const seen = {at: window.later, width: 640, height: 480, points: null, reading, blank: false};
    mirror.engine.dispatchEvent(Object.assign(new Event('seen'), seen));
  }
}"""


@pytest.fixture
async def mirror(start_bot: StartBot, tmp_path: Path) -> AsyncIterator[Visit]:
    """A mirror with songs for happiness, told to follow; the camera rests."""
    clip = as_clip(still(3), tmp_path / "camera.mjpeg")
    async with start_bot(local=LOCAL) as bot:
        bot.person()
        async with visit(f"{bot.web}/mirror/", clip=clip) as opened:
            await opened.begin()
            await opened.page.click("#pause")
            await opened.page.evaluate("mirror.live.forget()")
            await look(opened, "happy", 2)
            await opened.page.click("#mine")
            await expect(opened.page.locator(".song")).to_have_count(5)
            await opened.page.click(".switch")
            yield opened


async def look(opened: Visit, mood: str | None, seconds: float) -> None:
    """Look like that for so long."""
    scores = [0.88 if name == mood else 0.02 for name in EMOTIONS] if mood else None
    await opened.page.evaluate(FEED, [scores, seconds])


def asked(opened: Visit) -> list[str]:
    """Return the most probable mood of each wish for songs."""
    sent = [
        json.loads(request.post_data or "{}")["scores"]
        for request in opened.requests
        if request.method == "POST" and request.url.endswith("/songs")
    ]
    return [max(scores, key=scores.get) for scores in sent]


async def test_mood_that_stays_changed_brings_its_songs_once(mirror: Visit):
    await look(mirror, "happy", 60)

    await look(mirror, "sad", 30)

    await expect(mirror.page.locator(".list")).to_have_count(2)
    await expect(mirror.page.locator(".list >> nth=0 >> .song")).to_have_count(5)
    await look(mirror, "sad", 90)
    await mirror.page.wait_for_timeout(1000)
    assert asked(mirror) == ["happy", "sad"]


async def test_songs_that_follow_stay_out_of_the_chat(mirror: Visit):
    await look(mirror, "happy", 60)
    await look(mirror, "sad", 30)
    await expect(mirror.page.locator(".list")).to_have_count(2)

    wishes = [r.post_data_json for r in mirror.requests if r.url.endswith("/songs")]

    assert [wish["to_chat"] for wish in wishes if wish] == [True, False]


@pytest.mark.parametrize(
    "minute",
    [
        [("happy", 12), ("surprise", 5)],  # a start, again and again
        [("sad", 9), ("happy", 9)],  # to and fro
        [("sad", 15), (None, 3)],  # away before it has lasted
    ],
    ids=["twitch", "waver", "away"],
)
async def test_what_does_not_last_moves_nothing(mirror: Visit, minute):
    await look(mirror, "happy", 60)

    for mood, seconds in minute * 6:
        await look(mirror, mood, seconds)

    await mirror.page.wait_for_timeout(1000)
    assert asked(mirror) == ["happy"]


async def test_list_is_left_alone_for_a_minute(mirror: Visit):
    await look(mirror, "sad", 50)  # at once after the songs for happiness

    await mirror.page.wait_for_timeout(1000)
    assert asked(mirror) == ["happy"]
    await look(mirror, "sad", 20)
    await expect(mirror.page.locator(".list")).to_have_count(2)


async def test_without_the_switch_nothing_follows(mirror: Visit):
    await mirror.page.click(".switch")

    await look(mirror, "happy", 60)
    await look(mirror, "sad", 60)

    await mirror.page.wait_for_timeout(1000)
    assert asked(mirror) == ["happy"]
