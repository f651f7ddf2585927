"""What is special to SQLite: its file, its log, its locks."""

import asyncio
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.errors import OperatorError
from bot.storage.database import EVERY, Database, StorageError, UnavailableError
from bot.storage.schema import SchemaError, revisions
from bot.storage.users import forget_user, notice_shown, save_notice_shown, save_user

ALICE = 11
PAGE_BYTES = 4096
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def beside(url: str) -> list[Path]:
    """Return the files that SQLite keeps next to an open database."""
    return list(file_of(url).parent.glob("bot.db-*"))


def autocheckpoint(session: Session) -> object:
    """After how many pages a commit moves the log by itself; 0 is never."""
    return session.scalar(text("PRAGMA wal_autocheckpoint"))


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


async def test_the_log_does_not_grow_for_ever(database: Database, database_url: str):
    for _ in range(4):
        for _ in range(EVERY):
            await database.run(save_user, ALICE, language="x" * 3000, at=NOON)
        await asyncio.sleep(0.2)  # the log is moved beside the work; nothing tells

    [log] = [path for path in beside(database_url) if path.name.endswith("-wal")]
    assert log.stat().st_size < 3 * EVERY * PAGE_BYTES


async def test_nobody_waits_while_the_log_is_moved(database: Database):
    assert await database.run(autocheckpoint) == 0


async def test_missing_file_is_told_and_not_made(tmp_path: Path):
    with pytest.raises(SchemaError, match=r"none\.db: `make run`"):
        await Database.open(f"sqlite:///{tmp_path / 'none.db'}")

    assert not (tmp_path / "none.db").exists()


async def test_unmigrated_file_is_told(tmp_path: Path):
    sqlite3.connect(tmp_path / "empty.db").close()

    with pytest.raises(SchemaError, match="at migration None"):
        await Database.open(f"sqlite:///{tmp_path / 'empty.db'}")


async def test_file_that_is_no_database_is_told(tmp_path: Path):
    (tmp_path / "words.db").write_text("this is a letter, not a database\n" * 100)

    with pytest.raises(OperatorError, match="not a database: check DATABASE_URL, or restore"):
        await Database.open(f"sqlite:///{tmp_path / 'words.db'}")


async def test_close_leaves_no_thread_and_no_log(database_url: str):
    database = await Database.open(database_url)
    await database.run(save_notice_shown, ALICE, at=NOON)

    await database.close()

    assert [t for t in threading.enumerate() if t.name.startswith("database")] == []
    assert beside(database_url) == []


async def test_connection_is_set_up_as_promised(database: Database):
    def pragmas(session: Session) -> list[object]:
        names = ("journal_mode", "busy_timeout", "foreign_keys", "synchronous", "secure_delete")
        return [session.scalar(text(f"PRAGMA {name}")) for name in names]

    assert await database.run(pragmas) == ["wal", 5000, 1, 1, 1]


async def test_waits_for_another_program_that_writes(database: Database, database_url: str):
    other = sqlite3.connect(file_of(database_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    waiting = asyncio.create_task(database.run(save_notice_shown, ALICE, at=NOON))
    await asyncio.sleep(0.2)
    waited = not waiting.done()
    other.execute("COMMIT")
    other.close()
    await waiting

    assert waited
    assert await database.run(notice_shown, ALICE)


async def test_unreadable_database_is_the_databases_fault(database: Database, database_url: str):
    with sqlite3.connect(file_of(database_url)) as other:
        other.execute("DROP TABLE users")
    other.close()

    with pytest.raises(StorageError, match="no such table"):
        await database.run(notice_shown, ALICE)


async def test_database_of_a_newer_version_says_so(database_url: str):
    with sqlite3.connect(file_of(database_url)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()

    with pytest.raises(SchemaError, match=r"9999, made by a newer version .* update the bot"):
        await Database.open(database_url)


async def test_database_of_an_older_version_says_what_to_do(database_url: str):
    with sqlite3.connect(file_of(database_url)) as other:
        other.execute("UPDATE alembic_version SET version_num = '0001'")
    other.close()

    with pytest.raises(SchemaError, match=rf"0001, expected {revisions()[-1]}: `make run`"):
        await Database.open(database_url)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE moz_places (id INTEGER)",
        "CREATE TABLE alembic_version AS SELECT 'ae1027a6acf' AS version_num",
    ],
    ids=["no migrations", "other migrations"],
)
async def test_database_of_another_program_is_left_alone(tmp_path: Path, statement: str):
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.executescript(statement)
    other.close()

    with pytest.raises(SchemaError, match="belongs to another program"):
        await Database.open(f"sqlite:///{tmp_path / 'other.db'}")


async def test_damaged_database_is_told_with_the_way_out(database_url: str):
    content = bytearray(file_of(database_url).read_bytes())
    content[PAGE_BYTES // 2 :] = b"\xff" * (len(content) - PAGE_BYTES // 2)
    file_of(database_url).write_bytes(content)

    with pytest.raises(OperatorError, match="restore a backup"):
        await Database.open(database_url)


async def test_folder_instead_of_a_file_is_told(tmp_path: Path):
    with pytest.raises(OperatorError, match="no database at"):
        await Database.open(f"sqlite:///{tmp_path}")


async def test_erased_words_are_in_no_file_when_it_is_said(database: Database, database_url: str):
    await database.run(save_user, ALICE, language="private-words", at=NOON)

    await database.run(forget_user, ALICE)

    left = [path for path in file_of(database_url).parent.glob("bot.db*") if path.is_file()]
    assert not any(b"private-words" in path.read_bytes() for path in left)


async def test_erased_words_that_somebody_still_reads_are_not_called_erased(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.storage.database.EMPTYING_TRIES", 1)
    monkeypatch.setattr("bot.storage.sqlite.PRAGMAS", ("busy_timeout = 50",))
    await database.run(save_user, ALICE, language="en", at=NOON)
    reader = sqlite3.connect(file_of(database_url), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM users").fetchall()

    with pytest.raises(UnavailableError, match="another program reads"):
        await database.run(forget_user, ALICE)

    reader.close()
    await database.run(forget_user, ALICE)


async def test_locked_database_is_unavailable_for_now(
    database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.storage.sqlite.PRAGMAS", ("busy_timeout = 50",))
    database = await Database.open(database_url)
    other = sqlite3.connect(file_of(database_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(UnavailableError, match="locked"):
        await database.run(notice_shown, ALICE)

    other.close()
    assert not await database.run(notice_shown, ALICE)
    await database.close()


async def test_full_disk_is_unavailable_for_now(database: Database):
    def limit(session: Session, pages: int) -> None:
        session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await database.run(limit, 1)  # what SQLite says then is what it says of a full disk

    with pytest.raises(UnavailableError, match="full"):
        await database.run(save_user, ALICE, language="x" * 100_000, at=NOON)

    await database.run(limit, 2**30)
    await database.run(save_user, ALICE, language="en", at=NOON)


async def test_read_only_database_is_unavailable_for_now(database: Database):
    def query_only(session: Session, *, on: bool) -> None:
        session.connection().exec_driver_sql(f"PRAGMA query_only = {int(on)}")

    await database.run(query_only, on=True)

    with pytest.raises(UnavailableError, match="readonly"):
        await database.run(save_notice_shown, ALICE, at=NOON)
