"""A running local chat, a plain HTTP client beside it, and drawn pictures and clips."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import av
import numpy as np
import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from bot.localchat.server import LocalBotApi
from tests.chromium import ALLOW_CAMERA, FAKE_CAMERA, open_tab, start_chromium

SPEC = Path(__file__).parents[3].parent / "shared" / "telegram" / "bot_api_10.1.json"

Ask = Callable[..., Awaitable[dict[str, Any]]]  # Any: answers are JSON of all kinds


@pytest.fixture
def spec_path() -> Path:
    """The machine-readable Bot API, where it lies beside the project."""
    if not SPEC.exists():
        pytest.skip("the Bot API's description does not lie beside the project")
    return SPEC


@pytest.fixture
async def api() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi.start(spec=SPEC if SPEC.exists() else None) as running:
        yield running
        running.desk.conversation.updates.clear()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def ask(api: LocalBotApi, client: aiohttp.ClientSession) -> Ask:
    """Calls a method as a bot does, and returns the whole answer."""

    async def call(method: str, **values: object) -> dict[str, Any]:
        async with client.post(f"{api.base_url}/bot{api.token}/{method}", json=values) as answer:
            found: dict[str, Any] = await answer.json()
            assert answer.status == found.get("error_code", 200)
            return found

    return call


@pytest.fixture(scope="session")
def picture() -> bytes:
    """A JPEG of 640 x 480."""
    encoded = io.BytesIO()
    Image.new("RGB", (640, 480), (180, 150, 120)).save(encoded, "JPEG")
    return encoded.getvalue()


@pytest.fixture(scope="session")
def clip() -> bytes:
    """An MP4 of 128 x 96 that lasts two seconds."""
    encoded = io.BytesIO()
    with av.open(encoded, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height = 128, 96
        for level in range(20):
            pixels = np.full((96, 128, 3), level * 10, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return encoded.getvalue()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with start_chromium(FAKE_CAMERA, ALLOW_CAMERA) as started:
        yield started


@pytest.fixture
async def page(browser: Browser, api: LocalBotApi) -> AsyncIterator[Page]:
    """The page, open at a phone's width; a fault in its console or a foreign request fails."""
    viewport = {"width": 360, "height": 740}
    async with open_tab(browser, api.base_url, viewport=viewport) as tab:
        await expect(tab.page.get_by_role("heading", name="Hello, Alice")).to_be_visible()
        yield tab.page
    assert tab.faults == []
    own = (api.base_url, "blob:")
    assert [request.url for request in tab.requests if not request.url.startswith(own)] == []
