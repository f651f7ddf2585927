"""How far the rules agree with what people put into lists for a mood.

A row of the table is a song in one or more lists: `mood` says which mood they are for, or
`not_wanted`, `source` whose lists they are, `list_name` what they are called. Each mood is ranked
against all the others and what nobody wants.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graph.arrays import Mask
from graph.choosing.ranking import ranked
from graph.evaluation.figures import Score, average_precision, interval
from graph.evaluation.tables import Cell, graph_of, labels
from graph.importing.catalogue import Progress
from graph.snapshot.store import Snapshot
from inference.emotions import Emotion

COLUMNS = ("track_id", "track_name", "artists", "mood", "source", "list_name")
EMOTION_OF: Mapping[str, Emotion] = {
    "happy": Emotion.HAPPY,
    "sad": Emotion.SAD,
    "angry": Emotion.ANGRY,
    "calm": Emotion.NEUTRAL,
}
# Wanted by nobody who wants songs, but fair for somebody who wants calm: left out there.
SLEEP = "sleep music"
# Of a source with fewer songs of a mood, a figure would be chance.
MIN_SONGS = 100


@dataclass(frozen=True, slots=True)
class Labelled:
    """What the table says of each row of the graph.

    Attributes:
        moods: (tracks,), the mood of its lists; empty where the table lacks the song.
        sources: (tracks,), whose lists hold it, parted by "+".
        sleep: (tracks,), whether the list is one of sleep music.
    """

    moods: np.ndarray
    sources: np.ndarray
    sleep: Mask


def playlist_scores(table: Path, progress: Progress, rng: np.random.Generator) -> list[Score]:
    """Return precision at 100 and 300 and average precision for each mood, and by source.

    Raises:
        CatalogueError: The table lacks a column, or has no usable song.
    """
    known = labels(table, COLUMNS)
    with graph_of(table, progress) as (snapshot, _):
        labelled = _labelled(snapshot, known)
        return [score for mood in EMOTION_OF for score in _of_mood(snapshot, mood, labelled, rng)]


def _labelled(snapshot: Snapshot, known: Mapping[str, Sequence[Cell]]) -> Labelled:
    """Return the labels of each row, found by its id, or by title and first artist."""
    found: dict[str, tuple[str, str, bool]] = {}
    rows = zip(*(known[name] for name in COLUMNS), strict=True)
    for track_id, title, artists, mood, source, name in rows:
        label = (str(mood), str(source), str(name).startswith(SLEEP))
        found.setdefault(str(track_id), label)
        found.setdefault(_key(str(title), str(artists)), label)
    tracks = [snapshot.track_at(row) for row in range(len(snapshot))]
    unknown = ("", "", True)
    each = [
        found.get(track.id) or found.get(_key(track.title, track.artist), unknown)
        for track in tracks
    ]
    moods, sources, sleep = zip(*each, strict=True)
    return Labelled(np.array(moods), np.array(sources), np.array(sleep))


def _key(title: str, artists: str) -> str:
    return f"{title}\n{artists.replace(',', ';').split(';')[0].strip()}".casefold()


def _of_mood(
    snapshot: Snapshot, mood: str, labelled: Labelled, rng: np.random.Generator
) -> Iterator[Score]:
    rows, scores = ranked(snapshot, EMOTION_OF[mood])
    if mood == "calm":
        kept = ~labelled.sleep[rows]
        rows, scores = rows[kept], scores[kept]
    moods, sources = labelled.moods[rows], labelled.sources[rows]
    hits = moods == mood
    chance = f"chance {hits.mean():.3f}"
    for n in (100, 300):
        low, high = interval(scores, hits, n, rng)
        note = f"{low:.2f} to {high:.2f}; {chance}"
        yield Score(f"{mood}: precision at {n}", float(hits[:n].mean()), note)
    yield Score(f"{mood}: average precision", average_precision(hits), chance)
    unwanted = float((moods[:100] == "not_wanted").mean())
    yield Score(f"{mood}: wanted by nobody among the first 100", unwanted, "")
    for source in sorted({part for name in set(sources.tolist()) for part in name.split("+")}):
        own = hits & (np.char.find(sources, source) >= 0)
        if own.sum() >= MIN_SONGS:
            among = own[own | ~hits]  # against all songs of other moods
            note = f"{own.sum()} songs; chance {among.mean():.3f}"
            yield Score(f"{mood}, {source}: average precision", average_precision(among), note)
