from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.building.build import Settings, build
from graph.choosing import taste
from graph.choosing.belief import NAMES, Belief, rules
from graph.choosing.feedback import HEARD, Songs
from graph.choosing.filters import Filters, passing
from graph.choosing.posterior import predicted
from graph.choosing.reasons import Because, Trait
from graph.choosing.recommend import Aim, Request, Suggestion, reason_for, suggest
from graph.choosing.request import EXPLORING
from graph.choosing.taste import Reaction
from graph.feelings.anchors import ZONES, Zone, zones
from graph.feelings.policies import STEPS
from graph.importing.importer import import_files
from graph.snapshot.store import Snapshot, open_snapshot
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
def test_songs_serve_the_feeling(starter: Snapshot, emotion: Emotion) -> None:
    found = asked(starter, Request(EmotionScores.only(emotion), n=10))

    served = starter.fits[list(nodes(starter, found)), EMOTIONS.index(emotion)] / STEPS
    assert served.min() > 0.5
    assert not found.nearest


def test_unpleasant_emotions_get_songs_of_their_own(starter: Snapshot) -> None:
    shared = []
    for seed in range(20):
        lists = [
            set(ids(asked(starter, Request(EmotionScores.only(each)), seed)))
            for each in (Emotion.ANGRY, Emotion.FEAR, Emotion.DISGUST)
        ]
        shared += [len(one & two) for one, two in combinations(lists, 2)]

    assert max(shared) < 3


@pytest.mark.parametrize("emotion", [Emotion.HAPPY, Emotion.SURPRISE, Emotion.SAD])
def test_lifting_climbs_even_from_the_top(starter: Snapshot, emotion: Emotion) -> None:
    for seed in range(5):
        found = asked(starter, Request(EmotionScores.only(emotion), Aim.LIFT), seed)

        way = starter.places[list(nodes(starter, found))].astype(float)
        assert (way[-1] - way[0] > 0.1).all()


def test_nothing_suitable_is_told_as_the_nearest_that_is_left(starter: Snapshot) -> None:
    filters = Filters(languages=frozenset({"sw"}))

    found = asked(starter, Request(SAD, filters=filters))

    assert found.nearest
    kinds = {pick.reason.kind for pick in found.picks}
    assert Because.NEAREST in kinds
    for pick in found.picks:
        if pick.reason.kind is Because.ZONE:
            assert not {Trait.BRIGHT, Trait.LIVELY, Trait.FAST} & {*pick.reason.traits}


def test_unheard_comes_before_heard_though_it_suits_less(starter: Snapshot) -> None:
    request = Request(SAD, filters=Filters(languages=frozenset({"sw"})), n=3)
    first = ids(asked(starter, request))

    second = ids(asked(starter, replace(request, heard=tuple(first)), 1))

    assert not {*first} & {*second}


def test_a_new_person_hears_songs_in_languages_they_understand(starter: Snapshot) -> None:
    def others(*languages: str) -> float:
        lists = [
            asked(starter, Request(EmotionScores.only(emotion), languages=languages), seed)
            for emotion in EMOTIONS
            for seed in range(4)
        ]
        common = {"en", "zxx", *languages}
        return float(
            np.mean([pick.track.language not in common for each in lists for pick in each.picks])
        )

    assert others("en-GB") < 0.15
    assert others() < 0.15
    assert others("pt") < 0.15


def test_an_own_language_comes_before_english(starter: Snapshot) -> None:
    request = Request(SAD, languages=("fr",))

    found = [pick for seed in range(6) for pick in asked(starter, request, seed).picks]

    assert np.mean([pick.track.language == "fr" for pick in found]) > 0.3


def test_no_song_comes_twice_in_disguise(write_rows: WriteRows, tmp_path: Path) -> None:
    rows = [
        {**row, "title": f"Song {at // 3}{('', ' - 2011 Remaster', ' (Live)')[at % 3]}"}
        for at, row in enumerate(songs(300))
    ]
    import_files([write_rows(rows)], tmp_path, silent)
    build(tmp_path, Settings(), silent)
    snapshot = open_snapshot(tmp_path)
    heard: list[TrackId] = []

    for seed in range(10):
        heard += ids(asked(snapshot, Request(SAD, heard=tuple(heard)), seed))

    titles = snapshot.songs[snapshot.rows(heard)].tolist()
    assert len(set(titles)) == len(titles) == 50


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
    request = Request(BOTH, aim, liked=liked, disliked=(starter.track_at(0).id,), n=30)

    found = asked(starter, request).picks
    picks = [pick for pick in found if pick.reason.kind is not Because.NEW]

    assert len(picks) >= 20
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


