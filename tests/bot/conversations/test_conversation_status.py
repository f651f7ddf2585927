"""/status: words and a picture, for admins alone."""

import json
import logging
from datetime import UTC, datetime
from io import BytesIO, StringIO

from PIL import Image

from bot.logs import RedactingFormatter
from bot.screens.day import draw_day
from bot.storage.load import Period
from tests.conftest import StartBot, settled

ADMIN = "7000000001"  # the first person of a local chat
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_admin_sees_how_the_bot_is(start_bot: StartBot):
    async with start_bot(admins=ADMIN) as running:
        admin = running.person("Admin")
        await admin.say("/status")

        answer = await admin.wait_for_message("Last day")

        assert "graph" in answer.text
        assert answer.raw["photo"]


async def test_others_are_told_nothing(start_bot: StartBot):
    async with start_bot() as running:
        alice = running.person()
        await alice.say("/status")

        answer = await alice.wait_for_message()

        assert "Last day" not in answer.text


def test_picture_of_a_day_without_anybody_is_drawn():
    picture = draw_day([Period(0, 0.0)] * 96, NOON, ("Day", "Came", "Waited"))

    assert Image.open(BytesIO(picture)).width > 500


async def test_every_line_about_an_update_names_it(start_bot: StartBot):
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter(as_json=True))
    ours = logging.getLogger("bot")
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    try:
        async with start_bot() as running:
            for name in ("Alice", "Bob"):
                await running.person(name).say("sad")
            await settled(running)
    finally:
        ours.removeHandler(handler)
        ours.setLevel(logging.NOTSET)

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    suggested = [line for line in lines if line["event"] == "suggested"]
    assert len({line["update"] for line in suggested}) == 2
    assert all(line["aim"] == "match" and line["at"].endswith("Z") for line in suggested)
