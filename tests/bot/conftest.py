"""What the bot's tests share: real databases at the newest migration."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.localchat.server import LocalBotApi
from bot.storage.database import Database


@pytest.fixture
async def api() -> AsyncIterator[LocalBotApi]:
    """A Bot API on loopback."""
    async with LocalBotApi.start() as started:
        yield started


@pytest.fixture
def database_path(migrated: Path, tmp_path: Path) -> Path:
    """A new file of SQLite."""
    return Path(shutil.copy(migrated, tmp_path / "bot.db"))


@pytest.fixture
def sqlite_url(database_path: Path) -> str:
    """The address of a new file of SQLite."""
    return f"sqlite:///{database_path}"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The address of a new database."""
    return sqlite_url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A new database, open."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def graph_dir(built_graph: Path) -> Path:
    """The graph of the starter catalogue."""
    return built_graph
