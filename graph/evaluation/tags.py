"""How far the rules agree with the valence and arousal of listeners' tags."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from graph.arrays import Matrix
from graph.choosing.ranking import ranked
from graph.evaluation.crowd import asked
from graph.evaluation.figures import Score, ndcg
from graph.evaluation.tables import labels
from graph.feelings.anchors import CORNERS, LEADS, ZONES, Zone
from graph.snapshot.store import Snapshot
from inference.emotions import EmotionScores

COLUMNS = ("track_id", "tag_valence", "tag_arousal")
# Listeners' tags are noisy: nearer to the middle on either axis, a song's quarter is chance.
CLEAR = 0.35


def tag_scores(
    snapshot: Snapshot, table: Path, people: int, rng: np.random.Generator
) -> list[Score]:
    """Return the figures of a table whose songs have the columns `COLUMNS`.

    Raises:
        CatalogueError: The table lacks one of them.
    """
    placed = _placed(snapshot, _known(table))
    return [
        *_ranked(snapshot, placed),
        *_neighbours(snapshot, placed),
        *_fitting(snapshot, placed, people, rng),
    ]


def _known(table: Path) -> Mapping[str, tuple[float, float]]:
    read = labels(table, COLUMNS)
    rows = zip(*(read[name] for name in COLUMNS), strict=True)
    return {
        str(key): (float(pleasant), float(excited))
        for key, pleasant, excited in rows
        if pleasant is not None and excited is not None
    }


def _placed(snapshot: Snapshot, known: Mapping[str, tuple[float, float]]) -> Matrix:
    """Return what listeners said of each row, (tracks, 2), nan where nothing."""
    unknown = (np.nan, np.nan)
    found = [known.get(snapshot.track_at(row).id, unknown) for row in range(len(snapshot))]
    return np.array(found)


def _ranked(snapshot: Snapshot, placed: Matrix) -> Iterator[Score]:
    for zone in ZONES:
        rows, _ = ranked(snapshot, LEADS[zone])
        right = (placed * np.array(CORNERS[zone]) > 0).all(axis=1)
        hits, chance = right[rows], float(right.mean())
        for n in (10, 100):
            note = f"chance {chance:.3f}"
            yield Score(f"{zone}: precision at {n}", float(hits[:n].mean()), note)
        if zone is Zone.CALM:
            still = float((placed[rows[:100], 1] < 0).mean())
            yield Score("calm: low arousal among the first 100", still, "")
        yield Score(f"{zone}: nDCG at 100", ndcg(hits[:100], int(right.sum())), "")


def _neighbours(snapshot: Snapshot, placed: Matrix) -> Iterator[Score]:
    of_nodes = placed[snapshot.starts[:-1]]
    for name, least in (("", 0.0), (f", both tags beyond {CLEAR}", CLEAR)):
        clear = (np.abs(of_nodes) > least).all(axis=1)
        quarter = np.where(clear, 2 * (of_nodes[:, 0] > 0) + (of_nodes[:, 1] > 0), -1)
        one, two = snapshot.likeness.nonzero()
        both = (quarter[one] >= 0) & (quarter[two] >= 0)
        same = float(np.mean(quarter[one][both] == quarter[two][both]))
        shares = np.bincount(quarter[clear]) / clear.sum()
        yield Score(f"neighbours of one zone{name}", same, f"chance {np.sum(shares**2):.3f}")


def _fitting(
    snapshot: Snapshot, placed: Matrix, people: int, rng: np.random.Generator
) -> Iterator[Score]:
    """Ask for one feeling at a time, for people of whom nothing is known."""
    for zone in ZONES:
        right = (placed * np.array(CORNERS[zone]) > 0).all(axis=1)
        feeling = EmotionScores.only(LEADS[zone])
        lists = [asked(snapshot, feeling, (), rng) for _ in range(max(1, people // 10))]
        hits = np.mean([right[snapshot.rows(each)].mean() for each in lists])
        yield Score(f"{zone}: precision of lists", float(hits), f"chance {right.mean():.3f}")
