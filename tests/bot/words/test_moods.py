"""Moods are found in people's own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words.texts import load_texts
from inference.emotions import Emotion

TEXTS = load_texts()


@pytest.mark.parametrize(
    ("words", "moods"),
    [
        ("happy", [Emotion.HAPPY]),
        ("I feel SAD today.", [Emotion.SAD]),
        ("😢", [Emotion.SAD]),
        ("😊", [Emotion.HAPPY]),
        ("🤦🏽 so angry!!", [Emotion.ANGRY]),
        ("❤️", [Emotion.HAPPY]),
        ("☹️", [Emotion.SAD]),
        ("not happy", [Emotion.SAD]),
        ("not angry", [Emotion.NEUTRAL]),
        ("I\u2019m not scared", []),
        ("pissed off", [Emotion.ANGRY]),
        ("in love", [Emotion.HAPPY]),
        ("happy but a bit sad", [Emotion.HAPPY, Emotion.SAD]),
        ("sad, sad, sad", [Emotion.SAD]),
        ("\uff28\uff21\uff30\uff30\uff39", [Emotion.HAPPY]),
        ("😱😱", [Emotion.FEAR]),
        ("wow", [Emotion.SURPRISE]),
        ("😮", [Emotion.SURPRISE]),
        ("ugh 🤢", [Emotion.DISGUST]),
        ("calm", [Emotion.NEUTRAL]),
        ("neutral", [Emotion.NEUTRAL]),
        ("😐", [Emotion.NEUTRAL]),
        ("unhappy", [Emotion.SAD]),
        ("madagascar", []),
        ("asdf", []),
        ("@songbot sad", [Emotion.SAD]),
    ],
)
def test_moods_are_found_in_words(words: str, moods: list[Emotion]) -> None:
    assert list(TEXTS.moods.find(words)) == moods


@pytest.mark.parametrize("emotion", list(Emotion))
def test_an_emotion_is_found_by_its_own_names(emotion: Emotion) -> None:
    named = TEXTS.sentences[f"emotion.{emotion}"], TEXTS.sentences[f"button.{emotion}"]

    assert [TEXTS.moods.find(name) for name in (*named, emotion.value)] == [(emotion,)] * 3


@pytest.mark.parametrize(("word", "mood"), sorted(TEXTS.moods.meanings.items()))
def test_every_known_word_is_found(word: str, mood: Emotion) -> None:
    assert TEXTS.moods.find(word) == (mood,)


@given(st.text())
def test_any_words_have_some_answer(words: str) -> None:
    assert set(TEXTS.moods.find(words)) <= set(Emotion)
