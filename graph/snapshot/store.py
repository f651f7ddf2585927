"""The graph in use: the memory-mapped arrays of one version, and how a track is found in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graph.arrays import Edges, Ids, Matrix, Transition, Vector, ranges
from graph.errors import UnknownTrackError
from graph.snapshot.array_files import Arrays
from graph.snapshot.versions import Stored, read
from graph.snapshot.walk import Walker, walker
from graph.tracks import SPOTIFY_ID, VIDEO_ID, Track, TrackId

NO_YEAR = 0
NO_CODE = -1
TEXTS = ("title", "artist", "youtube_id")
# Texts that many tracks share: each distinct one is stored once, and a track has its place.
REPEATED = ("artist", "youtube_id")
# Columns that are stored as codes; the manifest has the word of each code.
WORDS = ("genre", "language")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of the graph, read-only.

    A node is a distinct sound; tracks with equal features share one. The tracks of a node have
    adjacent rows: node `i` has the rows from `starts[i]` to `starts[i + 1]`.

    Attributes:
        version: Its name; every build makes a new one.
        manifest: Settings, quality, and the words of the codes.
        likeness: (nodes, nodes) uint8, symmetric, similarity of neighbours in steps of
            1 / `graph.building.edges.FULL`.
        strength: (nodes,), sum of a node's edge weights, in the same steps.
        walker: Random walks over these edges.
        values: (nodes, d) float16, standardised features.
        names: (d,), the feature in each column.
        sides: (nodes, 2), valence and arousal, standardised.
        places: (nodes, 2) float16, the percentile rank of both among all nodes, 0 to 1.
        fits: (nodes, 7) uint8, how well each suits an emotion, see `graph.feelings.policies.fits`.
        best: (7, m), for each emotion the nodes with the best fit and popularity, the best first.
        best_fits: (7, m, 7) uint8, their fits.
        starts: (nodes + 1,), the first row of each node.
        cell_nodes: (nodes,), the nodes sorted by grid cell of the plane of `places`.
        cell_starts: (cells + 1,), where each cell starts in `cell_nodes`.
        artists: (tracks,), a number per first-named artist.
        songs: (tracks,), a number per title without remaster, live, edit; see `core_titles`.
        popularity: (tracks,) float16, 0 to 100, nan where unknown.
        years: (tracks,), `NO_YEAR` where unknown.
        genres: (tracks,), codes of the manifest's words, `NO_CODE` where unknown.
        languages: (tracks,), likewise.
        explicit: (tracks,), 1 or 0, `NO_CODE` where unknown.
        kinds: (tracks,) uint8, bit mask of `graph.snapshot.kinds.BITS`; 0 for an ordinary song.
        name_hashes: (k,) uint64, sorted, see `graph.snapshot.artists.ArtistIndex`.
        name_rows: (k,), the first row of the artist with that name.
    """

    version: str
    manifest: Mapping[str, Any]  # JSON
    likeness: Edges
    strength: Vector
    walker: Walker
    values: Matrix
    names: tuple[str, ...]
    sides: Matrix
    places: Matrix
    fits: Ids
    best: Ids
    best_fits: Ids
    starts: Ids
    cell_nodes: Ids
    cell_starts: Ids
    artists: Ids
    songs: Ids
    popularity: Vector
    years: Ids
    genres: Ids
    languages: Ids
    explicit: Ids
    kinds: Ids
    name_hashes: NDArray[np.uint64]
    name_rows: Ids
    _arrays: Arrays

    def __len__(self) -> int:
        """Return how many tracks there are."""
        return len(self.artists)

    @property
    def transition(self) -> Transition:
        """The step probabilities, computed at each access: for checks and small graphs."""
        steps = np.repeat(self.strength, np.diff(self.likeness.indptr))
        edges = (self.likeness.data / steps, self.likeness.indices, self.likeness.indptr)
        return csr_array(edges, shape=self.likeness.shape)

    def track(self, track_id: TrackId) -> Track:
        """Return the track of an id.

        Raises:
            UnknownTrackError: There is none.
        """
        return self.track_at(self.row(track_id))

    def row(self, track_id: TrackId) -> int:
        """Return the row of an id.

        Raises:
            UnknownTrackError: There is none.
        """
        rows = self.rows([track_id])
        if not rows.size:
            raise UnknownTrackError(f"expected the id of a track, found {track_id!r}")
        return int(rows[0])

    def rows(self, track_ids: Sequence[TrackId]) -> Ids:
        """Return the rows of those ids that are known, in the order given."""
        found = self.lookup(track_ids)
        return np.asarray(found[found >= 0])

    def lookup(self, track_ids: Sequence[TrackId]) -> Ids:
        """Return the row of each id, in the order given; -1 for an id that is not known."""
        if not track_ids:
            return np.zeros(0, np.int64)
        known, order = self._arrays["id"], self._arrays["id_order"]
        # A longer text would be cut to the width of the column, and be found; none is empty.
        wanted = [
            key if len(key) <= known.dtype.itemsize else b"" for key in map(_encoded, track_ids)
        ]
        keys = np.array(wanted, dtype=known.dtype)
        at = np.minimum(np.searchsorted(known, keys, sorter=order), len(known) - 1)
        found = np.asarray(order[at], dtype=np.int64)
        return np.where(known[found] == keys, found, -1)

    def nodes(self, rows: Ids) -> Ids:
        """Return the node of each row."""
        wanted = rows.astype(self.starts.dtype)  # with another type, NumPy would convert `starts`
        return np.asarray(np.searchsorted(self.starts, wanted, side="right") - 1, dtype=np.int64)

    def rows_of(self, nodes: Ids) -> Ids:
        """Return all rows of the nodes, node by node."""
        return ranges(self.starts[nodes].astype(np.int64), self.starts[nodes + 1].astype(np.int64))

    def track_at(self, row: int) -> Track:
        """Return the track of a row."""
        track_id = self._arrays["id"][row].decode()
        year, explicit = int(self.years[row]), int(self.explicit[row])
        popularity = float(self.popularity[row])
        return Track(
            id=TrackId(track_id),
            title=self.text("title", row),
            artist=self.text("artist", row),
            year=None if year == NO_YEAR else year,
            genre=self._word("genre", self.genres[row]),
            language=self._word("language", self.languages[row]),
            spotify_id=track_id if SPOTIFY_ID.fullmatch(track_id) else None,
            youtube_id=_video(self.text("youtube_id", row)),
            popularity=None if np.isnan(popularity) else popularity,
            explicit=None if explicit == NO_CODE else bool(explicit),
        )

    def text(self, name: str, row: int) -> str:
        """Return one of `TEXTS` of a row."""
        place = int(self._arrays[f"{name}_at"][row]) if name in REPEATED else row
        start, stop = self._arrays[f"{name}_offsets"][place : place + 2]
        return self._arrays[name][start:stop].tobytes().decode()

    def texts(self, name: str, rows: Ids) -> list[str]:
        """Return one of `TEXTS` of many rows, in a tenth of the time of `text` for each."""
        places = self._arrays[f"{name}_at"][rows] if name in REPEATED else rows
        offsets, letters = self._arrays[f"{name}_offsets"], self._arrays[name].data
        starts, stops = offsets[places].tolist(), offsets[places + 1].tolist()
        return [
            str(letters[start:stop], "utf-8") for start, stop in zip(starts, stops, strict=True)
        ]

    def _word(self, name: str, code: int) -> str | None:
        return None if code == NO_CODE else str(self.manifest["words"][name][code])


