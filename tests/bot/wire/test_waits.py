"""What people hear of a wait whose updates nobody has in hand yet."""

from collections.abc import Callable

from bot.storage.waits import Waiting
from bot.wire.places import LINE_S, SOON_S, TOO_LONG_S
from bot.wire.told import LEAST_S
from bot.wire.waits import words_for

NOTHING = {"WORDS": 0, "STILL": 0, "CLIP": 0}


def person(row_id: int, *, told: bool = False) -> Waiting:
    return Waiting(row_id, "WORDS", told, NOTHING, NOTHING, 1)


def waits(*seconds: float) -> Callable[[Waiting], float]:
    """Return what says how long each of the people numbered 0, 1, ... waits."""
    return lambda waiting: seconds[waiting.id]


def test_who_is_next_hears_nothing() -> None:
    assert words_for([person(0)], waits(SOON_S - 0.1)) == []


def test_a_short_wait_is_shown_and_holds_nothing_up() -> None:
    (word,) = words_for([person(0)], waits(LINE_S - 1))

    assert not word.held
    assert word.until_s == LEAST_S


def test_a_longer_one_is_told_before_the_answer_can_come() -> None:
    (word,) = words_for([person(0)], waits(LINE_S + 4))

    assert word.held
    assert word.until_s == word.wait_s == LINE_S + 4


def test_who_was_told_hears_the_rest_in_the_same_line() -> None:
    (word,) = words_for([person(0, told=True)], waits(LINE_S - 1))

    assert word.held


def test_whoever_comes_too_late_is_refused_and_nobody_before() -> None:
    words = words_for([person(n) for n in range(3)], waits(TOO_LONG_S - 1, TOO_LONG_S + 1, 90))

    assert [word.refused for word in words] == [False, True, True]


def test_whoever_was_told_once_is_not_refused() -> None:
    (word,) = words_for([person(0, told=True)], waits(TOO_LONG_S + 9))

    assert not word.refused
