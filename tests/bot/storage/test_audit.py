"""What admins did, and what was begun and never ended."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.storage.audit import cut_off_actions, end_action, save_action
from bot.storage.database import Database
from bot.storage.tables import AuditRow
from bot.storage.users import forget_user

ALICE, BOB = 11, 12
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)


async def outcomes(database: Database) -> list[str]:
    query = select(AuditRow.outcome).order_by(AuditRow.id)
    return await database.run(lambda session: list(session.scalars(query)))


async def test_what_has_no_end_is_cut_off_once(database: Database):
    for admin in (ALICE, ALICE, BOB):
        await database.run(save_action, admin, "rebuild", at=NOON)
    done = await database.run(save_action, BOB, "table", at=NOON)
    await database.run(end_action, done, "read: 20 songs")

    first = await database.run(cut_off_actions, before=LATER)
    second = await database.run(cut_off_actions, before=LATER)

    assert (first, second) == ([ALICE, BOB], [])
    assert await outcomes(database) == [*["cut off"] * 3, "read: 20 songs"]


async def test_what_was_begun_since_goes_on(database: Database):
    await database.run(save_action, ALICE, "rebuild", at=NOON)

    assert await database.run(cut_off_actions, before=NOON) == []
    assert await outcomes(database) == ["begun"]


async def test_who_was_forgotten_is_not_told(database: Database):
    await database.run(save_action, ALICE, "rebuild", at=NOON)
    await database.run(forget_user, ALICE)

    assert await database.run(cut_off_actions, before=LATER) == []
