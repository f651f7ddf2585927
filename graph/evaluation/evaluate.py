"""How good the choice of songs is: against people's lists and tags, and for simulated listeners.

Each table is imported and built in a folder of its own. Nothing is fitted to a table, and of its
rows nothing but figures comes out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graph.arrays import Matrix, Vector
from graph.evaluation.ceiling import by_law
from graph.evaluation.crowd import crowd_scores
from graph.evaluation.figures import Score
from graph.evaluation.lists import list_scores
from graph.evaluation.playlists import playlist_scores
from graph.evaluation.simulate import (
    MORE_RATINGS,
    RATINGS,
    Course,
    by_chance,
    by_reference,
    by_taste,
    listeners,
    taught,
)
from graph.evaluation.tables import graph_of
from graph.evaluation.tags import tag_scores
from graph.importing.catalogue import Progress, held, open_catalogue
from graph.importing.columns import FEATURES
from graph.snapshot.store import Snapshot

PEOPLE = 1000
LEARNED, GREEDY = "learned, beginning with rules", "greedy: learned, nothing tried"


@dataclass(frozen=True, slots=True)
class Others:
    """Tables beside the one with listeners' tags.

    Attributes:
        playlists: A table of songs in lists for a mood, see `graph.evaluation.playlists`.
        catalogues: Tables whose lists for new people are measured, see `graph.evaluation.lists`.
    """

    playlists: Path | None = None
    catalogues: tuple[Path, ...] = ()


NO_OTHERS = Others()


def evaluate(
    tags: Path,
    progress: Progress,
    *,
    others: Others = NO_OTHERS,
    rng: np.random.Generator,
    people: int = PEOPLE,
) -> list[tuple[str, list[Score]]]:
    """Return the figures in sections, each with its title.

    Args:
        tags: A table of songs with listeners' valence and arousal, see `graph.evaluation.tags`.
        progress: Receives the progress.
        others: What else is measured.
        rng: The random generator.
        people: How many are simulated; half of them answer songs.

    Raises:
        CatalogueError: A table lacks its labels or has no usable song.
    """
    sections = []
    if others.playlists is not None:
        found = playlist_scores(others.playlists, progress, rng)
        title = f"Lists that people made for a mood: {others.playlists.name}"
        sections.append((title, found))
    sections += [
        (f"Lists for new people: {table.name}", list_scores(table, progress))
        for table in others.catalogues
    ]
    with graph_of(tags, progress) as (snapshot, directory):
        progress("evaluate", 0)
        sections.append((f"Listeners' tags: {tags.name}", tag_scores(snapshot, tags, people, rng)))
        simulated = [
            *crowd_scores(snapshot, people, progress, rng),
            *_answering(snapshot, _raw(directory, snapshot), people, progress),
        ]
        sections.append((f"Simulated listeners: {tags.name}", simulated))
    return sections


def _answering(snapshot: Snapshot, raw: Matrix, people: int, progress: Progress) -> Iterator[Score]:
    """Let listeners with a hidden taste answer thirty songs, chosen in several ways."""
    crowd = listeners(snapshot)
    ways = {
        LEARNED: by_taste(snapshot),
        "learned, beginning with what others liked": by_taste(
            snapshot, taught(crowd, max(1, people // 25))
        ),
        GREEDY: by_taste(snapshot, exploring=0),
        "ceiling: one who knows how these people come about": by_law(crowd),
        "by chance among what suits": by_chance(snapshot),
        "the reference project's way": by_reference(snapshot, raw),
    }
    courses = {}
    for at, (name, choose) in enumerate(ways.items()):
        progress("evaluate", 0.5 + at / len(ways) / 2)
        number = max(1, people // 2)
        courses[name] = [crowd.course(person, choose, MORE_RATINGS) for person in range(number)]
        yield from _course_scores(name, courses[name])
    tried, greedy = (np.array([each.later for each in courses[name]]) for name in (LEARNED, GREEDY))
    note = f"± {_error(tried - greedy):.3f}; the same people"
    figure = f"liked after {MORE_RATINGS} answers: exploring ahead of greedy"
    yield Score(figure, float((tried - greedy).mean()), note)


def _course_scores(name: str, courses: Sequence[Course]) -> Iterator[Score]:
    before, after, later, regret = (
        np.array([getattr(course, figure) for course in courses])
        for figure in ("before", "after", "later", "regret")
    )
    start = float(before.mean())
    times = f"x {after.mean() / start:.2f}; " if start > 0 else ""
    note = f"{start:.3f} before; {times}regret {regret.mean():.1f} songs; ± {_error(after):.3f}"
    yield Score(f"liked after {RATINGS} answers: {name}", float(after.mean()), note)
    note = f"± {_error(later):.3f}"
    yield Score(f"liked after {MORE_RATINGS} answers: {name}", float(later.mean()), note)


def _error(values: Vector) -> float:
    """Return the standard error of a mean over people."""
    return float(values.std() / np.sqrt(len(values)))


def _raw(directory: Path, snapshot: Snapshot) -> Matrix:
    """Return the features of each row as they were imported, (tracks, d), nan where unknown."""
    with held(directory) as path, open_catalogue(path) as columns:
        table = columns(["id", *FEATURES])
    raw = np.empty((len(snapshot), len(FEATURES)))
    rows = snapshot.lookup(table["id"].to_pylist())
    raw[rows] = np.stack([table[name].to_numpy() for name in FEATURES], axis=1)
    return raw
