"""Songs for several people: nobody in misery, or else by turns."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.choosing.recommend import Aim, Blend, Request, Suggestion, suggest
from graph.choosing.scoring import MISERY
from graph.choosing.together import counted, turns
from graph.feelings.policies import STEPS
from graph.snapshot.store import Snapshot
from inference.emotions import EMOTIONS, Emotion, EmotionScores

HAPPY, SAD, ANGRY, SURPRISE = Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY, Emotion.SURPRISE


def asked(snapshot: Snapshot, shares: dict[Emotion, float], **more: Any) -> Suggestion:
    scores = EmotionScores.from_weights(shares)
    request = Request(scores, **({"several": True} | more))
    return suggest(snapshot, request, rng=np.random.default_rng(0))


def fits(snapshot: Snapshot, suggestion: Suggestion, mood: Emotion) -> list[float]:
    rows = snapshot.rows([pick.track.id for pick in suggestion.picks])
    served = snapshot.fits[snapshot.nodes(rows), EMOTIONS.index(mood)] / STEPS
    return [float(fit) for fit in served]


def test_moods_that_share_songs_get_songs_that_suit_both(starter: Snapshot) -> None:
    found = asked(starter, {HAPPY: 1, SURPRISE: 1})

    assert (found.blend, len(found.picks), found.nearest) == (Blend.SHARED, 5, False)
    assert min(fits(starter, found, HAPPY) + fits(starter, found, SURPRISE)) >= MISERY


def test_moods_that_share_no_songs_take_turns(starter: Snapshot) -> None:
    found = asked(starter, {HAPPY: 1, SAD: 1})

    assert found.blend is Blend.TURNS
    assert [pick.reason.emotion for pick in found.picks] == [HAPPY, SAD, HAPPY, SAD, HAPPY]
    assert fits(starter, found, HAPPY)[::2] == pytest.approx([1, 1, 1], abs=0.5)
    assert fits(starter, found, SAD)[1::2] == pytest.approx([1, 1], abs=0.5)


def test_one_mood_is_chosen_for_as_for_one_person(starter: Snapshot) -> None:
    alone = Request(EmotionScores.only(SAD))

    found = asked(starter, {SAD: 3})

    assert found.blend is None
    same = suggest(starter, alone, rng=np.random.default_rng(0))
    assert {pick.track.id for pick in found.picks} & {pick.track.id for pick in same.picks}


def test_one_person_has_no_blend(starter: Snapshot) -> None:
    assert asked(starter, {HAPPY: 1, SAD: 1}, several=False).blend is None


def test_a_way_up_begins_at_the_mean_and_is_one_way_for_all(starter: Snapshot) -> None:
    found = asked(starter, {HAPPY: 1, SAD: 1}, aim=Aim.LIFT)

    assert (found.blend, len(found.picks)) == (None, 5)


@pytest.mark.parametrize("n", [1, 2, 5, 10])
def test_turns_repeat_no_artist(starter: Snapshot, n: int) -> None:
    found = asked(starter, {HAPPY: 2, SAD: 2, ANGRY: 1}, n=n)

    artists = [pick.track.artist for pick in found.picks]
    assert len(artists) == len(set(artists)) == n


def test_disliked_songs_and_filters_hold_for_several_people(starter: Snapshot) -> None:
    first = asked(starter, {HAPPY: 1, SAD: 1})

    again = asked(starter, {HAPPY: 1, SAD: 1}, disliked=(first.picks[0].track.id,))

    assert first.picks[0].track.id not in {pick.track.id for pick in again.picks}


@pytest.mark.parametrize(
    ("shares", "seats"),
    [
        ({HAPPY: 3, SAD: 2}, {HAPPY: 3, SAD: 2}),
        ({HAPPY: 4, SAD: 1}, {HAPPY: 4, SAD: 1}),
        ({HAPPY: 9, SAD: 1}, {HAPPY: 4, SAD: 1}),  # the one is not passed over
        ({HAPPY: 1, SAD: 1, ANGRY: 1}, {HAPPY: 2, SAD: 2, ANGRY: 1}),
    ],
)
def test_each_mood_gets_a_song_and_the_rest_go_by_number(
    shares: dict[Emotion, float], seats: dict[Emotion, int]
) -> None:
    assert Counter(turns(shares, 5)) == seats


def test_turns_are_spread_over_the_list() -> None:
    assert turns({HAPPY: 4, SAD: 1}, 5) == [HAPPY, HAPPY, SAD, HAPPY, HAPPY]


@given(
    st.dictionaries(st.sampled_from(EMOTIONS), st.floats(0.01, 1), min_size=1, max_size=7),
    st.integers(1, 20),
)
def test_turns_fill_the_list_and_leave_out_nobody_while_there_is_room(
    shares: dict[Emotion, float], n: int
) -> None:
    ordered = dict(sorted(shares.items(), key=lambda item: -item[1]))

    found = turns(ordered, n)

    assert len(found) == n
    assert set(found) == set(list(ordered)[:n])


def test_a_mood_of_few_does_not_count_in_a_short_list() -> None:
    choir = EmotionScores.from_weights({HAPPY: 10, SAD: 1})

    assert list(counted(choir, 5)) == [HAPPY]
    assert list(counted(choir, 10)) == [HAPPY, SAD]
