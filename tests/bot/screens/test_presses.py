"""Callback data: short, and exactly one spelling for each press."""

import contextlib
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.dispatch import BY_PRESS
from bot.screens.presses import (
    FORMS,
    MAX_DATA_BYTES,
    MAX_ID,
    CallbackDataError,
    Press,
    decode,
    encode,
)
from bot.screens.song_presses import CorrectPress, RatingPress
from inference.emotions import Emotion

numbers = st.integers(0, MAX_ID)
presses = st.one_of(
    [
        st.from_type(press_type).filter(
            lambda press: all(
                isinstance(value, bool) or not isinstance(value, int) or 0 <= value <= MAX_ID
                for value in (getattr(press, name) for name in press.__slots__)
            )
        )
        for press_type in get_args(Press)
    ]
)


@given(presses)
def test_a_press_survives_its_data(press: Press) -> None:
    assert decode(encode(press)) == press


@given(presses)
def test_data_fits_into_a_button(press: Press) -> None:
    assert len(encode(press).encode()) <= MAX_DATA_BYTES


def test_the_longest_data_fits_into_a_button() -> None:
    longest = max(Emotion, key=len)

    assert len(encode(CorrectPress(MAX_ID, longest)).encode()) <= MAX_DATA_BYTES


@given(st.text(max_size=80))
def test_what_is_accepted_has_one_spelling(data: str) -> None:
    try:
        press = decode(data)
    except CallbackDataError:
        return
    assert encode(press) == data


@given(presses, st.text(min_size=1, max_size=3))
def test_data_with_something_behind_it_is_refused_or_another_press(press: Press, more: str) -> None:
    data = encode(press) + more

    with contextlib.suppress(CallbackDataError):
        assert decode(data) != press


@pytest.mark.parametrize(
    "data",
    [
        "",
        "r",
        "x:1",
        "r:1:2",
        "r:1:2:2",
        "r:1:2:1:1",
        "r:-1:0:1",
        "r:01:0:1",
        "r:+1:0:1",
        "r: 1:0:1",
        "r:\u0661:0:1",
        "r:1_0:0:1",
        f"m:{MAX_ID + 1}",
        "m:" + "9" * 70,
        "a:1:MATCH",
        "e:joy",
        "c:1:happy ",
        "f:-",
        "g:2",
        "h:1.0",
    ],
)
def test_other_data_is_refused(data: str) -> None:
    with pytest.raises(CallbackDataError):
        decode(data)


def test_a_rating_says_what_it_wants_not_what_to_change() -> None:
    assert [encode(RatingPress(7, 2, liked)) for liked in (True, False, None)] == [
        "r:7:2:1",
        "r:7:2:0",
        "r:7:2:-",
    ]


def test_every_press_has_a_letter() -> None:
    assert {press_type for press_type, _ in FORMS.values()} == set(get_args(Press))


def test_every_press_is_answered_by_somebody() -> None:
    assert set(BY_PRESS) == set(get_args(Press))
