"""Scores that are no probabilities are refused, and so is everything that the page does not ask."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.mirror.asked import AskedError, read_rating, read_scores, read_songs
from inference.emotions import EMOTIONS, Emotion

HAPPY = {emotion.value: float(emotion is Emotion.HAPPY) for emotion in EMOTIONS}
ASKED = {"request": "1", "aim": "lift", "to_chat": True, "scores": HAPPY}


def as_bytes(value: object) -> bytes:
    return json.dumps(value).encode()


def test_wish_is_read():
    asked = read_songs(as_bytes(ASKED))

    assert (asked.aim, asked.to_chat, asked.like) == ("lift", True, None)
    assert asked.scores is not None
    assert asked.scores[Emotion.HAPPY] == 1


@pytest.mark.parametrize(
    "scores",
    [
        None,
        [1, 0, 0, 0, 0, 0, 0],
        {},
        {**HAPPY, "happy": 0.5},
        {**HAPPY, "happy": 2, "sad": -1},
        {**HAPPY, "happy": True},
        {**HAPPY, "happy": "1"},
        {**HAPPY, "happy": float("nan")},
        {**HAPPY, "happy": float("inf")},
        {**HAPPY, "happy": 10**400},
        {**HAPPY, "contempt": 0},
        {"happy": 1},
    ],
)
def test_no_probabilities_are_refused(scores: object):
    with pytest.raises(AskedError):
        read_scores(scores)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {**ASKED, "frame": "data:image/png;base64,AAAA"},
        {**ASKED, "aim": "sideways"},
        {**ASKED, "to_chat": 1},
        {**ASKED, "request": ""},
        {**ASKED, "request": "x" * 65},
        {**ASKED, "like": 1},
        {"request": "1", "like": -1},
        {"request": "1", "like": True},
        {"request": "1", "like": 2**63},
    ],
)
def test_other_wishes_are_refused(body: object):
    with pytest.raises(AskedError):
        read_songs(as_bytes(body))


@pytest.mark.parametrize(
    "body",
    [
        {"suggestion": 1, "position": 0},
        {"suggestion": 1, "position": 0, "liked": "yes"},
        {"suggestion": 1, "position": 0, "liked": True, "more": 1},
        {"suggestion": "1", "position": 0, "liked": True},
        {"suggestion": 1, "position": 256, "liked": True},
    ],
)
def test_other_ratings_are_refused(body: object):
    with pytest.raises(AskedError):
        read_rating(as_bytes(body))


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_refused(content: bytes):
    with pytest.raises(AskedError):
        read_songs(content)


def test_deep_nesting_is_refused():
    with pytest.raises(AskedError):
        read_songs(b"[" * 4000)
