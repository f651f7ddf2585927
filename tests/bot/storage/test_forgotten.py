"""Of a forgotten person nothing is left: every column of every table is filled, then looked for."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, CursorResult, Float, Integer, String, insert, select
from sqlalchemy.orm import Session

from bot.storage.columns import Scores, Table, UtcDateTime
from bot.storage.database import Database
from bot.storage.users import forget_and_look
from inference.emotions import Emotion, EmotionScores

# Six bytes, as SQLite writes a number of this size: they can be sought in its files.
ALICE, BOB = 0x5A1CE0A11CE5, 0x5B0B0B0B0B05
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PERSON = {"user_id", "admin_id", "chat_id"}  # columns that hold a person's number
# What stays without a person: which updates were answered, what an admin did, which graph it is.
STAYS = {"inbox", "audit", "publications", "launches"}


def mark(person: int, column: Column[Any]) -> str:
    return f"{person:x}:{column.table.name}.{column.name}"[:35]


def value_of(column: Column[Any], person: int, ids: dict[str, int]) -> Any:
    """Return something for a column that says whose row it is, of the column's own type."""
    found: Any
    for key in column.foreign_keys:
        return person if key.column.table.name == "users" else ids[key.column.table.name]
    if column.name in PERSON or (column.table.name == "users" and column.name == "id"):
        return person
    match column.type:
        case Scores():
            found = EmotionScores.only(Emotion.SAD)
        case UtcDateTime():
            found = NOON
        case JSON():
            found = [mark(person, column)]
        case String():
            found = mark(person, column)[: column.type.length]
        case Float():
            found = 0.5
        case Integer():
            found = person % 9973 if column.name in {"update_id", "message_id"} else 1
        case _:
            found = True
    return found


def fill(session: Session, person: int) -> None:
    """Leave a row in every table, every column filled."""
    ids: dict[str, int] = {}
    for table in Table.metadata.sorted_tables:
        numbered = [c.name for c in table.primary_key if c.name == "id" and c.autoincrement]
        own = table.name != "users" and bool(numbered)
        values = {
            c.name: value_of(c, person, ids) for c in table.columns if not own or c.name != "id"
        }
        done = session.execute(insert(table).values(values))
        assert isinstance(done, CursorResult)
        key = done.inserted_primary_key
        ids[table.name] = key[0] if key else 0


def cells(session: Session) -> list[tuple[str, str, Any]]:
    """Return every value of every table, with the names of table and column."""
    return [
        (table.name, name, value)
        for table in Table.metadata.sorted_tables
        for row in session.execute(select(table)).mappings()
        for name, value in row.items()
    ]


def traces(session: Session, person: int) -> list[str]:
    """Return where a person's number or words stand."""
    return [
        f"{table}.{column}"
        for table, column, value in cells(session)
        if value == person or f"{person:x}:" in json.dumps(value, default=str)
    ]


async def test_a_person_is_in_every_table_before(database: Database) -> None:
    await database.run(fill, ALICE)

    found = {trace.partition(".")[0] for trace in await database.run(traces, ALICE)}

    assert found == set(Table.metadata.tables)


async def test_afterwards_no_column_of_any_table_says_anything_of_them(database: Database) -> None:
    await database.run(fill, ALICE)

    _, left = await database.run(forget_and_look, ALICE)

    found = await database.run(traces, ALICE)
    assert left == 0
    # An admin's action stays without their number, a lease names a process of the bot, and a launch
    # of the mirror is a signature, from which nobody can be read.
    assert set(found) <= {
        "audit.action",
        "audit.outcome",
        "inbox.worker",
        "launches.digest",
        "publications.version",
    }


async def test_only_tables_about_nobody_keep_a_row(database: Database) -> None:
    await database.run(fill, ALICE)

    await database.run(forget_and_look, ALICE)

    assert {table for table, _, _ in await database.run(cells)} == STAYS


async def test_another_person_keeps_every_row(database: Database) -> None:
    await database.run(fill, BOB)
    before = await database.run(traces, BOB)
    await database.run(fill, ALICE)

    await database.run(forget_and_look, ALICE)

    assert await database.run(traces, BOB) == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_afterwards_no_byte_of_any_file_holds_their_number(
    database: Database, tmp_path: Path
) -> None:
    await database.run(fill, ALICE)

    def files_with_them() -> list[str]:
        number = ALICE.to_bytes(6)
        return [path.name for path in tmp_path.glob("bot.db*") if number in path.read_bytes()]

    before = files_with_them()
    await database.run(forget_and_look, ALICE)

    assert before  # else this proves nothing
    assert files_with_them() == []
