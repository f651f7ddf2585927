import numpy as np
import pytest

from graph.choosing.belief import rules
from graph.choosing.recommend import Request
from graph.choosing.taste import Reaction
from graph.evaluation import simulate
from graph.evaluation.ceiling import by_law
from graph.evaluation.simulate import Listeners, by_chance, by_reference, by_taste, listeners
from graph.importing.columns import FEATURES
from graph.snapshot.store import Snapshot
from inference.emotions import Emotion, EmotionScores

HAPPY = EmotionScores.only(Emotion.HAPPY)


@pytest.fixture(scope="module")
def crowd(starter: Snapshot) -> Listeners:
    return listeners(starter)


def test_every_song_is_liked_by_about_as_many(crowd: Listeners) -> None:
    likes = np.mean([crowd.likes(np.random.default_rng(at)) for at in range(300)], axis=0)

    assert 0.2 < likes.mean() < 0.33
    assert np.quantile(likes, 0.02) > 0.1
    assert np.quantile(likes, 0.98) < 0.5


def test_listeners_differ_and_each_is_one(crowd: Listeners) -> None:
    one, same, other = (crowd.likes(np.random.default_rng(seed)) for seed in (1, 1, 2))

    assert (one == same).all()
    assert (one & other).sum() < 0.6 * one.sum()


def test_thirty_answers_are_given_and_one_in_ten_is_wrong(
    starter: Snapshot, crowd: Listeners
) -> None:
    wrong = []
    for person in range(20):
        likes = crowd.likes(np.random.default_rng(person))
        evidence = crowd.course(person, by_chance(starter)).evidence
        assert len({track_id for track_id, _ in evidence}) == 30
        wrong += [
            (reaction is Reaction.LIKED) != likes[starter.row(track_id)]
            for track_id, reaction in evidence
        ]

    assert 0.05 < np.mean(wrong) < 0.15


def test_taste_is_learned_better_than_by_chance(starter: Snapshot, crowd: Listeners) -> None:
    learned, chance = (
        [crowd.course(person, choose) for person in range(25)]
        for choose in (by_taste(starter), by_chance(starter))
    )

    def mean(courses: list[simulate.Course], figure: str) -> float:
        return float(np.mean([getattr(course, figure) for course in courses]))

    assert mean(learned, "after") > 1.3 * mean(learned, "before")
    assert mean(learned, "after") > 1.3 * mean(chance, "after")
    assert mean(learned, "regret") < mean(chance, "regret")


def test_one_who_knows_the_law_of_tastes_is_a_ceiling(starter: Snapshot, crowd: Listeners) -> None:
    knowing, learned = (
        [crowd.course(person, choose) for person in range(25)]
        for choose in (by_law(crowd), by_taste(starter))
    )

    assert np.mean([one.after for one in knowing]) > np.mean([one.after for one in learned])
    assert np.mean([one.regret for one in knowing]) < np.mean([one.regret for one in learned])


def test_more_answers_are_measured_where_they_are_asked_for(
    starter: Snapshot, crowd: Listeners
) -> None:
    short, long = (crowd.course(0, by_taste(starter), answers) for answers in (30, 100))

    assert np.isnan(short.later)
    assert 0 <= long.later <= 1
    assert (short.before, short.after, short.regret) == (long.before, long.after, long.regret)
    assert len(long.evidence) == 100


def test_others_leave_a_prior(crowd: Listeners) -> None:
    assert not np.array_equal(simulate.taught(crowd, 3).mean, rules().mean)


def test_reference_gives_the_first_rows_of_a_label_then_the_nearest() -> None:
    raw = np.zeros((6, len(FEATURES)))
    columns = [FEATURES.index(name) for name in ("valence", "energy", "tempo")]
    raw[:, columns] = [
        (0.9, 0.9, 100),
        (0.1, 0.9, 100),
        (0.8, 0.8, 180),
        (0.7, 0.9, 90),
        (0.9, 0.7, 179),
        (0.1, 0.1, 60),
    ]

    rows = simulate.first_rows(raw, HAPPY, heard=np.array([0]), liked=np.array([], int))
    near = simulate.first_rows(raw, HAPPY, heard=np.array([0, 2]), liked=np.array([2]))

    assert rows.tolist() == [2, 3, 4]
    assert near.tolist() == [4, 3]


def test_reference_repeats_nothing(starter: Snapshot) -> None:
    raw = np.random.default_rng(0).random((len(starter), len(FEATURES)))
    choose = by_reference(starter, raw)
    rng = np.random.default_rng(0)

    first = choose(Request(HAPPY), rng)
    heard = tuple(starter.track_at(int(row)).id for row in first)

    assert len(first) == 5
    assert not {*choose(Request(HAPPY, heard=heard), rng).tolist()} & {*first.tolist()}
