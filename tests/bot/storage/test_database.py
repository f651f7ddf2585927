import asyncio
import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from bot.storage.database import EVERY, Database, SchemaError, StorageError
from bot.storage.history import ReadingSource, readings_of, save_reading
from bot.storage.users import notice_shown, save_notice_shown, save_user
from inference.emotions import Emotion, EmotionScores

ALICE = 11
PAGE_BYTES = 4096
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def autocheckpoint(session: Session) -> object:
    """After how many pages a commit moves the log by itself; 0 is never."""
    return session.scalar(text("PRAGMA wal_autocheckpoint"))


def beside(url: str) -> list[Path]:
    """Return the files that SQLite keeps next to an open database."""
    return list(file_of(url).parent.glob("bot.db-*"))


async def test_error_keeps_nothing_of_the_transaction(database: Database):
    def save_and_fail(session: Session) -> None:
        save_notice_shown(session, ALICE, at=NOON)
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(save_and_fail)

    assert not await database.run(notice_shown, ALICE)


async def test_what_was_saved_is_there_after_opening_again(database_url: str):
    first = await Database.open(database_url)
    await first.run(save_notice_shown, ALICE, at=NOON)
    await first.close()

    second = await Database.open(database_url)
    shown = await second.run(notice_shown, ALICE)
    await second.close()

    assert shown


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

    with pytest.raises(StorageError, match="not a database"):
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


async def test_reading_of_unknown_person_is_refused_without_its_values(database: Database):
    with pytest.raises(IntegrityError) as caught:
        await database.run(
            save_reading,
            ALICE,
            EmotionScores.only(Emotion.SAD),
            source=ReadingSource.SELFIE,
            certain=True,
            at=NOON,
        )

    assert "sad" not in str(caught.value)


async def test_moment_without_timezone_is_refused(database: Database):
    with pytest.raises(StatementError, match="timezone"):
        await database.run(save_notice_shown, ALICE, at=NOON.replace(tzinfo=None))


async def test_moments_come_back_in_utc(database: Database):
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5)))
    await database.run(save_user, ALICE, language="en", at=elsewhere)
    await database.run(
        save_reading,
        ALICE,
        EmotionScores.only(Emotion.SAD),
        source=ReadingSource.WORDS,
        certain=True,
        at=elsewhere,
    )

    (reading,) = await database.run(readings_of, ALICE, 1)

    assert reading.at == NOON
    assert reading.at.tzinfo is UTC
