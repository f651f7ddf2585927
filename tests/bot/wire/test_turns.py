"""Tokens, albums, and one build at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.wire.turns import BUCKET_SIZE, REMEMBERED, TakenError, Turns

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def taken(turns: Turns, *, cost: float = 1, at: datetime = NOON, user_id: int = 1) -> int:
    """Return how often a person may ask at one moment."""
    n = 0
    while turns.allow(user_id, cost=cost, at=at):
        n += 1
    return n


def test_a_full_bucket_is_used_up() -> None:
    assert taken(Turns()) == BUCKET_SIZE


def test_what_costs_more_can_be_asked_less_often() -> None:
    assert taken(Turns(), cost=3) == 20


def test_tokens_come_back_with_time() -> None:
    turns = Turns()
    taken(turns)

    assert taken(turns, at=NOON + timedelta(seconds=5)) == 5


def test_a_bucket_never_overflows() -> None:
    turns = Turns()
    taken(turns)

    assert taken(turns, at=NOON + timedelta(days=1)) == BUCKET_SIZE


def test_a_clock_that_goes_back_gives_and_takes_nothing() -> None:
    turns = Turns()
    taken(turns)

    assert taken(turns, at=NOON - timedelta(days=1)) == 0


def test_each_person_has_a_bucket() -> None:
    turns = Turns()
    taken(turns, user_id=1)

    assert taken(turns, user_id=2) == BUCKET_SIZE


def test_memory_is_bounded() -> None:
    turns = Turns()

    for user_id in range(REMEMBERED + 100):
        turns.allow(user_id, cost=1, at=NOON)

    assert len(turns._buckets) == REMEMBERED


def test_an_album_has_one_first_picture() -> None:
    turns = Turns()

    assert [turns.first_of("album", message_id) for message_id in (7, 8, 9)] == [True, False, False]


def test_the_first_picture_stays_the_first_when_it_is_worked_on_again() -> None:
    turns = Turns()
    turns.first_of("album", 7)

    assert turns.first_of("album", 7)


def test_the_same_work_is_not_begun_twice() -> None:
    turns = Turns()

    with turns.alone("rebuild"), pytest.raises(TakenError), turns.alone("rebuild"):
        pass


def test_work_can_be_done_again_after_a_failure() -> None:
    turns = Turns()

    with pytest.raises(ZeroDivisionError), turns.alone("rebuild"):
        _ = 1 / 0

    with turns.alone("rebuild"):
        pass
