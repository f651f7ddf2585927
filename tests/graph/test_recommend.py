from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.anchors import ZONE_OF, ZONES, zones
from graph.build import Settings, build
from graph.catalogue import import_files
from graph.feedback import HEARD
from graph.reasons import Because
from graph.recommend import Aim, Request, Suggestion, diverse, reason_for, suggest
from graph.store import Snapshot, open_snapshot
from graph.tracks import TrackId
from inference.emotions import EMOTIONS, Emotion, EmotionScores
from tests.graph.conftest import WriteRows, silent, songs

SAD, HAPPY = EmotionScores.only(Emotion.SAD), EmotionScores.only(Emotion.HAPPY)
BOTH = EmotionScores.from_weights({Emotion.SAD: 1, Emotion.HAPPY: 1})


def asked(snapshot: Snapshot, request: Request, seed: int = 0) -> Suggestion:
    return suggest(snapshot, request, rng=np.random.default_rng(seed))


def ids(suggestion: Suggestion) -> list[TrackId]:
    return [pick.track.id for pick in suggestion.picks]


def nodes(snapshot: Snapshot, suggestion: Suggestion) -> Sequence[int]:
    found: list[int] = snapshot.nodes(snapshot.rows(ids(suggestion))).tolist()
    return found


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_songs_lie_in_the_zone_of_the_feeling(starter: Snapshot, emotion: Emotion) -> None:
    found = asked(starter, Request(EmotionScores.only(emotion), n=10))

    kinds = zones(starter.sides[list(nodes(starter, found))])
    assert {ZONES[kind] for kind in kinds} == {ZONE_OF[emotion]}


@given(
    weights=st.lists(st.floats(0, 1), min_size=7, max_size=7).filter(lambda w: sum(w) > 0.01),
    aim=st.sampled_from(Aim),
    seed=st.integers(0, 2**31),
    n=st.integers(1, 12),
)
@settings(deadline=None, max_examples=60)
def test_always_as_many_as_asked_and_no_artist_twice(
    starter: Snapshot, weights: list[float], aim: Aim, seed: int, n: int
) -> None:
    rows = np.random.default_rng(seed).integers(0, len(starter), 40)
    some = [starter.track_at(int(row)).id for row in rows]
    request = Request(
        EmotionScores.from_weights(dict(zip(EMOTIONS, weights, strict=True))),
        aim,
        liked=tuple(some[:10]),
        disliked=tuple(some[10:15]),
        heard=tuple(some[15:]),
        n=n,
    )

    found = asked(starter, request, seed)

    assert len(found.picks) == n
    assert len({int(starter.artists[starter.row(each)]) for each in ids(found)}) == n
    assert not set(ids(found)) & set(some)


def test_same_seed_gives_the_same_songs(starter: Snapshot) -> None:
    request = Request(SAD)

    assert asked(starter, request, 7) == asked(starter, request, 7)


def test_other_seed_gives_other_songs(starter: Snapshot) -> None:
    assert len({tuple(ids(asked(starter, Request(SAD), seed))) for seed in range(5)}) > 1


@pytest.mark.parametrize("aim", Aim)
def test_disliked_never_comes_back(starter: Snapshot, aim: Aim) -> None:
    disliked: list[TrackId] = []

    for _ in range(20):
        new = ids(asked(starter, Request(SAD, aim, disliked=tuple(disliked))))
        assert not set(new) & set(disliked)
        disliked += new


def test_dislike_pushes_its_neighbourhood_down(starter: Snapshot) -> None:
    first = asked(starter, Request(SAD, n=10))
    node = nodes(starter, first)[0]
    start, stop = starter.transition.indptr[node : node + 2]
    near = set(starter.transition.indices[start:stop].tolist())

    def neighbours_picked(disliked: tuple[TrackId, ...]) -> int:
        request = Request(SAD, disliked=disliked, excluded=(ids(first)[0],), n=20)
        lists = [nodes(starter, asked(starter, request, seed)) for seed in range(20)]
        return sum(node in near for picked in lists for node in picked)

    assert neighbours_picked((ids(first)[0],)) < neighbours_picked(()) / 2


def test_likes_change_the_songs_and_are_named(starter: Snapshot) -> None:
    request = Request(HAPPY, n=5)
    sides = starter.places
    calm_end = np.flatnonzero((sides[:, 0] > 0.6) & (sides[:, 1] > 0.55) & (sides[:, 1] < 0.7))[:10]
    liked = tuple(starter.track_at(int(starter.starts[node])).id for node in calm_end)

    before, after = asked(starter, request), asked(starter, replace(request, liked=liked))

    assert len(set(ids(before)) & set(ids(after))) <= 2
    led = [pick.reason for pick in after.picks if pick.reason.kind is Because.LIKED]
    assert led
    assert all(reason.via is not None and reason.via.id in liked for reason in led)


