"""What tests of several packages share: the starter graph, and the whole bot running."""

import argparse
import asyncio
import dataclasses
import os
import re
import shutil
import sqlite3
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from alembic import command
from alembic.config import Config
from hypothesis import settings

from bot.application import serve
from bot.localchat.driver import Person
from bot.localchat.heard import ChatMessage
from bot.localchat.server import LocalBotApi
from bot.screens.consent import CONSENT_VERSION
from bot.services import Services, utc_now
from bot.settings import Settings
from bot.storage.columns import Table
from bot.storage.database import Database
from bot.storage.inbox import depth
from bot.web.listening import LOOPBACK, listen
from bot.web.mirror.routes import LocalPerson
from graph.building.build import ensure_graph

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
SPEC = SHARED / "telegram" / "bot_api_10.1.json"
POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
STARTER = ROOT / "data" / "starter_catalogue.csv"
# An example may take any time: what else the computer does is no fault of the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture(scope="session")
def built_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter catalogue, imported and built. To be copied, or read only."""
    folder = tmp_path_factory.mktemp("graph")
    ensure_graph(folder, [STARTER], lambda _step, _done: None)
    return folder


@pytest.fixture
def own_graph(built_graph: Path, tmp_path: Path) -> Path:
    """The starter graph, for one test alone."""
    return Path(shutil.copytree(built_graph, tmp_path / "graph"))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at the newest migration, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "bot.db"
    migrate(path)
    return path


@pytest.fixture(scope="session")
def postgresql_database() -> Iterator[str]:
    """The address of a database of our own on a PostgreSQL server, at the newest migration."""
    psycopg = pytest.importorskip("psycopg", reason="needs psycopg, the driver of PostgreSQL")
    try:
        psycopg.connect(POSTGRESQL, connect_timeout=2).close()
    except psycopg.OperationalError:
        pytest.skip("needs a PostgreSQL server: its address in TEST_POSTGRESQL_URL")
    with new_postgresql() as url:
        yield url


@contextmanager
def new_postgresql() -> Iterator[str]:
    """Give the address of a new database on the PostgreSQL server, and drop it in the end."""
    import psycopg

    name = f"tunemirror_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        server.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        url = urlsplit(POSTGRESQL)._replace(path=f"/{name}").geturl()
        try:
            command.upgrade(alembic_config(url), "head")
            yield url
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgresql_url(postgresql_database: str) -> str:
    """The same, emptied."""
    import psycopg

    with psycopg.connect(postgresql_database, autocommit=True) as connection:
        tables = ", ".join(f'"{table}"' for table in Table.metadata.tables)
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    return postgresql_database


def alembic_config(url: str) -> Config:
    """Return what `alembic -x url=...` runs with."""
    return Config(ROOT / "alembic.ini", cmd_opts=argparse.Namespace(x=[f"url={url}"]))


def migrate(path: Path) -> None:
    """Make a database at the newest migration."""
    command.upgrade(alembic_config(f"sqlite:///{path}"), "head")


def songs_in(message: ChatMessage) -> list[str]:
    """Return title, artist and year of the songs in a message, as they are written."""
    return re.findall(r"^\d\. (.+)$", message.text, re.MULTILINE)


def has_songs(message: ChatMessage) -> bool:
    """Return whether a message holds five songs."""
    return len(songs_in(message)) == 5


def labels(message: ChatMessage) -> set[str]:
    """Return what the buttons under a message say."""
    return {button.label for row in message.buttons for button in row}


def shows(button: str, message: ChatMessage) -> bool:
    """Return whether a message has a button that begins so."""
    return any(label.startswith(button) for label in labels(message))


async def open_ratings(person: Person, message: ChatMessage) -> ChatMessage:
    """Open the thumbs under the songs of a message."""
    await person.press("👍", under=message.id)
    return await person.wait_until(lambda now: now.id == message.id and shows("👍 1", now))


async def until(reached: Callable[[], bool], *, timeout_s: float = 10) -> None:
    """Return when something has happened that nobody announces."""
    async with asyncio.timeout(timeout_s):
        while not reached():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.01)


async def answers_to(running: "Running", data: str) -> list[str]:
    """Return what the bot answered to a press that was made up."""

    def found() -> list[str]:
        return [
            call.values.get("text", "")
            for call in list(running.api.calls)
            if call.method == "answerCallbackQuery"
            and call.values["callback_query_id"] == f"made-up-{data}"
        ]

    await until(lambda: bool(found()))
    return found()


async def settled(running: "Running") -> None:
    """Return when every update until now has been worked on."""
    async with asyncio.timeout(10):
        # No event tells.
        while running.api.pending or await running.services.database.run(depth):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@dataclass(frozen=True, slots=True)
class Running:
    """The whole bot, at work behind a Bot API on loopback; `web` is where its web server is."""

    api: LocalBotApi
    services: Services
    web: str = ""

    def person(self, name: str = "Alice", *, agreed: bool = True) -> Person:
        """Return a new person in a chat with the bot, who agreed to the notice already or not."""
        person = self.api.person(name)
        if agreed:
            path = str(self.services.settings.database_url).removeprefix("sqlite:///")
            with sqlite3.connect(path, timeout=10) as connection:
                connection.execute(AGREED, (person.id, CONSENT_VERSION))
            connection.close()
        return person


AGREED = (
    "INSERT INTO users (id, active, consent_version, consented_at, created_at, seen_at)"
    " VALUES (?, 1, ?, '2026-01-01', '2026-01-01', '2026-01-01')"
)
StartBot = Callable[..., AbstractAsyncContextManager[Running]]


@pytest.fixture
async def postgresql(postgresql_url: str) -> AsyncIterator[Database]:
    """A new database on a PostgreSQL server, open."""
    opened = await Database.open(postgresql_url)
    yield opened
    await opened.close()


@pytest.fixture
def start_bot(migrated: Path, own_graph: Path, tmp_path: Path) -> StartBot:
    """Starts the bot with its real parts; `now` is the clock; chance is the same in every run."""
    database = shutil.copy(migrated, tmp_path / "conversation.db")

    @asynccontextmanager
    async def start(
        *,
        now: Callable[[], datetime] = utc_now,
        local: LocalPerson | None = None,
        **more: object,
    ) -> AsyncIterator[Running]:
        spec = SPEC if SPEC.exists() else None
        async with LocalBotApi.start(spec=spec) as api:
            settings = Settings.model_validate(
                {
                    "token": api.token,
                    "database_url": f"sqlite:///{database}",
                    "graph_dir": own_graph,
                    "port": 0,
                    **more,
                }
            )
            opened = await Services.open(settings)
            services = dataclasses.replace(opened, now=now, rng=partial(np.random.default_rng, 1))
            ready, listener = asyncio.Event(), listen(LOOPBACK, settings.port)
            web = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
            serving = asyncio.create_task(
                serve(
                    settings,
                    services,
                    base_url=api.base_url,
                    on_ready=ready.set,
                    listener=listener,
                    local=local,
                )
            )
            started = asyncio.create_task(ready.wait())
            try:
                await asyncio.wait({serving, started}, return_when=asyncio.FIRST_COMPLETED)
                yield Running(api, services, web)
            finally:
                started.cancel()
                serving.cancel()
                await asyncio.wait({serving})
                await services.close()

    return start


@pytest.fixture
async def running(start_bot: StartBot) -> AsyncIterator[Running]:
    """The whole bot with its ordinary settings."""
    async with start_bot() as bot:
        yield bot
