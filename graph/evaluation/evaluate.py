"""How good the choice of songs is, against what listeners said of them.

A table of songs with listeners' valence and arousal is imported and built in a folder of its own;
then zones are ranked, neighbours compared and simulated people asked. Nothing is fitted to the
table, and of its rows nothing but figures comes out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.csv

from graph.arrays import Ids, Mask, Matrix
from graph.building.build import Settings, build
from graph.choosing.ranking import ranked
from graph.choosing.recommend import Request, suggest
from graph.errors import CatalogueError
from graph.evaluation.simulate import (
    RATINGS,
    SONGS,
    by_chance,
    by_reference,
    by_taste,
    listeners,
    mood,
    taught,
)
from graph.feelings.anchors import CORNERS, LEADS, ZONES
from graph.importing.catalogue import Progress, held, import_files, open_catalogue
from graph.importing.columns import FEATURES
from graph.snapshot.store import Snapshot, open_snapshot
from graph.tracks import TrackId
from inference.emotions import EmotionScores

LABELS = ("track_id", "tag_valence", "tag_arousal")
PEOPLE, LISTS = 1000, 20
# Listeners' tags are noisy: nearer to the middle on either axis, a song's quarter is chance.
CLEAR = 0.35


@dataclass(frozen=True, slots=True)
class Score:
    """One line of the evaluation: what, how much, and what chance or the aim would be."""

    figure: str
    value: float
    note: str


def evaluate(
    table: Path, progress: Progress, *, rng: np.random.Generator, people: int = PEOPLE
) -> list[Score]:
    """Return the figures for a table of songs with the columns `LABELS` beside the usual ones.

    Args:
        table: The table.
        progress: Hears how far it is.
        rng: Chance.
        people: How many are simulated; a tenth of them answers songs.

    Raises:
        CatalogueError: The table has no labels or no usable song.
    """
    known = _labels(table)
    with TemporaryDirectory() as name:
        directory = Path(name)
        import_files([table], directory, progress)
        build(directory, Settings(), progress)
        snapshot = open_snapshot(directory)
        progress("evaluate", 0)
        return [
            *_ranked(snapshot, _placed(snapshot, known)),
            *_neighbours(snapshot, _placed(snapshot, known)),
            *_fitting(snapshot, _placed(snapshot, known), people, rng),
            *_people(snapshot, people, progress, rng),
            *_answering(snapshot, _raw(directory, snapshot), people, progress),
        ]


def as_page(scores: list[Score], command: str) -> str:
    """Return the figures as a page in Markdown."""
    rows = "\n".join(f"| {score.figure} | {score.value:.3f} | {score.note} |" for score in scores)
    return (
        "# Evaluation of the song graph\n\n"
        "Rules against the tags of listeners; no table's row is kept here. No weight is fitted,\n"
        "but the rule for the zones was picked among seven on the labelled table itself.\n"
        "Listeners have a hidden taste, told in `graph/evaluation/simulate.py`; their regret is\n"
        "how many more of their first thirty songs they would have liked, had the best been\n"
        "chosen.\n"
        f"Measured with `{command}`.\n\n"
        f"| figure | value | note |\n|---|---|---|\n{rows}\n"
    )


def ndcg(hits: Mask, n_relevant: int) -> float:
    """Return how much of the best possible discounted gain a ranking has, from 0 to 1.

    Source: K. Järvelin, J. Kekäläinen, "Cumulated Gain-Based Evaluation of IR Techniques", ACM
        Transactions on Information Systems 20(4), 2002; relevance 0 or 1.
    """
    worth = 1 / np.log2(np.arange(2, len(hits) + 2))
    best = worth[: min(n_relevant, len(hits))].sum()
    return float(worth[hits].sum() / best) if best > 0 else 0.0


def _labels(table: Path) -> Mapping[str, tuple[float, float]]:
    try:
        options = pa.csv.ConvertOptions(include_columns=list(LABELS))
        read = pa.csv.read_csv(
            table,
            convert_options=options,
            parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        )
        ids, valence, arousal = (read[name].to_pylist() for name in LABELS)
        return {
            key: (float(pleasant), float(excited))
            for key, pleasant, excited in zip(ids, valence, arousal, strict=True)
            if pleasant is not None and excited is not None
        }
    except (OSError, ValueError, KeyError, TypeError) as error:  # pyarrow's are ValueErrors
        raise CatalogueError(f"expected {', '.join(LABELS)} in {table}: {error}") from error


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
        lists = [_list(snapshot, feeling, (), rng) for _ in range(max(1, people // 10))]
        hits = np.mean([right[snapshot.rows(each)].mean() for each in lists])
        yield Score(f"{zone}: precision of lists", float(hits), f"chance {right.mean():.3f}")


def _people(
    snapshot: Snapshot, people: int, progress: Progress, rng: np.random.Generator
) -> Iterator[Score]:
    """Ask for many people, a few of whom come back again and again."""
    seen: set[TrackId] = set()
    apart: list[float] = []
    for person in range(people):
        picked = _list(snapshot, mood(rng), (), rng)
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


def _answering(snapshot: Snapshot, raw: Matrix, people: int, progress: Progress) -> Iterator[Score]:
    """Let listeners with a hidden taste answer thirty songs, chosen in several ways."""
    crowd = listeners(snapshot)
    ways = {
        "learned, beginning with rules": by_taste(snapshot),
        "learned, beginning with what others liked": by_taste(
            snapshot, taught(crowd, max(1, people // 25))
        ),
        "greedy: learned, nothing tried": by_taste(snapshot, exploring=0),
        "by chance among what suits": by_chance(snapshot),
        "the reference project's way": by_reference(snapshot, raw),
    }
    for at, (name, choose) in enumerate(ways.items()):
        progress("evaluate", 0.5 + at / len(ways) / 2)
        courses = [crowd.course(person, choose) for person in range(max(1, people // 10))]
        before, after, regret = (
            float(np.mean([getattr(course, figure) for course in courses]))
            for figure in ("before", "after", "regret")
        )
        times = f"x {after / before:.2f}; " if before > 0 else ""
        note = f"{before:.3f} before; {times}regret {regret:.1f} songs"
        yield Score(f"liked after {RATINGS} answers: {name}", after, note)


def _raw(directory: Path, snapshot: Snapshot) -> Matrix:
    """Return the features of each row as they were imported, (tracks, d), nan where unknown."""
    with held(directory) as path, open_catalogue(path) as columns:
        table = columns(["id", *FEATURES])
    raw = np.empty((len(snapshot), len(FEATURES)))
    rows = snapshot.lookup(table["id"].to_pylist())
    raw[rows] = np.stack([table[name].to_numpy() for name in FEATURES], axis=1)
    return raw


def _list(
    snapshot: Snapshot, feeling: EmotionScores, heard: tuple[TrackId, ...], rng: np.random.Generator
) -> tuple[TrackId, ...]:
    request = Request(feeling, heard=heard, n=SONGS)
    return tuple(pick.track.id for pick in suggest(snapshot, request, rng=rng).picks)


def _repeats(snapshot: Snapshot, rng: np.random.Generator) -> float:
    feeling, again = mood(rng), 0
    heard: tuple[TrackId, ...] = ()
    for _ in range(LISTS):
        picked = _list(snapshot, feeling, heard, rng)
        again += len(set(picked) & set(heard))
        heard += picked
    return again / max(len(heard), 1)


def _spread(snapshot: Snapshot, rows: Ids) -> float:
    """Return the mean distance between the sounds of some rows, in deviations per feature."""
    values = snapshot.values[snapshot.nodes(rows)].astype(np.float64)
    gaps = np.sqrt(((values[:, None] - values[None]) ** 2).mean(axis=2))
    return float(gaps[np.triu_indices(len(values), 1)].mean()) if len(values) > 1 else 0.0
