import numpy as np
import pytest

from graph.choosing import taste
from graph.choosing.belief import NAMES, REWARD_NOISE, Belief, rules
from graph.choosing.taste import Evidence, Reaction
from graph.snapshot.store import Snapshot
from graph.tracks import TrackId


def ids(snapshot: Snapshot, rows: object) -> list[TrackId]:
    return [snapshot.track_at(int(row)).id for row in np.asarray(rows)]


def all_worth(snapshot: Snapshot, belief: Belief, evidence: Evidence = ()) -> np.ndarray:
    rows = np.arange(len(snapshot))
    known = taste.reactions(snapshot, evidence)
    return taste.described(snapshot, rows, snapshot.nodes(rows), known) @ belief.mean


def column(name: str, features: np.ndarray) -> np.ndarray:
    found: np.ndarray = features[:, NAMES.index(name)]
    return found


def test_one_reward_by_hand() -> None:
    belief = Belief(np.zeros(1), np.eye(1)).after(np.ones((1, 1)), np.ones(1))

    assert belief.precision[0, 0] == pytest.approx(1 + REWARD_NOISE**-2)
    assert belief.mean[0] == pytest.approx(REWARD_NOISE**-2 / (1 + REWARD_NOISE**-2))


def test_rewards_one_by_one_tell_as_much_as_all_at_once() -> None:
    rng = np.random.default_rng(1)
    features, rewards = rng.standard_normal((9, len(NAMES))), rng.standard_normal(9)

    at_once, one_by_one = rules().after(features, rewards), rules()
    for row, reward in zip(features, rewards, strict=True):
        one_by_one = one_by_one.after(row[None], np.array([reward]))

    np.testing.assert_allclose(one_by_one.mean, at_once.mean)
    np.testing.assert_allclose(one_by_one.precision, at_once.precision)


def test_weight_counts_as_so_many_rewards() -> None:
    features, rewards = np.arange(4.0).reshape(2, 2), np.array([1.0, -1.0])
    belief = Belief(np.zeros(2), np.eye(2))

    twice = belief.after(features, rewards).after(features, rewards)

    np.testing.assert_allclose(belief.after(features, rewards, 2).mean, twice.mean)


def test_true_weights_are_found() -> None:
    rng = np.random.default_rng(2)
    true = rng.standard_normal(len(NAMES))
    features = rng.standard_normal((5000, len(NAMES)))

    belief = rules().after(features, features @ true + REWARD_NOISE * rng.standard_normal(5000))

    np.testing.assert_allclose(belief.mean, true, atol=0.06)


def test_samples_scatter_as_the_belief_says() -> None:
    rng = np.random.default_rng(3)
    root = rng.standard_normal((3, 3))
    belief = Belief(np.array([1.0, 2.0, 3.0]), root @ root.T + np.eye(3))

    for spread in (1, 0.25):
        draws = np.array([belief.sample(rng, spread) for _ in range(20_000)])

        np.testing.assert_allclose(draws.mean(axis=0), belief.mean, atol=0.03)
        covariance = np.linalg.inv(belief.precision) * spread**2
        np.testing.assert_allclose(np.cov(draws.T), covariance, atol=0.03 * spread)


def test_a_belief_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        rules().mean[0] = 1


def test_features_by_hand(starter: Snapshot) -> None:
    liked, disliked = starter.track_at(10), starter.track_at(700)
    evidence = [(liked.id, Reaction.LIKED), (disliked.id, Reaction.DISLIKED)]
    rows = np.arange(len(starter))

    found = taste.described(starter, rows, starter.nodes(rows), taste.reactions(starter, evidence))

    assert found.shape == (len(starter), len(NAMES))
    assert column("near_liked", found)[10] == pytest.approx(1, abs=1e-3)
    assert column("near_disliked", found)[700] == pytest.approx(1, abs=1e-3)
    assert column("near_liked", found).min() >= 0
    for row in range(0, len(starter), 97):
        track = starter.track_at(row)
        said = [1] * (track.genre == liked.genre) + [-1] * (track.genre == disliked.genre)
        assert column("genre", found)[row] == pytest.approx(sum(said) / (1 + len(said)))
    valence = starter.values[starter.nodes(rows), starter.names.index("valence")]
    np.testing.assert_allclose(column("valence", found), valence, atol=1e-3)
    np.testing.assert_array_equal(column("loudness", found), 0)  # the starter knows no loudness