@pytest.mark.parametrize("aim", [Aim.LIFT, Aim.CALM])
def test_ways_end_in_many_songs_that_suit_their_end(starter: Snapshot, aim: Aim) -> None:
    found = [
        asked(starter, Request(EmotionScores.only(emotion), aim, languages=("en",)), seed)
        for emotion in EMOTIONS
        for seed in range(10)
    ]

    last = [nodes(starter, each)[-1] for each in found]
    end = EMOTIONS.index(Emotion.HAPPY if aim is Aim.LIFT else Emotion.NEUTRAL)
    assert len(set(last)) > 12
    assert max(map(last.count, last)) < 18
    assert np.mean(starter.fits[last, end]) / STEPS > 0.85


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


def rated(snapshot: Snapshot, suggestion: Suggestion, trait: str) -> list[tuple[TrackId, Reaction]]:
    """Like what has more of a trait than half of the bright and lively songs, dislike the rest."""
    values = snapshot.values[:, snapshot.names.index(trait)]
    middle = np.median(values[zones(snapshot.sides) == ZONES.index(Zone.HAPPY)])
    return [
        (each, Reaction.LIKED if values[node] > middle else Reaction.DISLIKED)
        for each, node in zip(ids(suggestion), nodes(snapshot, suggestion), strict=True)
    ]


def after_ten(snapshot: Snapshot, trait: str, seed: int) -> Request:
    first = asked(snapshot, Request(HAPPY, n=10), seed)
    evidence = rated(snapshot, first, trait)
    said = {
        reaction: tuple(each for each, its in evidence if its is reaction) for reaction in Reaction
    }
    return Request(
        HAPPY,
        liked=said[Reaction.LIKED],
        disliked=said[Reaction.DISLIKED],
        heard=tuple(ids(first)),
        evidence=tuple(evidence),
    )


def mean_trait(snapshot: Snapshot, suggestion: Suggestion, trait: str) -> float:
    column = snapshot.values[:, snapshot.names.index(trait)]
    return float(column[list(nodes(snapshot, suggestion))].astype(float).mean())


@pytest.mark.parametrize("trait", ["acousticness", "tempo"])
def test_ten_ratings_change_the_songs_visibly(starter: Snapshot, trait: str) -> None:
    shift, kept = [], []
    for seed in range(10):
        request = after_ten(starter, trait, seed)
        plain = asked(starter, Request(HAPPY, heard=request.heard), seed)
        taught = asked(starter, request, seed)
        shift.append(mean_trait(starter, taught, trait) - mean_trait(starter, plain, trait))
        kept.append(len(set(ids(plain)) & set(ids(taught))))

    assert np.mean(shift) > 0.3
    assert np.mean(kept) < 2.5


def test_songs_that_try_something_come_last_and_suit(starter: Snapshot) -> None:
    request = replace(after_ten(starter, "tempo", 0), n=10)

    for seed in range(10):
        found = asked(starter, request, seed)

        kinds = [pick.reason.kind for pick in found.picks]
        new = kinds.count(Because.NEW)
        assert kinds[10 - new :] == [Because.NEW] * new
        tried = list(nodes(starter, found))[10 - new :]
        assert all(starter.fits[tried, EMOTIONS.index(Emotion.HAPPY)] / STEPS >= 0.5)


@pytest.mark.parametrize("answers", [1, 15, 60])
def test_fewer_songs_try_something_the_more_is_known(starter: Snapshot, answers: int) -> None:
    heard = [starter.track_at(row).id for row in range(answers)]
    said = tuple((each, Reaction.LIKED) for each in heard)

    found = [asked(starter, Request(HAPPY, n=5, evidence=said), seed) for seed in range(100)]

    new = [pick.reason.kind is Because.NEW for each in found for pick in each.picks]
    assert np.mean(new) == pytest.approx(EXPLORING * max(0, 1 - answers / 20), abs=0.035)


def test_nothing_has_to_be_tried_before_anything_is_said(starter: Snapshot) -> None:
    found = asked(starter, Request(HAPPY, n=10))

    assert {pick.reason.kind for pick in found.picks} == {Because.ZONE}


def test_a_prior_chooses_for_somebody_new(starter: Snapshot) -> None:
    prior = rules()
    mean = prior.mean.copy()
    mean[NAMES.index("tempo")] = 1
    fast = Belief(mean, prior.precision.copy())

    plain, led = (
        np.mean([mean_trait(starter, asked(starter, request, seed), "tempo") for seed in range(5)])
        for request in (Request(HAPPY), Request(HAPPY, prior=fast))
    )

    assert led > plain + 0.3


@pytest.mark.parametrize("aim", Aim)
@pytest.mark.parametrize(
    "filters",
    [
        Filters(genres=frozenset({"jazz", "soul"})),
        Filters(languages=frozenset({"el", "is"})),  # two dozen songs, few of them reached
        Filters(decades=frozenset({1980})),
    ],
)
def test_only_what_passes_the_filters_comes(starter: Snapshot, aim: Aim, filters: Filters) -> None:
    found = asked(starter, Request(SAD, aim, filters=filters))

    assert len(found.picks) == 5
    assert passing(starter, filters, starter.rows(ids(found))).all()


