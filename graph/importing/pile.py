"""The good rows of an import, spooled to disk until duplicates are known.

A few numbers per row stay in memory, enough to find rows of the same song: some forty bytes a row,
whatever the titles are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.arrays import Ids, Mask, Vector
from graph.importing.duplicates import (
    hashed,
    is_local_id,
    plain_titles,
    song_keys,
    spotify_ids,
    winners,
)

YOUTUBE_ID = r"(?:^|v=|youtu\.be/)(?P<id>[0-9A-Za-z_-]{11})(?:$|[&?])"


@dataclass(frozen=True, slots=True)
class Marks:
    """What identifies rows of the same song, (n,) each.

    Attributes:
        spotify: uint64, hash of the Spotify id; valid where `has_spotify`.
        local: uint64, hash of the file's own id; valid where `has_local`.
        song: uint64, hash of title and artist, from `song_keys`.
        plain: Whether the title names neither a re-issue nor a concert.
        popularity: 0 to 100, nan where unknown.
        valence: 0 to 1.
    """

    spotify: np.ndarray
    has_spotify: Mask
    local: np.ndarray
    has_local: Mask
    song: np.ndarray
    plain: Mask
    popularity: Vector
    valence: Vector


class Pile:
    """Rows on disk and their marks; the file is removed at the end of the context."""

    def __init__(self, path: Path) -> None:
        """Name the file."""
        self._path = path
        self._marks: list[Marks] = []
        self._rows = 0
        self._writer: pa.ipc.RecordBatchFileWriter | None = None
        self.schema: pa.Schema | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._close()
        except OSError:  # a full disk: who wrote to the file got the same error
            if error is None:
                raise
        finally:
            self._path.unlink(missing_ok=True)

    def add(self, rows: pa.Table) -> None:
        """Put rows on the pile."""
        rows = rows.combine_chunks()
        if not len(rows):
            return
        text = {name: _one(rows[name]) for name in ("id", "spotify", "youtube", "title", "artist")}
        ids = spotify_ids(text["id"], text["spotify"])
        youtube = pc.struct_field(pc.extract_regex(text["youtube"], YOUTUBE_ID), "id")
        self._marks.append(_marked(rows, ids))
        self._rows += len(rows)
        stored = rows.set_column(rows.schema.get_field_index("spotify"), "spotify", ids)
        stored = stored.drop_columns(["youtube"]).append_column("youtube_id", youtube)
        if self._writer is None:
            self.schema = stored.schema
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            self._writer = pa.ipc.new_file(str(self._path), self.schema, options=options)
        self._writer.write_table(stored.cast(self.schema).combine_chunks())

    def __len__(self) -> int:
        """Return how many rows there are."""
        return self._rows

    def taken_marks(self) -> Marks:
        """Return the marks of all rows, in the order in which they were added; once."""
        parts, self._marks = self._marks, []  # kept, they would take their memory twice
        return Marks(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in Marks.__slots__)
        )

    def batches(self) -> Iterator[pa.Table]:
        """Yield the rows in the order in which they were added."""
        self._close()
        with pa.OSFile(str(self._path)) as source:  # pages of a mapped file would stay in memory
            file = pa.ipc.open_file(source)
            for at in range(file.num_record_batches):
                yield pa.Table.from_batches([file.get_batch(at)])

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def chosen(marks: Marks, present: int = 0) -> tuple[Ids, Ids]:
    """Return for each row the row that represents it: by id, and by name among those left.

    Args:
        marks: Of all rows.
        present: Rows at the beginning that are preferred to all others: songs kept from before.
    """
    at = np.arange(len(marks.song))
    popularity = np.nan_to_num(marks.popularity, nan=-1)
    # Kept songs first, then studio recordings, then by popularity, then by position.
    order = np.lexsort((at, -popularity, ~marks.plain, at >= present))
    by_id = winners(marks.spotify, marks.has_spotify, order)
    return by_id, winners(marks.song, by_id == np.arange(len(order)), order)


def _marked(rows: pa.Table, ids: pa.StringArray) -> Marks:
    titles, local = _one(rows["title"]), _one(rows["id"])
    plain, own = plain_titles(titles), hashed(local)
    return Marks(
        own if ids.equals(local) else hashed(ids.fill_null("")),
        np.asarray(ids.is_valid()),
        own,
        is_local_id(local),
        song_keys(plain, _one(rows["artist"])),
        np.asarray(pc.equal(plain, titles)),
        rows["popularity"].to_numpy(),
        rows["valence"].to_numpy(),
    )


def _one(column: pa.ChunkedArray) -> pa.StringArray:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