def test_what_came_later_tells_a_reaction_nothing(starter: Snapshot) -> None:
    [first, second] = ids(starter, [5, 5 + 1])
    belief = rules()

    alone = taste.learned(starter, belief, taste.reactions(starter, [(first, Reaction.LIKED)]))
    known = taste.reactions(starter, [(first, Reaction.LIKED), (second, Reaction.DISLIKED)])
    features = taste.described(
        starter,
        known.rows[1:],
        known.nodes[1:],
        taste.reactions(starter, [(first, Reaction.LIKED)]),
    )

    then = alone.after(features, np.array([-1.0]))
    np.testing.assert_allclose(taste.learned(starter, belief, known).mean, then.mean, atol=1e-6)


def test_latest_reaction_counts_and_opening_takes_nothing_back(starter: Snapshot) -> None:
    [one, two, three] = ids(starter, [1, 2, 3])
    evidence = [
        (one, Reaction.LIKED),
        (TrackId("gone"), Reaction.LIKED),
        (two, Reaction.LIKED),
        (three, Reaction.OPENED),
        (one, Reaction.OPENED),
        (two, Reaction.DISLIKED),
    ]

    known = taste.reactions(starter, evidence)

    assert known.rows.tolist() == [3, 1, 2]
    assert known.rewards.tolist() == [taste.REWARDS[Reaction.OPENED], 1, -1]


def test_dislikes_lower_what_sounds_alike(starter: Snapshot) -> None:
    evidence = [(each, Reaction.DISLIKED) for each in ids(starter, range(0, 100, 10))]
    known = taste.reactions(starter, evidence)
    belief = taste.learned(starter, rules(), known)
    node = known.nodes[0]
    start, stop = starter.likeness.indptr[node : node + 2]
    near = starter.starts[starter.likeness.indices[start:stop]]

    worth = all_worth(starter, belief, evidence)

    assert worth[near].mean() < worth.mean() - worth.std()


def test_nobody_leaves_the_rules(starter: Snapshot) -> None:
    found = taste.shared_prior(starter, {1: [], 2: [(TrackId("gone"), Reaction.LIKED)]})

    np.testing.assert_array_equal(found.mean, rules().mean)
    np.testing.assert_array_equal(found.precision, rules().precision)


def test_everybody_tells_what_a_new_person_will_like(starter: Snapshot) -> None:
    rng = np.random.default_rng(4)
    valence = starter.values[:, starter.names.index("valence")]
    people = {}
    for person in range(30):
        nodes = rng.choice(len(starter.sides), 12, replace=False)
        people[person] = [
            (each, Reaction.LIKED if valence[node] > 0 else Reaction.DISLIKED)
            for each, node in zip(ids(starter, starter.starts[nodes]), nodes, strict=True)
        ]

    worth = all_worth(starter, taste.shared_prior(starter, people))

    bright = valence[starter.nodes(np.arange(len(starter)))] > 0
    assert worth[bright].mean() > worth[~bright].mean() + 0.2


def test_one_who_presses_a_lot_does_not_speak_for_all(starter: Snapshot) -> None:
    def moved(presses: int, people: int) -> float:
        evidence = [(each, Reaction.LIKED) for each in ids(starter, range(presses))]
        prior = taste.shared_prior(starter, dict.fromkeys(range(people), evidence))
        return float(np.linalg.norm(prior.mean - rules().mean))

    assert moved(100, 1) < 1.5 * moved(3, 1)
    assert moved(100, 1) < moved(3, 10) / 2


def test_own_reactions_outweigh_everybody_as_they_outweigh_the_rules(starter: Snapshot) -> None:
    evidence = [(each, Reaction.LIKED) for each in ids(starter, range(20))]

    prior = taste.shared_prior(starter, dict.fromkeys(range(500), evidence))

    np.testing.assert_array_equal(prior.precision, rules().precision)


@pytest.mark.parametrize("first", [Reaction.DISLIKED, Reaction.HELPED])
def test_a_list_that_helped_turns_no_dislike_into_a_like(
    starter: Snapshot, first: Reaction
) -> None:
    [song, other] = ids(starter, [1, 2])
    said = [(song, first), (song, Reaction.HELPED), (other, Reaction.HELPED)]
    said.insert(1, (song, Reaction.DISLIKED))

    known = taste.reactions(starter, said)

    assert dict(zip(known.rows.tolist(), known.rewards.tolist(), strict=True)) == {1: -1, 2: 1}
