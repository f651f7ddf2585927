"""What the bot's tests share: real databases at the newest migration."""

import argparse
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from bot.storage.database import Database
from graph.build import ensure_graph

ROOT = Path(__file__).parents[2]


def alembic_config(url: str) -> Config:
    """Return what `alembic -x url=...` runs with."""
    return Config(ROOT / "alembic.ini", cmd_opts=argparse.Namespace(x=[f"url={url}"]))


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied: a migration takes longer than most tests."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    command.upgrade(alembic_config(f"sqlite:///{path}"), "head")
    return path


@pytest.fixture
def database_url(empty_database: Path, tmp_path: Path) -> str:
    """The address of a new database."""
    return f"sqlite:///{shutil.copy(empty_database, tmp_path / 'bot.db')}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A new database, open."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def graph_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of the starter catalogue."""
    directory = tmp_path_factory.mktemp("graph")
    ensure_graph(directory, [ROOT / "data" / "starter_catalogue.csv"], lambda _, __: None)
    return directory
