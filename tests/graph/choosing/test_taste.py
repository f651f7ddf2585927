import numpy as np
import pytest

from graph.choosing import taste
from graph.choosing.belief import NAMES, REWARD_NOISE, SHARED, SOUND, Belief, rules
from graph.choosing.feedback import Songs
from graph.choosing.posterior import SIMILARITY_WIDTH, Prediction, predicted
from graph.choosing.taste import Evidence, Reaction
from graph.snapshot.store import Snapshot
from graph.tracks import TrackId


def ids(snapshot: Snapshot, rows: object) -> list[TrackId]:
    return [snapshot.track_at(int(row)).id for row in np.asarray(rows)]


def all_worth(snapshot: Snapshot, belief: Belief, evidence: Evidence = ()) -> np.ndarray:
    return everything(snapshot, belief, evidence).mean


def everything(snapshot: Snapshot, belief: Belief, evidence: Evidence = ()) -> Prediction:
    rows = np.arange(len(snapshot))
    known = taste.reactions(snapshot, evidence)
    return predicted(snapshot, belief, known, Songs(rows, snapshot.nodes(rows)))


def sounds(snapshot: Snapshot, rows: object) -> np.ndarray:
    found: np.ndarray = snapshot.values[snapshot.nodes(np.asarray(rows))].astype(np.float32)
    return found


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


def test_a_belief_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        rules().mean[0] = 1


def test_features_by_hand(starter: Snapshot) -> None:
    rows = np.arange(len(starter))

    found = taste.described(starter, rows, sounds(starter, rows))

    assert found.shape == (len(starter), len(NAMES))
    valence = starter.values[starter.nodes(rows), starter.names.index("valence")]
    np.testing.assert_allclose(column("valence", found), valence, atol=1e-3)
    np.testing.assert_array_equal(column("loudness", found), 0)  # the starter knows no loudness
    np.testing.assert_array_equal(column("constant", found), 1)
    years = [starter.track_at(row).year for row in range(0, len(starter), 97)]
    expected = [0 if year is None else np.clip((year - 1995) / 20, -2, 2) for year in years]
    np.testing.assert_allclose(column("year", found)[::97], expected, atol=1e-6)


def test_nothing_said_leaves_the_prior(starter: Snapshot) -> None:
    rows = np.arange(len(starter))

    found = everything(starter, rules())

    features = taste.described(starter, rows, sounds(starter, rows))
    np.testing.assert_allclose(found.mean, features @ rules().mean, atol=1e-6)


def test_posterior_is_that_of_a_gaussian_process_over_all_pairs(starter: Snapshot) -> None:
    chosen = np.arange(0, len(starter), 11)
    evidence = [
        (track_id, Reaction.LIKED if at % 3 else Reaction.DISLIKED)
        for at, track_id in enumerate(ids(starter, chosen[:12]))
    ]
    tracks = [starter.track_at(int(row)) for row in chosen]
    values = starter.values[starter.nodes(chosen)].astype(float)
    apart = ((values[:, None] - values) ** 2).mean(axis=2)
    kernel = SOUND**2 * np.exp(-apart / SIMILARITY_WIDTH)
    for name, deviation in SHARED.items():
        known = [getattr(track, name) for track in tracks]
        if name == "artist":
            known = starter.artists[chosen].tolist()
        same = np.array([[a is not None and a == b for b in known] for a in known])
        kernel += deviation**2 * same
    features = taste.described(starter, chosen, sounds(starter, chosen)).astype(float)
    kernel += features @ np.diag(1 / np.diag(rules().precision)) @ features.T
    answers = np.array([1.0 if reaction is Reaction.LIKED else -1.0 for _, reaction in evidence])
    solved = np.linalg.solve(
        kernel[:12, :12] + REWARD_NOISE**2 * np.eye(12), answers - features[:12] @ rules().mean
    )

    found = everything(starter, rules(), evidence)

    expected = features @ rules().mean + kernel[:, :12] @ solved
    np.testing.assert_allclose(found.mean[chosen], expected, atol=2e-3)


def test_what_was_heard_is_less_uncertain(starter: Snapshot) -> None:
    evidence = [(each, Reaction.LIKED) for each in ids(starter, range(0, 100, 10))]

    before, after = everything(starter, rules()), everything(starter, rules(), evidence)

    assert (after.deviation < before.deviation).all()
    heard = after.deviation[:100:10]
    assert heard.max() < np.quantile(after.deviation, 0.05)


def test_a_like_speaks_for_the_artist_more_the_more_of_them_are_liked(starter: Snapshot) -> None:
    artist = np.argmax(np.bincount(starter.artists))
    theirs = np.flatnonzero(starter.artists == artist)
    *liked, other = ids(starter, theirs[:4])

    worth = [
        all_worth(starter, rules(), [(each, Reaction.LIKED) for each in liked[:n]])[theirs[3]]
        for n in range(4)
    ]

    assert worth == sorted(worth)
    assert other not in liked


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
    node = known.nodes[0]
    start, stop = starter.likeness.indptr[node : node + 2]
    near = starter.starts[starter.likeness.indices[start:stop]]

    worth = all_worth(starter, rules(), evidence)

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
    assert moved(100, 1) < moved(3, 10)


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
