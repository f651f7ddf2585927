"""Many people and one who comes back: how many songs are ever suggested, how varied, how new."""

from collections.abc import Iterator

import numpy as np

from graph.arrays import Ids
from graph.choosing.recommend import Request, suggest
from graph.evaluation.figures import Score
from graph.evaluation.simulate import SONGS, mood
from graph.importing.catalogue import Progress
from graph.snapshot.store import Snapshot
from graph.tracks import TrackId
from inference.emotions import EmotionScores

LISTS = 20


def crowd_scores(
    snapshot: Snapshot, people: int, progress: Progress, rng: np.random.Generator
) -> Iterator[Score]:
    """Ask for many people, a few of whom come back again and again."""
    seen: set[TrackId] = set()
    apart: list[float] = []
    for person in range(people):
        picked = asked(snapshot, mood(rng), (), rng)
        seen.update(picked)
        apart.append(_spread(snapshot, snapshot.rows(picked)))
        progress("evaluate", person / people / 2)
    chance = np.mean(
        [_spread(snapshot, rng.choice(len(snapshot), SONGS, replace=False)) for _ in range(200)]
    )
    repeated = np.mean([_repeats(snapshot, rng) for _ in range(max(1, people // 50))])
    note = f"{people} people, {SONGS} songs each; at most {people * SONGS / len(snapshot):.2f}"
    yield Score("coverage: share of songs suggested", len(seen) / len(snapshot), note)
    yield Score("diversity: distance within a list", float(np.mean(apart)), f"chance {chance:.3f}")
    note = f"{LISTS} lists to one person; 200 songs back"
    yield Score("repeats: share heard before", float(repeated), note)


def asked(
    snapshot: Snapshot, feeling: EmotionScores, heard: tuple[TrackId, ...], rng: np.random.Generator
) -> tuple[TrackId, ...]:
    """Return what somebody gets who heard some songs and said nothing."""
    request = Request(feeling, heard=heard, n=SONGS)
    return tuple(pick.track.id for pick in suggest(snapshot, request, rng=rng).picks)


def _repeats(snapshot: Snapshot, rng: np.random.Generator) -> float:
    feeling, again = mood(rng), 0
    heard: tuple[TrackId, ...] = ()
    for _ in range(LISTS):
        picked = asked(snapshot, feeling, heard, rng)
        again += len(set(picked) & set(heard))
        heard += picked
    return again / max(len(heard), 1)


def _spread(snapshot: Snapshot, rows: Ids) -> float:
    """Return the mean distance between the sounds of some rows, in deviations per feature."""
    values = snapshot.values[snapshot.nodes(rows)].astype(np.float64)
    gaps = np.sqrt(((values[:, None] - values[None]) ** 2).mean(axis=2))
    return float(gaps[np.triu_indices(len(values), 1)].mean()) if len(values) > 1 else 0.0
