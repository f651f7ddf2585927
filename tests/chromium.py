"""A headless Chromium, driven by Playwright: the system's, since Playwright fetches none here."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Request, async_playwright

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here"),
]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FAKE_CAMERA = "--use-fake-device-for-media-stream"
ALLOW_CAMERA = "--use-fake-ui-for-media-stream"


@dataclass(frozen=True, slots=True)
class Tab:
    """An open page, its requests, and the errors in its console."""

    page: Page
    requests: list[Request] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@asynccontextmanager
async def start_chromium(*flags: str) -> AsyncIterator[Browser]:
    """Run a browser while the context lasts, with these flags beside the usual ones."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def open_tab(
    browser: Browser, address: str, *, timeout_ms: float = 30_000, init: str = "", **context: Any
) -> AsyncIterator[Tab]:
    """Open a page in a context of its own.

    Args:
        browser: Any.
        address: Of the page.
        timeout_ms: How long Playwright waits for whatever it waits for.
        init: A script that runs before those of the page.
        context: Options of Playwright's `new_context`.
    """
    opened = await browser.new_context(locale="en-GB", **context)
    if init:
        await opened.add_init_script(init)
    tab = Tab(await opened.new_page())
    tab.page.set_default_timeout(timeout_ms)
    tab.page.on("request", lambda request: tab.requests.append(request))  # noqa: PLW0108 - Playwright binds it
    tab.page.on("pageerror", lambda error: tab.faults.append(str(error)))
    tab.page.on(
        "console", lambda line: tab.faults.append(line.text) if line.type == "error" else None
    )
    try:
        await tab.page.goto(address)
        yield tab
    finally:
        await opened.close()
