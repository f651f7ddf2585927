from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, PrimaryKeyConstraint, create_engine, inspect, text

from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.schema import revisions
from bot.storage.tables import UserRow
from tests.conftest import POSTGRESQL, alembic_config


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a table, of both kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'bot.db'}"
        return
    template = request.getfixturevalue("postgresql_database")
    name = f"{urlsplit(template).path[1:]}_new"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield urlsplit(template)._replace(path=f"/{name}", scheme="postgresql+psycopg").geturl()
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_migrated_schema_equals_tables(url: str):
    command.upgrade(alembic_config(url), "head")

    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, UserRow.metadata)
    engine.dispose()
    assert differences == []


def test_constraints_have_the_names_of_the_tables(url: str):
    command.upgrade(alembic_config(url), "head")

    engine, found = create_engine(url), MetaData()
    found.reflect(engine)
    engine.dispose()
    assert names_of_constraints(found) == names_of_constraints(UserRow.metadata)
    assert None not in names_of_constraints(found)


def test_bot_expects_newest_migration():
    scripts = ScriptDirectory.from_config(alembic_config("sqlite:///unused.db"))

    assert scripts.get_current_head() == revisions()[-1]


def test_second_upgrade_keeps_data(url: str):
    command.upgrade(alembic_config(url), "head")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO audit VALUES (1, 11, 'a', 'b', '2026-01-01 00:00:00.000000')")
        )

    command.upgrade(alembic_config(url), "head")

    with engine.begin() as connection:
        kept = connection.scalar(text("SELECT action FROM audit"))
    engine.dispose()
    assert kept == "a"


def test_downgrade_leaves_no_table(url: str):
    command.upgrade(alembic_config(url), "head")

    command.downgrade(alembic_config(url), "base")

    engine = create_engine(url)
    tables = inspect(engine).get_table_names()
    engine.dispose()
    assert tables == ["alembic_version"]


def test_second_migration_keeps_what_people_said(url: str):
    command.upgrade(alembic_config(url), "0001")
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in SAID:
            connection.execute(text(statement))

    command.upgrade(alembic_config(url), "0002")
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit SET admin_id = NULL"))
        connection.execute(text("UPDATE suggestions SET helped_at = '2026-01-02'"))
        connection.execute(text("INSERT INTO blocked_artists VALUES (1, 11, 'B')"))
    command.downgrade(alembic_config(url), "0001")

    with engine.begin() as connection:
        kept = [connection.execute(text(f"SELECT * FROM {table}")).all() for table in TABLES]
    engine.dispose()
    assert [len(rows) for rows in kept] == [1] * len(TABLES)
    assert kept[-1][0][1:4] == (0, "rebuild", "done")


TABLES = ("users", "readings", "suggestions", "suggestion_tracks", "ratings", "audit")
AT = "'2026-01-01 00:00:00.000000'"
SAID = (
    f"INSERT INTO users VALUES (11, 'en', TRUE, {AT}, {AT}, {AT})",
    f"INSERT INTO readings VALUES (1, 11, 'words', '{{}}', TRUE, NULL, NULL, {AT})",
    f"INSERT INTO suggestions VALUES (1, 11, 1, 11, 5, 6, 'match', 'v1', {AT})",
    "INSERT INTO suggestion_tracks VALUES (1, 0, 't', 'A title', 'An artist')",
    f"INSERT INTO ratings VALUES (11, 't', TRUE, 'A title', 'An artist', {AT})",
    f"INSERT INTO audit VALUES (1, 11, 'rebuild', 'done', {AT})",
)


def test_failed_migration_leaves_nothing(url: str, tmp_path: Path):
    scripts = tmp_path / "migrations"
    config = with_broken_migration(alembic_config(url), scripts)

    with pytest.raises(ZeroDivisionError):
        command.upgrade(config, "head")

    engine = create_engine(url)
    tables = inspect(engine).get_table_names()
    engine.dispose()
    assert tables == []


def test_default_is_the_one_of_the_settings(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)

    default = Settings.model_fields["database_url"].default

    assert alembic_config("").get_main_option("sqlalchemy.url") == default


async def test_environment_names_the_database(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DATABASE_URL", url)
    config = alembic_config("")

    command.upgrade(config, "head")

    database = await Database.open(url)
    await database.close()


def test_dotenv_names_the_database(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(f"DATABASE_URL={url}\n")

    command.upgrade(alembic_config(""), "head")

    engine = create_engine(url)
    tables = inspect(engine).get_table_names()
    engine.dispose()
    assert "users" in tables


def names_of_constraints(metadata: MetaData) -> set[object]:
    """Return all names but those of primary keys, which SQLite drops from numbered rows."""
    return {
        constraint.name
        for table in metadata.tables.values()
        for constraint in table.constraints
        if not isinstance(constraint, PrimaryKeyConstraint)
    }


def with_broken_migration(config: Config, scripts: Path) -> Config:
    """Return the configuration with one more migration, which fails half-way."""
    source = Path(str(config.get_main_option("script_location")))
    (scripts / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako", "versions/0001_first.py"):
        (scripts / name).write_text((source / name).read_text())
    (scripts / "versions" / "0002_broken.py").write_text(
        'revision, down_revision = "0002", "0001"\n\n\n'
        "def upgrade():\n"
        "    from alembic import op\n"
        '    op.drop_table("audit")\n'
        "    1 / 0\n"
    )
    config.set_main_option("script_location", str(scripts))
    return config


def test_inbox_of_before_keeps_what_waits_and_which_answer_it_has(url: str):
    command.upgrade(alembic_config(url), "0004")
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in WAITING:
            connection.execute(text(statement))

    command.upgrade(alembic_config(url), "0005")
    with engine.begin() as connection:
        rows = connection.execute(text(ANSWERED)).all()
    command.downgrade(alembic_config(url), "0004")

    with engine.begin() as connection:
        numbers = connection.scalars(text("SELECT update_id FROM inbox ORDER BY 1")).all()
        answers = connection.scalars(text("SELECT update_id FROM suggestions ORDER BY id")).all()
    engine.dispose()
    assert rows == [(900, "p900", "v1"), (901, None, None)]
    assert numbers == [900, 901]
    assert answers == [900, None]


ANSWERED = (
    "SELECT i.update_id, i.payload, s.version FROM inbox i"
    " LEFT JOIN suggestions s ON s.update_id = i.id ORDER BY i.id"
)
OF_SUGGESTION = "id, user_id, reading_id, chat_id, message_id, update_id, aim, version, at"
VALUES = (
    f"(1, 11, 1, 11, NULL, 900, 'match', 'v1', {AT}), (2, 11, 1, 11, 7, 5, 'match', 'v0', {AT})"
)
WAITING = (
    f"INSERT INTO users (id, active, created_at, seen_at) VALUES (11, TRUE, {AT}, {AT})",
    f"INSERT INTO readings VALUES (1, 11, 'words', '{{}}', TRUE, NULL, NULL, {AT})",
    f"INSERT INTO suggestions ({OF_SUGGESTION}) VALUES {VALUES}",
    f"INSERT INTO inbox VALUES (901, NULL, NULL, 0, {AT}, {AT}), (900, 11, 'p900', 1, {AT}, NULL)",
)
