"""What the bot's tests share: real databases at the newest migration."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import Database


@pytest.fixture
def sqlite_url(migrated: Path, tmp_path: Path) -> str:
    """The address of a new file of SQLite."""
    return f"sqlite:///{shutil.copy(migrated, tmp_path / 'bot.db')}"


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
