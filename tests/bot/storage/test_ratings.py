from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.database import Database
from bot.storage.history import StoredTrack
from bot.storage.ratings import liked_before, liked_by, ratings_of, remove_rating, save_rating
from bot.storage.users import save_user
from graph.tracks import TrackId

ALICE, BOB = 11, 12
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE, TWO, THREE = (StoredTrack(TrackId(name), f"Song {name}", "Somebody") for name in "123")


@pytest.fixture(autouse=True)
async def people(database: Database) -> None:
    for person in (ALICE, BOB):
        await database.run(save_user, person, language="en", at=NOON)


async def test_second_rating_replaces_first(database: Database):
    await database.run(save_rating, ALICE, ONE, liked=True, at=NOON)
    await database.run(save_rating, ALICE, ONE, liked=False, at=NOON)

    assert await database.run(ratings_of, ALICE) == {ONE.track_id: False}


async def test_rating_is_the_persons_own(database: Database):
    await database.run(save_rating, ALICE, ONE, liked=True, at=NOON)
    await database.run(save_rating, BOB, ONE, liked=False, at=NOON)

    assert await database.run(ratings_of, ALICE) == {ONE.track_id: True}


async def test_removed_rating_is_gone(database: Database):
    await database.run(save_rating, ALICE, ONE, liked=True, at=NOON)

    await database.run(remove_rating, ALICE, ONE.track_id)
    await database.run(remove_rating, ALICE, ONE.track_id)

    assert await database.run(ratings_of, ALICE) == {}


async def test_liked_are_newest_first_without_disliked(database: Database):
    for minute, (track, liked) in enumerate([(ONE, True), (TWO, False), (THREE, True)]):
        at = NOON + timedelta(minutes=minute)
        await database.run(save_rating, ALICE, track, liked=liked, at=at)

    assert await database.run(liked_by, ALICE, 5) == [THREE, ONE]
    assert await database.run(liked_by, ALICE, 1) == [THREE]


async def test_liked_before_leaves_out_what_came_later_or_was_taken_back(database: Database):
    for minutes, song in enumerate((ONE, TWO, THREE)):
        at = NOON + timedelta(minutes=minutes)
        await database.run(save_rating, ALICE, song, liked=True, at=at)
    await database.run(save_rating, ALICE, ONE, liked=False, at=NOON)

    found = await database.run(liked_before, ALICE, NOON + timedelta(minutes=2))

    assert found == [TWO.track_id]
