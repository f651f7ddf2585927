"""The mirror in Firefox, from permission to a rated song, and with its server gone."""

import json
from pathlib import Path

import pytest

from bot.localchat.conversation import FIRST_PERSON_ID
from bot.storage.ratings import ratings_of
from bot.web.mirror.files import runtime_files
from bot.web.mirror.routes import LocalPerson
from tests.bot.web.mirror.cameras import jpegs, moving
from tests.bot.web.mirror.firefox import FIREFOX, Firefox, start_firefox
from tests.conftest import ROOT, StartBot, has_songs

SHOTS = ROOT / "build" / "mirror"
LOCAL = LocalPerson(FIRST_PERSON_ID, "http://127.0.0.1:1")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(FIREFOX is None, reason="no Firefox is installed here"),
    pytest.mark.skipif(not runtime_files(), reason="the mirror's runtime is not here: make mirror"),
]


async def click(firefox: Firefox, selector: str) -> None:
    await firefox.evaluate(f"document.querySelector({json.dumps(selector)}).click()")


async def begin(firefox: Firefox, address: str) -> None:
    """Look into the mirror, and wait for the first readings."""
    await firefox.open(address)
    await firefox.until("!document.querySelector('#begin').disabled")
    await click(firefox, "#begin")
    await firefox.until("mirror.live.figures.readings.length >= 3")


async def test_from_permission_to_a_rated_song(start_bot: StartBot, tmp_path: Path):
    async with start_bot(local=LOCAL) as bot:
        alice = bot.person()
        async with start_firefox(tmp_path, jpegs(moving(30))) as firefox:
            await begin(firefox, f"{bot.web}/mirror/")
            await click(firefox, "#show-mesh")
            await click(firefox, "#show-box")
            await firefox.until("Boolean(mirror.live.drawing.seen?.points)")
            await click(firefox, "#mine")
            await firefox.until("document.querySelectorAll('.song').length === 5")
            await click(firefox, ".thumbs button")
            await firefox.until("document.querySelector('.thumbs button').ariaPressed === 'true'")
            SHOTS.mkdir(parents=True, exist_ok=True)
            (SHOTS / "firefox.png").write_bytes(await firefox.screenshot())
            asked = list(firefox.requests)

        message = await alice.wait_for_message(suits=has_songs)
        ratings = await bot.services.database.run(ratings_of, alice.id)

    assert list(ratings.values()) == [True]
    assert message.text
    own = [address for address in asked if address.startswith(("http", "ws"))]
    assert own
    assert all(address.startswith(f"{bot.web}/mirror/") for address in own)


async def test_mirror_goes_on_without_its_server(start_bot: StartBot, tmp_path: Path):
    async with start_firefox(tmp_path, jpegs(moving(30))) as firefox:
        async with start_bot(local=LOCAL) as bot:
            await begin(firefox, f"{bot.web}/mirror/")
            await firefox.until("mirror.engine.complete")
        before = await firefox.evaluate("mirror.live.figures.readings.length")

        await firefox.until(f"mirror.live.figures.readings.length > {before} + 4")

        await click(firefox, "#mine")
        await firefox.until(
            "document.querySelector('#toast').textContent.includes('connection is lost')"
        )
