from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.history import StoredTrack, save_suggestion
from bot.storage.keeping import delete_expired, delete_reading, heard_since, readings_since
from bot.storage.preferences import change_preferences
from bot.storage.ratings import save_rating
from bot.storage.readings import ReadingSource, readings_of, save_reading
from bot.storage.users import rows_about, save_user
from graph.tracks import TrackId
from inference.emotions import Emotion, EmotionScores

ALICE, BOB = 11, 12
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TRACK = StoredTrack(TrackId("t"), "A title", "An artist")


def feel(session: Session, user_id: int, at: datetime) -> int:
    save_user(session, user_id, language="en", at=at)
    scores = EmotionScores.only(Emotion.SAD)
    reading_id = save_reading(
        session, user_id, scores, source=ReadingSource.WORDS, certain=True, at=at
    )
    save_suggestion(
        session,
        user_id,
        [TRACK],
        chat_id=user_id,
        reading_id=reading_id,
        aim="match",
        update_id=None,
        version="v1",
        at=at,
    )
    return reading_id


async def test_a_deleted_mood_takes_its_songs_along(database: Database):
    reading_id = await database.run(feel, ALICE, NOON)

    assert await database.run(delete_reading, ALICE, reading_id)

    assert await database.run(rows_about, ALICE) == 1
    assert not await database.run(delete_reading, ALICE, reading_id)


async def test_nobody_deletes_what_somebody_else_felt(database: Database):
    reading_id = await database.run(feel, ALICE, NOON)

    assert not await database.run(delete_reading, BOB, reading_id)

    assert len(await database.run(readings_of, ALICE, 10)) == 1


async def test_history_goes_after_the_days_that_were_chosen(database: Database):
    old, new = NOON - timedelta(days=31), NOON - timedelta(days=29)
    for user_id in (ALICE, BOB):
        for at in (old, new):
            await database.run(feel, user_id, at)
    await database.run(
        change_preferences,
        ALICE,
        lambda known: replace(known, keep_days=30),
        language=None,
        at=NOON,
    )

    n = await database.run(delete_expired, NOON)

    assert n == 1
    assert [known.at for known in await database.run(readings_of, ALICE, 10)] == [new]
    assert len(await database.run(readings_of, BOB, 10)) == 2
    assert await database.run(delete_expired, NOON) == 0


async def test_moods_since_a_moment_come_oldest_first(database: Database):
    for days in (3, 2, 1):
        await database.run(feel, ALICE, NOON - timedelta(days=days))

    since = await database.run(readings_since, ALICE, NOON - timedelta(days=2))

    assert [known.at for known in since] == [NOON - timedelta(days=2), NOON - timedelta(days=1)]


async def test_songs_come_with_what_is_thought_of_them(database: Database):
    reading_id = await database.run(feel, ALICE, NOON)
    before = await database.run(heard_since, ALICE, NOON)
    await database.run(save_rating, ALICE, TRACK, liked=False, at=NOON)

    after = await database.run(heard_since, ALICE, NOON)

    assert [(heard.reading_id, heard.track, heard.liked) for heard in before + after] == [
        (reading_id, TRACK, None),
        (reading_id, TRACK, False),
    ]