def test_no_song_rather_than_one_that_does_not_pass(starter: Snapshot) -> None:
    assert not asked(starter, Request(SAD, filters=Filters(genres=frozenset({"polka"})))).picks


def test_familiar_lets_liked_songs_come_back(starter: Snapshot) -> None:
    liked = tuple(ids(asked(starter, Request(HAPPY, n=20))))

    familiar, usual = (
        asked(starter, Request(HAPPY, liked=liked, freshness=freshness)) for freshness in (0, 0.5)
    )

    assert {*ids(familiar)} & {*liked}
    assert not {*ids(usual)} & {*liked}
    lately = asked(starter, Request(HAPPY, liked=liked, heard=liked, freshness=0))
    assert not {*ids(lately)} & {*liked}


def test_a_song_is_no_reason_for_itself(starter: Snapshot) -> None:
    liked = tuple(ids(asked(starter, Request(HAPPY, n=20))))

    found = asked(starter, Request(HAPPY, liked=liked, freshness=0, n=20))

    assert all(pick.reason.via != pick.track for pick in found.picks)


def test_fresh_brings_nothing_that_was_ever_heard(starter: Snapshot) -> None:
    first = tuple(ids(asked(starter, Request(HAPPY, n=20))))
    heard = first + tuple(starter.track_at(row).id for row in range(HEARD))

    fresh, usual = (
        {each for seed in range(8) for each in ids(asked(starter, replace(request), seed))}
        for request in (Request(HAPPY, heard=heard, freshness=1), Request(HAPPY, heard=heard))
    )

    assert not fresh & {*heard}
    assert usual & {*first}


def test_fresh_lies_further_from_what_is_known(starter: Snapshot) -> None:
    liked = tuple(ids(asked(starter, Request(HAPPY, n=10))))
    known = taste.reactions(starter, [(each, Reaction.LIKED) for each in liked])

    def likeness(freshness: float) -> float:
        rows = np.concatenate(
            [
                starter.rows(
                    ids(asked(starter, Request(HAPPY, liked=liked, freshness=freshness), seed))
                )
                for seed in range(8)
            ]
        )
        found = predicted(starter, rules(), known, Songs(rows, starter.nodes(rows)))
        return float(found.near_liked.mean())

    assert likeness(0) > likeness(0.5) > likeness(1)


def test_familiar_is_better_known_than_fresh(write_rows: WriteRows, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rows = [{**row, "popularity": int(rng.integers(0, 101))} for row in songs(600)]
    import_files([write_rows(rows)], tmp_path, silent)
    build(tmp_path, Settings(), silent)
    snapshot = open_snapshot(tmp_path)

    def known(freshness: float) -> float:
        found = [
            pick.track.popularity or 0
            for seed in range(10)
            for pick in asked(snapshot, Request(HAPPY, freshness=freshness), seed).picks
        ]
        return float(np.mean(found))

    assert known(0) > known(0.5) > known(1) + 10
    assert 50 < known(0.5) < 95  # a prior, not a master


@pytest.mark.parametrize("freshness", [-0.1, 1.1])
def test_freshness_off_the_dial_is_refused(freshness: float) -> None:
    with pytest.raises(ValueError, match="expected a freshness from 0 to 1"):
        Request(SAD, freshness=freshness)


@pytest.mark.parametrize("aim", list(Aim))
def test_one_who_sang_almost_all_is_heard_once(
    write_rows: WriteRows, tmp_path: Path, aim: Aim
) -> None:
    rows = [
        {**row, "artist": f"Artist {at}" if at % 50 == 0 else "Everybody's Darling"}
        for at, row in enumerate(songs(600))
    ]
    import_files([write_rows(rows)], tmp_path, silent)
    build(tmp_path, Settings(), silent)

    found = asked(open_snapshot(tmp_path), Request(SAD, aim))

    assert len({pick.track.artist for pick in found.picks}) == len(found.picks) == 5


@pytest.mark.parametrize("aim", list(Aim))
def test_what_is_no_song_stays_out_unless_allowed(
    write_rows: WriteRows, tmp_path: Path, aim: Aim
) -> None:
    rows = [{**row, "genre": "comedy" if at % 2 else "rock"} for at, row in enumerate(songs(400))]
    import_files([write_rows(rows)], tmp_path, silent)
    build(tmp_path, Settings(), silent)
    snapshot = open_snapshot(tmp_path)

    def genres(filters: Filters) -> set[str | None]:
        lists = [asked(snapshot, Request(HAPPY, aim, filters=filters), seed) for seed in range(5)]
        return {pick.track.genre for each in lists for pick in each.picks}

    assert genres(Filters()) == {"rock"}
    assert genres(Filters(kinds=frozenset({"comedy"}))) == {"comedy", "rock"}
