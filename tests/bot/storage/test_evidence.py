from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.evidence import everybodys_evidence, evidence_of, open_song, save_helped
from bot.storage.history import UnknownSuggestionError, suggestion_of
from bot.storage.ratings import remove_rating, save_rating
from bot.storage.users import forget_user
from graph.choosing.taste import LATEST, Reaction
from graph.tracks import TrackId
from tests.bot.storage.test_history import ALICE, BOB, NOON, suggest, track


def minutes(n: int) -> datetime:
    return NOON + timedelta(minutes=n)


async def test_all_kinds_come_in_the_order_in_which_they_were_made(database: Database):
    suggestion = await database.run(suggest, "a", "b")
    await database.run(save_rating, ALICE, track("z"), liked=False, at=minutes(2))
    await database.run(open_song, suggestion, 1, at=minutes(1))
    await database.run(save_rating, ALICE, track("a"), liked=True, at=minutes(4))
    await database.run(save_helped, suggestion, at=minutes(3))

    assert await database.run(evidence_of, ALICE) == [
        ("b", Reaction.OPENED),
        ("z", Reaction.DISLIKED),
        ("a", Reaction.HELPED),
        ("b", Reaction.HELPED),
        ("a", Reaction.LIKED),
    ]


async def test_what_is_taken_back_is_no_evidence(database: Database):
    suggestion = await database.run(suggest, "a")
    await database.run(save_helped, suggestion, at=NOON)
    await database.run(save_rating, ALICE, track("a"), liked=True, at=NOON)

    await database.run(save_helped, suggestion, at=None)
    await database.run(remove_rating, ALICE, TrackId("a"))

    assert await database.run(evidence_of, ALICE) == []


async def test_only_the_latest_count(database: Database):
    def rate(session: Session) -> None:
        suggest(session)
        for n in range(LATEST + 5):
            save_rating(session, ALICE, track(str(n)), liked=True, at=minutes(n))

    await database.run(rate)

    found = await database.run(evidence_of, ALICE)
    assert (len(found), found[0][0]) == (LATEST, "5")


async def test_evidence_is_the_persons_own(database: Database):
    hers = await database.run(suggest, "a")
    his = await database.run(suggest, "b", user_id=BOB)
    for suggestion in (hers, his):
        await database.run(save_helped, suggestion, at=NOON)

    assert await database.run(evidence_of, ALICE) == [("a", Reaction.HELPED)]
    assert await database.run(everybodys_evidence) == {
        ALICE: [("a", Reaction.HELPED)],
        BOB: [("b", Reaction.HELPED)],
    }


async def test_nothing_of_a_forgotten_person_is_left(database: Database):
    suggestion = await database.run(suggest, "a")
    await database.run(save_helped, suggestion, at=NOON)
    await database.run(open_song, suggestion, 0, at=NOON)

    await database.run(forget_user, ALICE)

    assert await database.run(everybodys_evidence) == {}


async def test_the_first_opening_counts(database: Database):
    suggestion = await database.run(suggest, "a")
    await database.run(save_rating, ALICE, track("b"), liked=True, at=minutes(2))

    await database.run(open_song, suggestion, 0, at=minutes(1))
    await database.run(open_song, suggestion, 0, at=minutes(3))

    found = await database.run(evidence_of, ALICE)
    assert [track_id for track_id, _ in found] == ["a", "b"]


async def test_a_look_is_no_opening(database: Database):
    suggestion = await database.run(suggest, "a")

    song = await database.run(open_song, suggestion, 0, at=None)

    assert song == track("a")
    assert await database.run(evidence_of, ALICE) == []


async def test_a_song_that_is_not_there_cannot_be_opened(database: Database):
    suggestion = await database.run(suggest, "a")

    with pytest.raises(UnknownSuggestionError):
        await database.run(open_song, suggestion, 1, at=datetime.now(UTC))


async def test_a_suggestion_knows_that_it_helped(database: Database):
    suggestion = await database.run(suggest, "a")

    await database.run(save_helped, suggestion, at=NOON)

    assert (await database.run(suggestion_of, suggestion)).helped