def open_snapshot(directory: Path) -> Snapshot:
    """Return the current version of the graph in a folder.

    Raises:
        SnapshotError: There is no graph in the folder, or it is damaged.
    """
    return _snapshot(read(directory))


def _snapshot(stored: Stored) -> Snapshot:
    arrays = stored.arrays
    n = len(arrays["starts"]) - 1
    edges = (arrays["edge_likeness"], arrays["edge_nodes"], arrays["edge_starts"])
    likeness = csr_array(edges, shape=(n, n), copy=False)
    return Snapshot(
        version=stored.version,
        manifest=stored.manifest,
        likeness=likeness,
        strength=arrays["strength"],
        walker=walker(likeness, arrays["strength"]),
        values=arrays["values"],
        names=tuple(stored.manifest["features"]),
        sides=arrays["sides"],
        places=arrays["places"],
        fits=arrays["fits"],
        best=arrays["best"],
        best_fits=arrays["fits"][arrays["best"]],
        starts=arrays["starts"],
        cell_nodes=arrays["cell_nodes"],
        cell_starts=arrays["cell_starts"],
        artists=arrays["artist_code"],
        songs=arrays["song_code"],
        popularity=arrays["popularity"],
        years=arrays["year"],
        genres=arrays["genre"],
        languages=arrays["language"],
        explicit=arrays["explicit"],
        kinds=arrays["kinds"],
        name_hashes=arrays["name_hashes"],
        name_rows=arrays["name_rows"],
        _arrays=arrays,
    )


def _encoded(track_id: TrackId) -> bytes:
    # NumPy ends a text at a zero byte.
    return track_id.encode() if track_id.isascii() and "\0" not in track_id else b""


def _video(text: str) -> str | None:
    """Return a video's id; None for what is none, whatever a table brought."""
    return text if VIDEO_ID.fullmatch(text) else None
