"""The whole bot with its mirror, and what asks it in the place of a browser."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.web.mirror.launch import sign
from inference.emotions import EMOTIONS, Emotion
from tests.conftest import Running, StartBot

Post = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]  # Any: JSON of several kinds


def scores_of(**shares: float) -> dict[str, float]:
    """Return seven scores by name; those not named are 0."""
    return {emotion.value: shares.get(emotion, 0.0) for emotion in EMOTIONS}


HAPPY, SAD = scores_of(happy=1.0), scores_of(sad=1.0)
assert set(HAPPY) == {emotion.value for emotion in Emotion}


def launch_of(running: Running, user_id: int, at: datetime | None = None, **more: str) -> str:
    """Return what Telegram hands to the page of a person, signed for the running bot."""
    said = {
        "auth_date": str(int((at or datetime.now(UTC)).timestamp())),
        "user": json.dumps({"id": user_id, "first_name": "Ada", "language_code": "en"}),
        **more,
    }
    return urlencode({**said, "hash": sign(said, running.api.token)})


@pytest.fixture
async def running(start_bot: StartBot) -> AsyncIterator[Running]:
    async with start_bot() as bot:
        yield bot


@pytest.fixture
async def client(running: Running) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(running.web) as session:
        yield session


@pytest.fixture
def post(client: aiohttp.ClientSession) -> Post:
    """Posts JSON to one of the mirror's addresses; returns status and answer."""

    async def ask(
        path: str, body: object, session: str = "", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        shown = {"Authorization": f"Bearer {session}"} if session else {}
        async with client.post(f"/mirror/{path}", json=body, headers=shown | headers) as answer:
            return answer.status, await answer.json()

    return ask


@pytest.fixture
def enter(running: Running, post: Post) -> Callable[[int], Awaitable[str]]:
    """Lets a person in as Telegram does; returns their pass."""

    async def admitted(user_id: int) -> str:
        status, said = await post("session", {"init_data": launch_of(running, user_id)})
        assert status == 200
        return str(said["session"])

    return admitted
