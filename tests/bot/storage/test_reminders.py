from datetime import UTC, datetime, timedelta

from bot.storage.consent import Allowed, allowed_by, choose_zone, save_consent
from bot.storage.database import Database
from bot.storage.evidence import save_helped
from bot.storage.history import suggestion_of
from bot.storage.reminders import (
    ask_later,
    asked_since,
    reminder_of,
    save_reminder,
    stop_reminder,
    take_due_questions,
    take_due_reminders,
)
from bot.storage.users import mark_inactive, save_user
from tests.bot.storage.test_keeping import feel

ALICE = 11
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


async def test_a_stranger_agreed_to_nothing(database: Database):
    assert await database.run(allowed_by, ALICE) == Allowed()


async def test_consent_and_clock_are_kept(database: Database):
    await database.run(save_user, ALICE, language="de-AT", at=NOON)

    await database.run(save_consent, ALICE, "2026-11", at=NOON)
    await database.run(choose_zone, ALICE, "Asia/Tokyo", at=NOON)

    assert await database.run(allowed_by, ALICE) == Allowed("2026-11", "Asia/Tokyo", "de-AT")


async def test_a_due_reminder_comes_once_and_again_the_next_day(database: Database):
    await database.run(save_user, ALICE, language="en", at=NOON)
    await database.run(save_reminder, ALICE, 720, next_at=NOON)

    early = await database.run(take_due_reminders, NOON - DAY, lambda due: due.next_at + DAY)
    first = await database.run(take_due_reminders, NOON, lambda due: due.next_at + DAY)
    second = await database.run(take_due_reminders, NOON, lambda due: due.next_at + DAY)
    next_day = await database.run(take_due_reminders, NOON + DAY, lambda due: due.next_at + DAY)

    assert [len(found) for found in (early, first, second, next_day)] == [0, 1, 0, 1]
    assert next_day[0].minute == 720


async def test_whoever_blocked_the_bot_is_not_reminded(database: Database):
    await database.run(save_user, ALICE, language="en", at=NOON)
    await database.run(save_reminder, ALICE, 720, next_at=NOON)
    await database.run(mark_inactive, ALICE)

    assert await database.run(take_due_reminders, NOON, lambda due: due.next_at + DAY) == []


async def test_a_stopped_reminder_is_gone(database: Database):
    await database.run(save_user, ALICE, language="en", at=NOON)
    await database.run(save_reminder, ALICE, 720, next_at=NOON)

    await database.run(stop_reminder, ALICE)

    assert await database.run(reminder_of, ALICE) is None


async def test_a_question_is_asked_once_and_not_where_the_answer_is_known(database: Database):
    for _ in range(2):
        await database.run(feel, ALICE, NOON)
    for suggestion_id in (1, 2):
        await database.run(ask_later, suggestion_id, at=NOON)
    assert await database.run(asked_since, ALICE, NOON)
    await database.run(save_helped, 2, at=NOON)

    due = await database.run(take_due_questions, NOON)

    assert due == [await database.run(suggestion_of, 1)]
    assert await database.run(take_due_questions, NOON) == []
