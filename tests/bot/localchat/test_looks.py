"""How the chat looks, from the first minute to the month card: on phones and a desktop, light and
dark, left to right and right to left.

`LOOKS=FOLDER pytest tests/bot/localchat/test_looks.py` keeps the pictures, to be looked at.
"""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.words.texts import load_texts
from tests.bot.web.mirror.axe import FOLDER
from tests.chromium import NEEDS_CHROMIUM, start_chromium
from tests.conftest import Running, StartBot
from tests.drawing import draw_face

pytestmark = [
    *NEEDS_CHROMIUM,
    pytest.mark.slow,
]
PHONE, SMALL, DESKTOP = (390, 844), (320, 640), (1280, 800)
AXE = FOLDER / "axe.min.js"
PATIENCE_MS = 60_000  # the processors may be busy with other things
# What stands out over the edge, or is cut off by it; a picture may be cropped, words may not.
OVERFLOWING = """() => [...document.querySelectorAll('.log *, .composer *, header *')]
    .filter(e => e.checkVisibility() && e.clientWidth)
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1
        || e.getBoundingClientRect().left < -1)
    .map(e => e.className + ': ' + e.textContent.trim().slice(0, 40))"""


@asynccontextmanager
async def opened(
    running: Running, size: tuple[int, int], *, dark: bool, language: str
) -> AsyncIterator[Page]:
    """The page in a browser of its own, for somebody new."""
    async with start_chromium() as browser:
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            device_scale_factor=2 if size != DESKTOP else 1,
            has_touch=size != DESKTOP,
            locale=language,
            reduced_motion="reduce",
        )
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(running.api.base_url)
        yield page


class Look:
    """Somebody who walks through the chat and keeps a picture of each place."""

    def __init__(self, page: Page, name: str, language: str) -> None:
        self.page, self.name, self.texts = page, name, load_texts(language)
        self.faults: list[str] = []

    async def say(self, words: str) -> None:
        """Write something, and wait for the bot's next message."""
        before = await self.page.locator(".bot").count()
        await self.page.locator(".composer textarea").fill(words)
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator(".bot")).not_to_have_count(before, timeout=PATIENCE_MS)

    async def press(self, key: str, **values: object) -> None:
        """Press the newest button that a sentence is on, and wait until the bot has answered."""
        label = self.texts(key, **values)
        await self.page.get_by_role("button", name=label).last.click()
        await expect(self.page.locator("[aria-busy=true]")).to_have_count(0, timeout=PATIENCE_MS)

    async def turn(self, key: str) -> None:
        """Press what shows another picture in the place of the newest, and wait for it."""
        before = await self.page.locator(".bot .photo img").last.get_attribute("src")
        await self.press(key)
        newest = self.page.locator(".bot .photo img").last
        await expect(newest).not_to_have_attribute("src", before or "", timeout=PATIENCE_MS)

    async def keep(self, place: str) -> None:
        """Look at the place: nothing stands over the edge, nothing is hard to read."""
        await self.page.wait_for_timeout(400)  # what scrolls has scrolled; nothing tells
        for what in await self.page.evaluate(OVERFLOWING):
            self.faults.append(f"{self.name} {place}: over the edge: {what}")
        wide = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            self.faults.append(f"{self.name} {place}: {wide} px too wide")
        self.faults += [f"{self.name} {place}: {fault}" for fault in await self._judged()]
        if folder := os.environ.get("LOOKS"):
            path = Path(folder) / f"{self.name}-{place}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            await self.page.screenshot(path=path)

    async def _judged(self) -> list[str]:
        """Return what axe-core finds, contrast and names included, where it is at hand."""
        if not AXE.exists():
            return []
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        result: dict[str, Any] = await self.page.evaluate("axe.run()")
        return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in result["violations"]]


async def walk(look: Look) -> None:
    """From the first minute to the month card."""
    page = look.page
    await look.say("/start")
    await look.keep("1-first-minute")
    await look.press("button.agree")
    await page.locator(".composer input[type=file]").set_input_files(
        {"name": "face.jpg", "mimeType": "image/jpeg", "buffer": draw_face()}
    )
    if await page.get_by_role("dialog").count():
        await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="YouTube")).not_to_have_count(0, timeout=PATIENCE_MS)
    await look.keep("2-card")
    await look.press("button.lift")
    await look.keep("3-lift")
    pictures = page.locator(".bot .photo img")
    await look.press("button.why")
    await expect(pictures).not_to_have_count(0, timeout=PATIENCE_MS)
    await look.keep("4-why")
    await look.say(str(look.texts("emotion.sad")))
    await look.keep("5-gentle")
    await look.say("/history")
    await look.keep("6-history")
    n = await pictures.count()
    await look.press("view.chart")
    await expect(pictures).not_to_have_count(n, timeout=PATIENCE_MS)
    await look.keep("7-chart")
    await look.turn("view.calendar")
    await look.keep("8-calendar")
    await look.turn("view.month")
    await look.keep("9-month")
    await look.say("/settings")
    await look.keep("10-settings")
    await look.press("button.personal")
    await look.keep("11-you-and-me")
    await look.say("/privacy")
    await look.keep("12-privacy")
    await look.press("page.kept")
    await look.keep("13-kept")


@pytest.mark.parametrize(
    ("name", "size", "dark", "language"),
    [
        ("phone-light", PHONE, False, "en"),
        ("phone-dark", PHONE, True, "de"),
        ("small", SMALL, False, "fr"),
        ("desktop-light", DESKTOP, False, "en"),
        ("desktop-dark", DESKTOP, True, "ru"),
        ("arabic", PHONE, False, "ar"),
        ("japanese", PHONE, True, "ja"),
        ("hindi-small", SMALL, True, "hi"),
    ],
)
async def test_every_place_is_readable_and_nothing_stands_over_the_edge(
    start_bot: StartBot, name: str, size: tuple[int, int], dark: bool, language: str
) -> None:
    async with start_bot() as running, opened(running, size, dark=dark, language=language) as page:
        look = Look(page, name, language)

        await walk(look)

        assert not look.faults, "\n".join(look.faults)


async def test_the_message_box_is_reached_in_a_few_stops(start_bot: StartBot) -> None:
    async with start_bot() as running, opened(running, PHONE, dark=False, language="en") as page:
        look = Look(page, "stops", "en")
        await look.say("happy")
        await look.say("/history")
        await page.reload()
        await expect(page.locator(".bot").first).to_be_visible()
        await page.evaluate("document.activeElement.blur()")

        stops = []
        for _ in range(8):
            await page.keyboard.press("Tab")
            stops.append(await page.evaluate("document.activeElement.tagName"))
            if stops[-1] == "TEXTAREA":
                break

        assert stops[0] == "A"  # the link that skips to it
        assert stops[-1] == "TEXTAREA"


def test_every_place_has_its_own_picture() -> None:
    places = re.findall(r'keep\("([^"]+)"\)', Path(__file__).read_text(encoding="utf-8"))

    assert len(places) == len(set(places)) == 13
