"""Songs by one artist: those that suit a feeling best, varied from one time to the next."""

import numpy as np

from graph.arrays import Ids, Vector
from graph.choosing.request import Request
from graph.choosing.scoring import fit_of
from graph.names import folded_name
from graph.snapshot.store import Snapshot
from graph.tracks import Track

# Deviation of the noise on a fit from 0 to 1: the same question brings other songs next time.
EXPLORATION_NOISE = 0.15
# What popularity from 0 to 100 adds at most: of songs that suit alike the better known come first.
POPULARITY_WEIGHT = 0.3
HEARD_PENALTY = 1.0  # songs heard lately come after all others
UNKNOWN_POPULARITY = 25.0


def songs_by(
    snapshot: Snapshot, request: Request, artist: int, *, rng: np.random.Generator
) -> tuple[Track, ...]:
    """Return up to `request.n` songs by an artist, each title once; none that was disliked.

    Args:
        snapshot: The graph.
        request: The feeling, what was disliked and heard, and whether explicit songs may come. An
            artist who is asked for by name comes whatever else the filters leave out.
        artist: The artist's number in `Snapshot.artists`.
        rng: For the variation.
    """
    rows = np.flatnonzero(snapshot.artists == artist)
    rows = rows[~np.isin(rows, snapshot.rows([*request.disliked, *request.excluded]))]
    if not request.filters.explicit:
        rows = rows[snapshot.explicit[rows] != 1]
    scores = _scores(snapshot, request, rows) + EXPLORATION_NOISE * rng.standard_normal(len(rows))
    chosen: dict[str, Track] = {}
    for row in rows[np.argsort(-scores, kind="stable")].tolist():
        track = snapshot.track_at(row)
        chosen.setdefault(folded_name(track.title), track)
        if len(chosen) == request.n:
            break
    return tuple(chosen.values())


def _scores(snapshot: Snapshot, request: Request, rows: Ids) -> Vector:
    """Return how well songs suit the feeling, better for known ones, worse for those just heard."""
    fit = fit_of(snapshot, snapshot.nodes(rows), request.scores)
    popularity = np.nan_to_num(snapshot.popularity[rows].astype(float), nan=UNKNOWN_POPULARITY)
    heard = np.isin(rows, snapshot.rows(list(request.heard)))
    return np.asarray(fit + POPULARITY_WEIGHT * popularity / 100 - HEARD_PENALTY * heard)
