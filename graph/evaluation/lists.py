"""What new people get: how well known, how mixed in languages, how different by emotion."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

from graph.choosing.recommend import Request, suggest
from graph.evaluation.figures import Score
from graph.evaluation.tables import graph_of
from graph.importing.catalogue import Progress
from graph.snapshot.store import Snapshot
from graph.tracks import NO_WORDS, Track
from inference.emotions import EMOTIONS, Emotion, EmotionScores

# Genres of the public 114,000-track table that nobody means who asks for songs of a mood.
UNWANTED = frozenset(["sleep", "children", "kids", "comedy", "disney", "opera", "show-tunes"])
LISTS, SONGS = 40, 5
# Emotions that got the same songs when one zone of sound stood for all of them.
UNPLEASANT = (Emotion.ANGRY, Emotion.FEAR, Emotion.DISGUST)
ALIKE = 3  # songs in common

Lists = Mapping[Emotion, Sequence[Sequence[Track]]]


def list_scores(table: Path, progress: Progress) -> list[Score]:
    """Return the figures of lists for new people who speak English, from the graph of a table.

    Raises:
        CatalogueError: The table has no usable song.
    """
    with graph_of(table, progress) as (snapshot, _):
        lists = {emotion: _lists(snapshot, emotion) for emotion in EMOTIONS}
        return [*_by_emotion(lists), *_over_all(snapshot, lists)]


def _lists(snapshot: Snapshot, emotion: Emotion) -> list[list[Track]]:
    request = Request(EmotionScores.only(emotion), n=SONGS, languages=("en",))
    found = (
        suggest(snapshot, request, rng=np.random.default_rng([seed, EMOTIONS.index(emotion)]))
        for seed in range(LISTS)
    )
    return [[pick.track for pick in each.picks] for each in found]


def _by_emotion(lists: Lists) -> Iterator[Score]:
    for emotion, several in lists.items():
        tracks = [track for each in several for track in each]
        unwanted = float(np.mean([track.genre in UNWANTED for track in tracks]))
        if any(track.genre in UNWANTED for track in tracks) or any(
            track.popularity is not None for track in tracks
        ):
            yield Score(f"{emotion}: songs that nobody wants", unwanted, f"{len(tracks)} songs")


def _over_all(snapshot: Snapshot, lists: Lists) -> Iterator[Score]:
    every = [each for several in lists.values() for each in several]
    known = [track.popularity for each in every for track in each if track.popularity is not None]
    if known:
        among = float(np.nanmedian(snapshot.popularity.astype(np.float32)))
        yield Score("median popularity", float(np.median(known)), f"{among:.0f} among all songs")
    spoken = [{track.language for track in each} - {None, NO_WORDS} for each in every]
    if any(spoken):
        mean = float(np.mean([len(each) for each in spoken]))
        yield Score("languages in a list of five", mean, "songs without words not counted")
    shared = [
        len({track.id for track in one} & {track.id for track in two}) >= ALIKE
        for first, second in combinations(UNPLEASANT, 2)
        for one, two in zip(lists[first], lists[second], strict=True)
    ]
    note = f"{len(shared)} pairs of lists for angry, afraid, disgusted"
    yield Score("lists that share three songs or more", float(np.mean(shared)), note)
