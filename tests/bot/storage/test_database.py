from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.readings import ReadingSource, readings_of, save_reading
from bot.storage.users import notice_shown, save_notice_shown, save_user
from inference.emotions import Emotion, EmotionScores

ALICE = 11
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


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