@pytest.mark.parametrize("aim", list(Aim))
def test_asked_later_the_reason_is_the_one_given_then(starter: Snapshot, aim: Aim) -> None:
    liked = tuple(ids(asked(starter, Request(HAPPY, n=1), seed=1)))
    request = Request(BOTH, aim, liked=liked, disliked=(starter.track_at(0).id,), n=12)

    picks = asked(starter, request).picks

    assert [reason_for(starter, request, pick.track.id) for pick in picks] == [
        pick.reason for pick in picks
    ]
    if aim is Aim.MATCH:
        assert {pick.reason.kind for pick in picks} == {Because.ZONE, Because.LIKED}


def test_nothing_is_repeated_until_everything_suitable_was_heard(starter: Snapshot) -> None:
    heard: list[TrackId] = []

    for turn in range(HEARD // 10):
        new = ids(asked(starter, Request(HAPPY, heard=tuple(heard), n=10), turn))
        assert not set(new) & set(heard)
        heard += new


def test_oldest_heard_come_back_rather_than_nothing(write_rows: WriteRows, tmp_path: Path) -> None:
    import_files([write_rows(songs(12))], tmp_path, silent)
    build(tmp_path, Settings(), silent)
    small = open_snapshot(tmp_path)
    everything = tuple(small.track_at(row).id for row in range(12))
    disliked = everything[3:4]

    found = ids(asked(small, Request(SAD, heard=everything, disliked=disliked, n=3)))

    assert len(found) == 3
    assert not set(found) & set(disliked)
    fresh = ids(asked(small, Request(SAD, heard=everything[:-2], disliked=disliked, n=1)))
    assert set(fresh) <= set(everything)


def test_long_heard_comes_before_lately_heard(write_rows: WriteRows, tmp_path: Path) -> None:
    import_files([write_rows(songs(12))], tmp_path, silent)
    build(tmp_path, Settings(), silent)
    small = open_snapshot(tmp_path)
    fitting = ids(asked(small, Request(SAD, n=2)))
    others = tuple(i for i in (small.track_at(row).id for row in range(12)) if i not in fitting)

    old_first = ids(asked(small, Request(SAD, heard=(fitting[0], *others, fitting[1]), n=1)))
    new_first = ids(asked(small, Request(SAD, heard=(fitting[1], *others, fitting[0]), n=1)))

    assert (old_first, new_first) == ([fitting[0]], [fitting[1]])


@pytest.mark.parametrize("aim", [Aim.MATCH, Aim.LIFT])
def test_blocked_artist_stays_away(starter: Snapshot, aim: Aim) -> None:
    first = asked(starter, Request(SAD, aim))
    artists = frozenset(pick.track.artist for pick in first.picks)

    found = asked(starter, Request(SAD, aim, blocked_artists=artists))

    assert not artists & {pick.track.artist for pick in found.picks}


@pytest.mark.parametrize("seed", range(5))
def test_lift_leads_step_by_step_from_sad_to_happy(starter: Snapshot, seed: int) -> None:
    found = asked(starter, Request(SAD, Aim.LIFT, n=5), seed)

    way = starter.places[list(nodes(starter, found))]
    assert np.diff(way[:, 0]).min() > 0.03
    assert np.diff(way[:, 1]).min() > 0.03
    assert [pick.reason.kind for pick in found.picks] == [Because.BRIDGE] * 5
    assert found.picks[0].reason.emotion is Emotion.SAD
    assert found.picks[-1].reason.emotion is Emotion.HAPPY


@pytest.mark.parametrize("seed", range(5))
def test_calm_leads_from_anger_to_rest(starter: Snapshot, seed: int) -> None:
    found = asked(starter, Request(EmotionScores.only(Emotion.ANGRY), Aim.CALM, n=5), seed)

    drive = starter.places[list(nodes(starter, found)), 1]
    assert np.diff(drive).max() < -0.03
    assert found.picks[-1].reason.emotion is Emotion.NEUTRAL


def test_likes_bend_the_bridge(starter: Snapshot) -> None:
    rows = range(0, len(starter), 20)
    liked = tuple(starter.track_at(row).id for row in rows)

    plain = asked(starter, Request(SAD, Aim.LIFT))
    bent = asked(starter, Request(SAD, Aim.LIFT, liked=liked))

    assert ids(plain) != ids(bent)


def test_unknown_ids_are_harmless(starter: Snapshot) -> None:
    gone = (TrackId("gone"),)

    found = asked(starter, Request(SAD, liked=gone, disliked=gone, heard=gone))

    assert ids(found) == ids(asked(starter, Request(SAD)))


def test_nothing_asked_for_is_refused() -> None:
    with pytest.raises(ValueError, match="expected at least one track"):
        Request(SAD, n=0)


def test_diverse_by_hand() -> None:
    # The second is a twin of the first; the third is a little worse and different.
    values = np.array([[0.0, 0.0], [0.0, 0.0], [5.0, 5.0], [9.0, 0.0]])
    scores = np.array([1.0, 0.95, 0.8, 0.1])

    chosen = diverse(values, scores, np.array([1, 2, 3, 1]), 4)

    assert chosen.tolist() == [0, 2, 1]  # the fourth is by the artist of the first
