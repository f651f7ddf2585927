from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.history import (
    StoredTrack,
    UnknownSuggestionError,
    heard_by,
    mark_sent,
    save_suggestion,
    suggestion_of,
    suggestion_of_update,
)
from bot.storage.readings import (
    ReadingSource,
    UnknownReadingError,
    correct_reading,
    readings_of,
    save_reading,
)
from bot.storage.tables import UserRow
from bot.storage.users import save_user
from graph.tracks import TrackId
from inference.emotions import EMOTIONS, Emotion, EmotionScores

ALICE, BOB, CHAT = 11, 12, 11
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAD = EmotionScores.only(Emotion.SAD)


def track(name: str) -> StoredTrack:
    return StoredTrack(TrackId(name), f"Song {name}", "Somebody")


def read(session: Session, user_id: int = ALICE, scores: EmotionScores = SAD) -> int:
    save_user(session, user_id, language="en", at=NOON)
    return save_reading(
        session, user_id, scores, source=ReadingSource.SELFIE, certain=True, at=NOON
    )


def suggest(
    session: Session, *names: str, user_id: int = ALICE, update_id: int | None = None
) -> int:
    return save_suggestion(
        session,
        user_id,
        [track(name) for name in names],
        chat_id=CHAT,
        reading_id=read(session, user_id),
        aim="match",
        update_id=update_id,
        version="v1",
        at=NOON,
    )


async def test_suggestion_comes_back_whole(database: Database):
    suggestion_id = await database.run(suggest, "b", "a", "c")

    found = await database.run(suggestion_of, suggestion_id)

    assert found.tracks == (track("b"), track("a"), track("c"))
    assert (found.user_id, found.chat_id, found.message_id) == (ALICE, CHAT, None)
    assert (found.aim, found.version, found.scores, found.at) == ("match", "v1", SAD, NOON)


async def test_same_update_is_suggested_once(database: Database):
    first = await database.run(suggest, "a", update_id=5)

    second = await database.run(suggest, "b", update_id=5)

    assert second == first
    assert (await database.run(suggestion_of, first)).tracks == (track("a"),)


async def test_suggestions_without_update_do_not_meet(database: Database):
    first = await database.run(suggest, "a")

    assert await database.run(suggest, "b") != first


async def test_update_finds_its_suggestion(database: Database):
    suggestion_id = await database.run(suggest, "a", update_id=5)

    found = await database.run(suggestion_of_update, 5)

    assert [one.suggestion_id for one in found] == [suggestion_id]
    assert await database.run(suggestion_of_update, 6) == []


async def test_sent_suggestion_knows_its_message(database: Database):
    suggestion_id = await database.run(suggest, "a")

    await database.run(mark_sent, suggestion_id, 77)

    assert (await database.run(suggestion_of, suggestion_id)).message_id == 77


async def test_unknown_suggestion_is_an_error(database: Database):
    with pytest.raises(UnknownSuggestionError):
        await database.run(suggestion_of, 1)


async def test_correction_stays_beside_the_reading(database: Database):
    suggestion_id = await database.run(suggest, "a")
    before = await database.run(suggestion_of, suggestion_id)

    await database.run(correct_reading, before.reading.reading_id, Emotion.HAPPY, at=NOON)

    after = await database.run(suggestion_of, suggestion_id)
    assert (after.reading.scores, after.reading.corrected) == (SAD, Emotion.HAPPY)
    assert after.scores == EmotionScores.only(Emotion.HAPPY)


async def test_correction_of_unknown_reading_is_an_error(database: Database):
    with pytest.raises(UnknownReadingError):
        await database.run(correct_reading, 1, Emotion.HAPPY, at=NOON)


async def test_heard_are_the_persons_newest_each_once(database: Database):
    await database.run(suggest, "a", "b")
    await database.run(suggest, "x", user_id=BOB)
    await database.run(suggest, "c", "a")

    assert await database.run(heard_by, ALICE) == ["a", "c", "b"]


async def test_heard_goes_back_as_far_as_asked(database: Database):
    await database.run(suggest, "a", "b")
    await database.run(suggest, "c", "d")

    assert await database.run(heard_by, ALICE, 3) == ["c", "d", "a"]


async def test_readings_are_the_persons_newest_first(database: Database):
    older = await database.run(read)
    await database.run(read, BOB)
    newer = await database.run(read)

    found = await database.run(readings_of, ALICE, 10)

    assert [reading.reading_id for reading in found] == [newer, older]


@settings(deadline=None)  # the first example also makes the tables known
@given(st.lists(st.floats(0.01, 1), min_size=7, max_size=7))
def test_scores_come_back_as_they_were(weights: list[float]):
    scores = EmotionScores.from_weights(dict(zip(EMOTIONS, weights, strict=True)))
    engine = create_engine("sqlite://")
    UserRow.metadata.create_all(engine)

    with Session(engine) as session:
        read(session, scores=scores)
        session.expire_all()
        (found,) = readings_of(session, ALICE, 1)
    engine.dispose()

    assert found.scores.probabilities == pytest.approx(scores.probabilities, abs=1e-12)
