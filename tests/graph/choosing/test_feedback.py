import numpy as np
import pytest

from graph.choosing.feedback import Songs, blocked, main_sources, reach_of, relative, repeats
from graph.snapshot.store import Snapshot
from graph.snapshot.walk import RESTART, exact_shares
from graph.tracks import TrackId

UNKNOWN = TrackId("nobody")


def ids(snapshot: Snapshot, rows: range) -> tuple[TrackId, ...]:
    return tuple(snapshot.track_at(row).id for row in rows)


def test_no_likes_reach_nothing(starter: Snapshot) -> None:
    assert reach_of(starter, np.zeros(0, np.int64)).at(np.arange(10)).tolist() == [0] * 10


def test_reach_has_neighbours_and_not_the_liked_itself(starter: Snapshot) -> None:
    node = 100
    near = starter.transition.indices[
        starter.transition.indptr[node] : starter.transition.indptr[node + 1]
    ]

    reach = reach_of(starter, np.array([node]))

    assert reach.at(near).min() > 0
    assert reach.at(np.array([node])).tolist() == [0]
    assert reach.strength.max() == 1


def test_those_reached_best_are_those_of_exact_walks(starter: Snapshot) -> None:
    rng = np.random.default_rng(3)
    homes = np.stack([rng.choice(len(starter.sides), 20, replace=False) for _ in range(8)])
    starts = np.zeros((len(starter.sides), len(homes)))
    for column, home in enumerate(homes):
        starts[home, column] = 1 / len(home)
    shares = exact_shares(starter.likeness, starter.strength, starts, restart=RESTART)
    shares[homes.T, np.arange(len(homes))] = 0
    best = np.argsort(-shares, axis=0)[:10]

    found = [reach_of(starter, home) for home in homes]

    first = [reach.nodes[np.argsort(-reach.strength, kind="stable")[:10]] for reach in found]
    agreed = [np.isin(mine, exact).mean() for mine, exact in zip(first, best.T, strict=True)]
    assert np.mean(agreed) > 0.95


def test_relative_by_hand() -> None:
    assert relative(np.array([5.0, 1.0, 2.0])).tolist() == [1, 1, 1]
    assert relative(np.array([*[4.0] * 9, 2.0, 1.0])).tolist() == [*[1.0] * 10, 0.5]
    assert relative(np.zeros(0)).tolist() == []


def test_main_source_is_that_of_separate_walks(starter: Snapshot) -> None:
    liked = np.array([10, 300, 700, 1100, 1500])
    starts = np.zeros((len(starter.sides), len(liked)))
    starts[liked, np.arange(len(liked))] = 1
    shares = exact_shares(starter.likeness, starter.strength, starts, restart=RESTART)
    clear = [
        node
        for node in range(0, len(shares), 41)
        if np.sort(shares[node])[-1] > 1e-3 and node not in liked
    ]

    found = main_sources(starter, liked, np.array(clear)).tolist()

    assert len(clear) > 3
    assert found == np.argmax(shares[clear], axis=1).tolist()


def test_later_heard_is_more_lately(starter: Snapshot) -> None:
    rows, latest = np.array([5, 600, 7]), np.array([7, 5])
    heard = Songs(latest, starter.nodes(latest))

    again, when = repeats(starter, rows, starter.nodes(rows), heard)

    assert again.tolist() == [True, False, True]
    assert when.tolist() == [0.5, 0, 0]


@pytest.mark.parametrize("spelling", ["{}", "  {} ", "feat"])
def test_blocked_artist_is_found_in_any_place(starter: Snapshot, spelling: str) -> None:
    row = next(row for row in range(len(starter)) if "; " in starter.track_at(row).artist)
    second = starter.track_at(row).artist.split("; ")[1]
    name = second.upper() if spelling == "feat" else spelling.format(second)

    assert blocked(starter, np.array([row]), frozenset({name})).tolist() == [True]


def test_nobody_blocked_blocks_nobody(starter: Snapshot) -> None:
    assert not blocked(starter, np.arange(50), frozenset()).any()
    assert not blocked(starter, np.arange(50), frozenset({"No Such Artist"})).any()
