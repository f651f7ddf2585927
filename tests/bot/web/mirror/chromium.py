"""The mirror's page in a headless Chromium with a fake camera."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Request

from tests.chromium import ALLOW_CAMERA, FAKE_CAMERA, open_tab, start_chromium

HOSTS = "--host-resolver-rules=MAP mirror.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
PATIENCE_MS = 60_000  # the processors may be busy with other things
PHONE, DESKTOP = (390, 844), (1280, 800)


@dataclass(frozen=True, slots=True)
class Visit:
    """An open page, all that it asked for, and what went wrong on it."""

    page: Page
    requests: list[Request]
    faults: list[str]

    async def begin(self) -> None:
        """Look into the mirror, and wait for the first readings."""
        await self.page.click("#begin")
        await self.until("mirror.live.figures.readings.length >= 3")

    async def until(self, condition: str, timeout_s: float = 60) -> None:
        """Wait until an expression is true; Playwright's own way needs a forbidden `eval`."""
        async with asyncio.timeout(timeout_s):
            while not await self.page.evaluate(condition):  # noqa: ASYNC110 - in another program
                await asyncio.sleep(0.1)

    async def figure(self, expression: str) -> Any:  # whatever JavaScript returns
        """Return something of the page's own figures."""
        return await self.page.evaluate(f"(figures => {expression})(mirror.live.figures)")


@asynccontextmanager
async def visit(  # noqa: PLR0913 - how a browser may differ, by name
    address: str,
    *,
    clip: Path | None = None,
    allowed: bool = True,
    size: tuple[int, int] = DESKTOP,
    dark: bool = False,
    init: str = "",
) -> AsyncIterator[Visit]:
    """Open the mirror in a browser of its own.

    Args:
        address: Of the page.
        clip: What the camera shows; without one there is no camera.
        allowed: Whether the person lets the page use it.
        size: Of the window.
        dark: Whether the person likes it dark.
        init: A script that runs before those of the page.
    """
    flags = [HOSTS]
    flags += [FAKE_CAMERA, f"--use-file-for-fake-video-capture={clip}"] if clip else []
    flags += [ALLOW_CAMERA] if allowed else []
    async with (
        start_chromium(*flags) as browser,
        open_tab(
            browser,
            address,
            timeout_ms=PATIENCE_MS,
            init=init,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            device_scale_factor=2 if size == PHONE else 1,
            has_touch=size == PHONE,
            permissions=["camera"] if allowed else [],
        ) as tab,
    ):
        yield Visit(tab.page, tab.requests, tab.faults)
