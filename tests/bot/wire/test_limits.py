"""Tokens, albums, and one build at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.wire.limits import CAPACITY, REMEMBERED, AlreadyRunningError, Limits

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def taken(limits: Limits, *, cost: float = 1, at: datetime = NOON, user_id: int = 1) -> int:
    """Return how often a person may ask at one moment."""
    n = 0
    while limits.allow(user_id, cost=cost, at=at):
        n += 1
    return n


def test_a_full_bucket_is_used_up() -> None:
    assert taken(Limits()) == CAPACITY


def test_what_costs_more_can_be_asked_less_often() -> None:
    assert taken(Limits(), cost=3) == 20


def test_tokens_come_back_with_time() -> None:
    limits = Limits()
    taken(limits)

    assert taken(limits, at=NOON + timedelta(seconds=5)) == 5


def test_a_bucket_never_overflows() -> None:
    limits = Limits()
    taken(limits)

    assert taken(limits, at=NOON + timedelta(days=1)) == CAPACITY


def test_a_clock_that_goes_back_gives_and_takes_nothing() -> None:
    limits = Limits()
    taken(limits)

    assert taken(limits, at=NOON - timedelta(days=1)) == 0


def test_each_person_has_a_bucket() -> None:
    limits = Limits()
    taken(limits, user_id=1)

    assert taken(limits, user_id=2) == CAPACITY


def test_memory_is_bounded() -> None:
    limits = Limits()

    for user_id in range(REMEMBERED + 100):
        limits.allow(user_id, cost=1, at=NOON)

    assert len(limits._buckets) == REMEMBERED


def test_an_album_has_one_first_picture() -> None:
    limits = Limits()

    assert [limits.is_first_of_album("album", message_id) for message_id in (7, 8, 9)] == [
        True,
        False,
        False,
    ]


def test_the_first_picture_stays_the_first_when_it_is_worked_on_again() -> None:
    limits = Limits()
    limits.is_first_of_album("album", 7)

    assert limits.is_first_of_album("album", 7)


def test_the_same_work_is_not_begun_twice() -> None:
    limits = Limits()

    with (
        limits.exclusive("rebuild"),
        pytest.raises(AlreadyRunningError),
        limits.exclusive("rebuild"),
    ):
        pass


def test_work_can_be_done_again_after_a_failure() -> None:
    limits = Limits()

    with pytest.raises(ZeroDivisionError), limits.exclusive("rebuild"):
        _ = 1 / 0

    with limits.exclusive("rebuild"):
        pass


def test_only_the_first_refusal_is_told() -> None:
    limits = Limits()
    taken(limits)

    told = [limits.first_refusal(1) for _ in range(3)]
    limits.allow(1, cost=1, at=NOON + timedelta(seconds=1))
    limits.allow(1, cost=1, at=NOON + timedelta(seconds=1))

    assert told == [True, False, False]
    assert limits.first_refusal(1)
