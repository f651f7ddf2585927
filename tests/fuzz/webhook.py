"""Bodies that come to the webhook: taken as updates, or refused with a status that says so."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st
from starlette.requests import Request

from bot.web.webhook import SECRET_HEADER, receive
from bot.wire.incoming import incoming_of
from tests.fuzz.changes import changed
from tests.fuzz.surface import Surface
from tests.fuzz.trees import changed_json
from tests.fuzz.updates import SEEDS

SECRET = b"secret"
STATUSES = {200, 400, 413}
DEEP = b"[" * 100_000


def surface(files: tuple[bytes, ...]) -> Surface:
    """Return the surface; a body comes in pieces."""
    bodies = [*(json.dumps(seed).encode() for seed in SEEDS), DEEP, b"\xff\xfe{}", *files]
    damaged = changed(bodies)
    sound = changed_json(SEEDS).map(lambda update: json.dumps(update).encode())
    return Surface(st.tuples(st.one_of(damaged, sound), st.integers(1, 4000)), open_webhook)


def open_webhook() -> Callable[[tuple[bytes, int]], None]:
    """Return the check of one body and the size of its pieces."""
    headers = [(SECRET_HEADER.lower().encode(), SECRET)]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}

    async def accept(updates: Sequence[Any]) -> None:
        for update in updates:
            incoming_of(update)

    async def send(body: bytes, size: int) -> int:
        pieces = [body[at : at + size] for at in range(0, len(body), size)] or [b""]

        async def bring() -> dict[str, Any]:
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        return (await receive(SECRET, accept, Request(scope, bring))).status_code

    def check(came: tuple[bytes, int]) -> None:
        assert asyncio.run(send(*came)) in STATUSES

    return check
