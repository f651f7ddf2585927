"""Checks everything that the bot needs, and says how to repair what is wrong."""

import asyncio
import shutil
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp

from bot.errors import BotError
from bot.settings import Settings, unknown_variables
from bot.storage.database import Database
from bot.storage.inbox import depth
from bot.upkeep.vitals import State
from graph.errors import GraphError
from graph.snapshot.store import open_snapshot
from inference.errors import InferenceError, ModelError
from inference.worker import InferenceWorker

NETWORK_S, LOOPBACK_S = 10.0, 2.0
MAX_CLOCK_S = 30.0  # links of Telegram's web apps are signed with the time
MIN_FREE_BYTES = 2**30  # a rebuild of a million songs takes a third of it


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was checked, whether it passed, and what was found or what to do."""

    what: str
    well: bool
    words: str


async def examine(settings: Settings) -> list[Finding]:
    """Return the findings, in the order in which faults should be repaired."""
    findings = [_names()]
    for what, check in CHECKS.items():
        try:
            findings.append(Finding(what, True, await check(settings)))
        except (BotError, GraphError, ModelError, InferenceError) as error:
            findings.append(Finding(what, False, str(error)))
    return findings


class UnwellError(BotError):
    """A check failed; the message says what to do."""


def _names() -> Finding:
    unknown = ", ".join(unknown_variables())
    words = f"these set nothing: {unknown}: see .env.example" if unknown else "all are known"
    return Finding("settings", not unknown, words)


async def _telegram(settings: Settings) -> str:
    if settings.token is None:
        return "BOT_TOKEN is not set: the local chat is started; @BotFather gives a token"
    url = f"{settings.api_url}/bot{settings.token.get_secret_value()}/getMe"
    timeout = aiohttp.ClientTimeout(total=NETWORK_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as client,
            client.get(url) as answer,
        ):
            status, date = answer.status, answer.headers.get("Date")
    except (aiohttp.ClientError, OSError, TimeoutError) as error:  # its words hold the token
        raise UnwellError(
            f"{settings.api_url} cannot be reached ({type(error).__name__}): check the network, "
            "HTTPS_PROXY and BOT_API_URL"
        ) from None
    if status in {401, 404}:
        raise UnwellError("Telegram does not know BOT_TOKEN: @BotFather shows the right one")
    if date:
        _compare_clocks(parsedate_to_datetime(date))
    return f"{settings.api_url} knows the token, and its clock is ours"


def _compare_clocks(theirs: datetime) -> None:
    off_s = (datetime.now(UTC) - theirs).total_seconds()
    if abs(off_s) > MAX_CLOCK_S:
        raise UnwellError(f"this clock is {off_s:+.0f} s off Telegram's: switch on NTP")


async def _database(settings: Settings) -> str:
    database = await Database.open(settings.database_url)
    try:
        return f"can be read; {await database.run(depth)} updates wait"
    finally:
        await database.close()


async def _graph(settings: Settings) -> str:
    snapshot = await asyncio.to_thread(open_snapshot, settings.graph_dir)
    return f"version {snapshot.version}, {len(snapshot):,} songs"


async def _model(_: Settings) -> str:
    worker = InferenceWorker.start()
    try:
        await worker.ready()
    finally:
        await worker.close()
    return "the networks load, and so do the libraries they need"


async def _port(settings: Settings) -> str:
    host, port = settings.host or "127.0.0.1", settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        place = f"[{host}]" if ":" in host else host
        if state := await _bot_at(f"http://{place}:{port}/readyz"):
            return f"{port} is in use by a bot that runs and is {state}"
        raise UnwellError(
            f"{port} at {host}: {error.strerror}, and no bot answers there: set another PORT"
        ) from error
    return f"{port} is free"


async def _bot_at(url: str) -> str | None:
    """Return the state that a bot of ours tells at an address; None where none answers."""
    timeout = aiohttp.ClientTimeout(total=LOOPBACK_S)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as client, client.get(url) as answer:
            document = await answer.json()
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return None
    state = document.get("state") if isinstance(document, dict) else None
    return state if isinstance(state, str) and state in set(State) else None


async def _disk(settings: Settings) -> str:
    place = settings.graph_dir.resolve()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < MIN_FREE_BYTES:
        raise UnwellError(f"{free / 2**20:.0f} MB are free at {place}: make room")
    return f"{free / 2**30:.1f} GB are free at {Path(place)}"


CHECKS: dict[str, Callable[[Settings], Awaitable[str]]] = {
    "database": _database,
    "graph": _graph,
    "model": _model,
    "disk": _disk,
    "port": _port,
    "telegram and clock": _telegram,
}
