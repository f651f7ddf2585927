"""The mirror in Chromium, from permission to a rated song; every trouble with the camera."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import expect

from bot.localchat.conversation import FIRST_PERSON_ID
from bot.storage.ratings import ratings_of
from bot.web.mirror.files import runtime_files
from bot.web.mirror.routes import LocalPerson
from tests.bot.web.mirror.axe import FOLDER
from tests.bot.web.mirror.cameras import as_clip, black, moving, still
from tests.bot.web.mirror.chromium import DESKTOP, PATIENCE_MS, PHONE, Visit, visit
from tests.bot.web.mirror.conftest import launch_of
from tests.chromium import NEEDS_CHROMIUM
from tests.conftest import ROOT, Running, StartBot, has_songs

SHOTS = ROOT / "build" / "mirror"
AXE = FOLDER / "axe.min.js"
LOCAL = LocalPerson(FIRST_PERSON_ID, "http://127.0.0.1:1")
expect.set_options(timeout=PATIENCE_MS)
pytestmark = [
    *NEEDS_CHROMIUM,
    pytest.mark.slow,
    pytest.mark.skipif(not runtime_files(), reason="the mirror's runtime is not here: make mirror"),
]


# Frames that were on their way come in yet.
NOTHING_SEEN = """new Promise((done) => {
  let late = setTimeout(done, 700);
  mirror.engine.addEventListener('seen', () => {
    clearTimeout(late);
    late = setTimeout(done, 700);
  });
})"""


@pytest.fixture
def clip(tmp_path: Path) -> Callable[[list[Image.Image]], Path]:
    return lambda frames: as_clip(frames, tmp_path / "camera.mjpeg")


def posted(opened: Visit) -> list[tuple[str, dict[str, Any]]]:
    """Return where and what the page has posted."""
    return [
        (request.url.rpartition("/")[2], json.loads(request.post_data or "{}"))
        for request in opened.requests
        if request.method == "POST"
    ]


async def test_from_permission_to_a_rated_song(start_bot: StartBot, clip):
    async with start_bot(local=LOCAL) as bot:
        alice = bot.person()
        assert alice.id == FIRST_PERSON_ID
        async with visit(f"{bot.web}/mirror", clip=clip(moving())) as opened:
            page = opened.page
            await opened.begin()
            await page.click("#mine")
            await expect(page.locator(".song")).to_have_count(5)
            await page.click(".thumbs button >> nth=0")
            await expect(page.locator(".thumbs button >> nth=0")).to_have_attribute(
                "aria-pressed", "true"
            )
            await page.click("[data-aim=lift]")
            await expect(page.locator("[data-aim=lift]")).to_have_attribute("aria-pressed", "true")
            sent = posted(opened)
            asked = {request.url for request in opened.requests}

        message = await alice.wait_for_message(suits=has_songs)
        ratings = await bot.services.database.run(ratings_of, alice.id)

    assert opened.faults == []
    assert list(ratings.values()) == [True]
    assert message.text
    # The whole session: nothing but the page's own files, and what the person asked for.
    assert all(url.startswith((f"{bot.web}/mirror", "blob:")) for url in asked)
    assert [path for path, _ in sent] == ["session", "songs", "ratings", "songs"]
    assert set(sent[1][1]) == {"scores", "aim", "to_chat", "request"}
    assert sum(sent[1][1]["scores"].values()) == pytest.approx(1)
    assert all(len(json.dumps(body)) < 400 for _, body in sent)


async def test_mirror_goes_on_with_the_network_cut(running: Running, clip):
    async with visit(f"{running.web}/mirror/", clip=clip(moving())) as opened:
        await opened.begin()
        await opened.page.click("#show-mesh")
        await opened.until("mirror.engine.complete")
        await opened.page.context.set_offline(True)
        before, asked = await opened.figure("figures.readings.length"), len(opened.requests)

        await opened.until(
            f"mirror.live.figures.readings.length > {before} + 4 && mirror.live.drawing.seen.points"
        )

        assert len(opened.requests) == asked
        await opened.page.click("#mine")
        await expect(opened.page.locator("#toast")).to_contain_text("The connection is lost")


async def test_nothing_is_asked_while_nobody_asks(running: Running, clip):
    async with visit(f"{running.web}/mirror/", clip=clip(moving())) as opened:
        await opened.begin()
        await opened.until("mirror.engine.complete")
        asked = len(opened.requests)

        await opened.page.wait_for_timeout(4000)  # nothing tells that nothing will come

        assert len(opened.requests) == asked
        assert [path for path, _ in posted(opened)] == []


async def test_word_stays_on_a_still_face(running: Running, clip):
    async with visit(f"{running.web}/mirror/", clip=clip(still())) as opened:
        await opened.begin()

        await opened.page.wait_for_timeout(6000)

        assert await opened.figure("figures.changes") == 0


async def test_pause_rests_and_goes_on(running: Running, clip):
    async with visit(f"{running.web}/mirror/", clip=clip(moving())) as opened:
        await opened.begin()
        await opened.page.click("#pause")
        async with asyncio.timeout(60):
            await opened.page.evaluate(NOTHING_SEEN)
        before = await opened.figure("figures.frames.length")
        await opened.page.wait_for_timeout(1000)

        assert await opened.figure("figures.frames.length") == before
        await opened.page.click("#pause")
        await opened.until(f"mirror.live.figures.frames.length > {before} + 5")


async def test_stranger_is_told_where_songs_are(running: Running, clip):
    async with visit(f"{running.web}/mirror/", clip=clip(moving())) as opened:
        await opened.begin()
        await opened.page.click("#mine")

        await expect(opened.page.locator("#toast")).to_contain_text("from their chat with the bot")
        await expect(opened.page.locator(".song")).to_have_count(0)


async def test_telegram_opens_it_for_a_person_in_its_colours(running: Running, clip):
    from urllib.parse import urlencode

    alice = running.person()
    theme = json.dumps({"bg_color": "#102030", "text_color": "#ffffff", "button_color": "#22aa66"})
    launch = urlencode(
        {
            "tgWebAppData": launch_of(running, alice.id),
            "tgWebAppVersion": "9.1",
            "tgWebAppPlatform": "android",
            "tgWebAppThemeParams": theme,
        }
    )
    async with visit(f"{running.web}/mirror#{launch}", clip=clip(moving())) as opened:
        await opened.begin()
        await opened.page.click("#mine")

        await expect(opened.page.locator(".song")).to_have_count(5)
        assert await opened.page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert "tgWebAppData" not in opened.page.url
    await alice.wait_for_message(suits=has_songs)


@pytest.mark.parametrize(
    ("words", "how"),
    [
        ("The camera is not allowed", {"allowed": False, "clip": still}),
        ("No camera found", {}),
        ("The camera shows nothing", {"clip": black}),
        ("too old", {"init": "delete WebAssembly.validate; WebAssembly.validate = () => false"}),
        ("A part of the mirror is missing", {"missing": True}),
        ("cannot use the camera", {"host": "mirror.test"}),
    ],
)
async def test_each_trouble_is_explained_and_a_photo_offered(start_bot: StartBot, clip, words, how):
    async with start_bot(local=LOCAL) as bot:
        address = bot.web.replace("127.0.0.1", how.get("host", "127.0.0.1"))
        shown = clip(how["clip"](3)) if how.get("clip") is still else None
        shown = clip(black()) if how.get("clip") is black else shown
        async with visit(
            "about:blank", clip=shown, allowed=how.get("allowed", True), init=how.get("init", "")
        ) as opened:
            if how.get("missing"):

                async def without(route):
                    answer = await route.fetch()
                    await route.fulfill(json={**await answer.json(), "runtime": None})

                await opened.page.route("**/setup?*", without)
            await opened.page.goto(f"{address}/mirror/")
            trouble = opened.page.locator(".trouble")
            await opened.until(
                "!document.querySelector('#begin').disabled"
                " || !document.querySelector('.trouble').hidden"
            )
            if await trouble.is_hidden():
                await opened.page.click("#begin")

            await expect(trouble.locator("h2")).to_contain_text(words, timeout=30_000)
            await expect(trouble.locator("#photo")).to_have_attribute("href", LOCAL.chat)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_every_scene_is_accessible_and_fits(start_bot: StartBot, clip, size, dark):
    SHOTS.mkdir(parents=True, exist_ok=True)
    name = f"{'phone' if size == PHONE else 'desktop'}-{'dark' if dark else 'light'}"
    async with (
        start_bot(local=LOCAL) as bot,
        visit(f"{bot.web}/mirror/", clip=clip(moving()), size=size, dark=dark) as opened,
    ):
        page = opened.page
        await expect(page.locator(".loading")).to_contain_text("Ready")
        found = {"welcome": await violations(opened, f"{name}-welcome")}
        await opened.begin()
        await page.click("#show-mesh")
        await page.click("#show-box")
        await opened.until("mirror.live.drawing.seen?.points")
        await page.wait_for_timeout(2500)
        found["live"] = await violations(opened, f"{name}-live")
        await page.click("#mine")
        await expect(page.locator(".song")).to_have_count(5)
        await page.wait_for_timeout(500)
        found["songs"] = await violations(opened, f"{name}-songs")
        width = await page.evaluate("document.documentElement.scrollWidth")

    assert width <= size[0]
    assert found == {scene: [] for scene in found}


async def violations(opened: Visit, name: str) -> list[str]:
    """Keep a picture of the page, and return what axe-core finds wrong, where it is at hand."""
    await opened.page.screenshot(path=SHOTS / f"{name}.png")
    if not AXE.exists():
        return []
    await opened.page.evaluate(AXE.read_text(encoding="utf-8"))
    result = await opened.page.evaluate("axe.run()")
    return [
        f"{each['id']}: {[node['target'] for node in each['nodes']]}"
        for each in result["violations"]
    ]
