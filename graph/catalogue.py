"""Song files -> one checked catalogue on disk, and a report of what was taken and why not the rest.

The catalogue is a Parquet file with page checksums. It is written beside the old one and put in
its place in one step: a run that is cut off leaves the old catalogue as it was.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from graph.arrays import Ids, Mask
from graph.columns import FEATURES
from graph.duplicates import track_ids
from graph.errors import CatalogueError
from graph.files import SongFile
from graph.pile import Marks, Pile, chosen
from graph.rows import MEANINGS, Refusal, borrowed_ids, checked, scales
from graph.versions import sweep

FILE_NAME = "tracks.parquet"
REPORT_KEY = b"import_report"
EXAMPLES = 3
# Two rows of one Spotify id that differ by more are two analyses, not one rounded twice.
SAME_VALENCE = 0.1
# Rows that are written at once: what is compressed together, and what is in memory meanwhile.
GROUP_ROWS = 100_000
Progress = Callable[[str, float], None]
Columns = Callable[[Sequence[str] | None], pa.Table]


@dataclass(slots=True)
class ImportReport:
    """What became of every row.

    Attributes:
        merged: Rows that repeat another row, by `id` or by `title_and_artist`.
        conflicting: Of those by id, how many disagree about the valence.
        refused: Rows by `Refusal`; a file that cannot be used counts as one.
        examples: For each refusal the first rows: file, row (1 is the first below the header)
            and what stood there.
        columns: The sound features that the catalogue has.
    """

    read: int = 0
    kept: int = 0
    merged: dict[str, int] = field(default_factory=dict)
    conflicting: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)

    def refuse(self, reason: Refusal, count: int, **example: Any) -> None:
        """Count refused rows of one reason; the first few stay as examples."""
        self.refused[reason] += count
        kept = self.examples.setdefault(reason, [])
        if len(kept) < EXAMPLES:
            kept.append(example)

    def as_dict(self) -> dict[str, Any]:
        """Return the report for programs."""
        return {**asdict(self), "refused": dict(self.refused)}

    def words(self) -> str:
        """Return the report for people."""
        lines = [f"{self.read:,} rows read, {self.kept:,} songs kept."]
        if any(self.merged.values()):
            parts = (f"{n:,} by {by.replace('_', ' ')}" for by, n in self.merged.items() if n)
            lines.append(f"Merged with a song already there: {', '.join(parts)}.")
        faults = [file["fault"] for file in self.files if file["fault"] is not None]
        lines += [f"Left out a whole file: {fault}." for fault in faults]
        for reason, count in self.refused.most_common():
            if reason == Refusal.UNREADABLE:  # said above, file by file
                continue
            example = self.examples[reason][0]
            where = (
                f"{example['file']}, row {example['row']}" if "row" in example else example["file"]
            )
            lines.append(f"Left out: {count:,} - {MEANINGS[Refusal(reason)]} (first: {where}).")
        lines.append(f"Known of each song's sound: {', '.join(self.columns) or 'nothing'}.")
        return "\n".join(lines)


def import_files(paths: Sequence[Path], directory: Path, progress: Progress) -> ImportReport:
    """Make the catalogue under `directory` from the files, in place of the one before.

    The same files in the same order give the same catalogue.

    Raises:
        CatalogueError: None of the files holds a usable song; the old catalogue stays.
    """
    report = ImportReport()
    total = max(sum(path.stat().st_size for path in paths if path.is_file()), 1)
    done = 0
    folder = directory / "catalogue"
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    with Pile(folder / f".tmp-{os.getpid()}.arrow") as pile:
        for path in paths:
            _read(SongFile(path, partial(_tell, progress, done, total)), pile, report)
            done += path.stat().st_size if path.is_file() else 0
        if not len(pile):
            raise CatalogueError(f"no usable song in {len(paths)} file(s)\n{report.words()}")
        progress("merge", 0)
        marks = pile.marks()
        stays = _merge(marks, report)
        report.kept = int(stays.sum())
        schema = _schema(pile)
        _write(_groups(pile, marks, stays, schema), schema, folder, report, progress)
    return report


def _tell(progress: Progress, before: int, total: int, at: int) -> None:
    progress("read", (before + at) / total)


def read_catalogue(directory: Path) -> pa.Table:
    """Return the catalogue under `directory`, every page checked against its sum.

    Raises:
        CatalogueError: There is none, or it is damaged.
    """
    with open_catalogue(directory) as columns:
        return columns(None)


@contextmanager
def open_catalogue(directory: Path) -> Iterator[Columns]:
    """Yield what reads columns of one catalogue, though it be replaced meanwhile.

    Raises:
        CatalogueError: There is none, or it is damaged.
    """
    path = directory / "catalogue" / FILE_NAME
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            yield file.read
    except (OSError, ValueError) as error:
        raise CatalogueError(f"expected a catalogue at {path}: {error}") from error


def _read(file: SongFile, pile: Pile, report: ImportReport) -> None:
    """Put a file's good rows on the pile; everything else goes into the report."""
    rows, good, scale, fault = 0, 0, None, None
    borrowed: list[str] = []
    try:
        for batch in file.batches():
            if scale is None:
                scale, borrowed = scales(batch), borrowed_ids(batch)
            own = {name: column for name, column in batch.items() if name not in borrowed}
            checks = checked(own, scale)
            _note(file.path, rows, checks.refused, checks.titles, report)
            rows += len(checks.refused)
            good += len(checks.kept)
            pile.add(checks.kept)
    except CatalogueError as error:
        fault = str(error)
        report.refuse(Refusal.UNREADABLE, 1, file=file.path.name, found=fault)
    if file.broken_rows:
        report.refuse(Refusal.BROKEN_ROW, file.broken_rows, file=file.path.name)
    report.read += rows + file.broken_rows
    report.files.append(
        {
            "file": file.path.name,
            "rows": rows + file.broken_rows,
            "good": good,
            "columns": [name for name in file.columns if name not in borrowed],
            "cut_short": file.cut_short,
            "fault": fault,
        }
    )


def _note(
    path: Path, before: int, refused: np.ndarray, titles: pa.StringArray, report: ImportReport
) -> None:
    for at in np.unique(refused[refused >= 0]):
        places = np.flatnonzero(refused == at)
        reason = list(Refusal)[at]
        for place in places[:EXAMPLES]:
            found = titles[int(place)].as_py()[:80]
            report.refuse(reason, 1, file=path.name, row=before + int(place) + 1, found=found)
        report.refused[reason] += max(len(places) - EXAMPLES, 0)


def _merge(marks: Marks, report: ImportReport) -> Mask:
    """Return which rows stay: one per song."""
    by_id, by_name = chosen(marks)
    own = np.arange(len(by_id))
    report.conflicting = int(np.sum(np.abs(marks.valence - marks.valence[by_id]) > SAME_VALENCE))
    report.merged = {
        "id": int(np.sum(by_id != own)),
        "title_and_artist": int(np.sum((by_id == own) & (by_name != own))),
    }
    return np.asarray((by_id == own) & (by_name == own))


def _write(
    groups: Iterator[tuple[pa.Table, float]],
    schema: pa.Schema,
    folder: Path,
    report: ImportReport,
    progress: Progress,
) -> None:
    """Write the rows that stay, in the order of the first file's first row, and the report."""
    aside = folder / f".tmp-{os.getpid()}.parquet"
    known: Counter[str] = Counter()
    progress("write", 0)
    try:
        with aside.open("wb") as file:
            with pq.ParquetWriter(
                file, schema, compression="zstd", write_page_checksum=True
            ) as out:
                for group, done in groups:
                    out.write_table(group, row_group_size=GROUP_ROWS)
                    known.update({name: group[name].null_count < len(group) for name in FEATURES})
                    progress("write", done)
                report.columns = [name for name in FEATURES if known[name]]
                out.add_key_value_metadata({REPORT_KEY: json.dumps(report.as_dict()).encode()})
            file.flush()
            os.fsync(file.fileno())
        aside.replace(folder / FILE_NAME)
    finally:
        aside.unlink(missing_ok=True)
    progress("write", 1)


def _unique(keys: np.ndarray, among: Mask) -> Ids:
    """Return the rows whose key no other row among these has."""
    rows = np.flatnonzero(among)
    _, first, counts = np.unique(keys[rows], return_index=True, return_counts=True)
    return np.asarray(rows[first[counts == 1]])


def _schema(pile: Pile) -> pa.Schema:
    assert pile.schema is not None  # the pile is not empty
    return pile.schema.remove(pile.schema.get_field_index("spotify"))


def _groups(
    pile: Pile, marks: Marks, stays: Mask, schema: pa.Schema
) -> Iterator[tuple[pa.Table, float]]:
    """Yield the rows that stay, some at a time, and the share of all rows that is done."""
    own = np.zeros(len(stays), bool)
    own[_unique(marks.local, stays)] = True
    own &= marks.has_local
    waiting: list[pa.Table] = []
    start = 0
    for batch in pile.batches():
        stop = start + len(batch)
        keep = stays[start:stop]
        kept = batch.filter(pa.array(keep)).combine_chunks()
        spotify, local = (kept[name].combine_chunks() for name in ("spotify", "id"))
        ids = track_ids(spotify, local, marks.song[start:stop][keep], own[start:stop][keep])
        waiting.append(kept.set_column(0, "id", ids).drop_columns(["spotify"]).cast(schema))
        start = stop
        if sum(map(len, waiting)) >= GROUP_ROWS or stop == len(stays):
            yield pa.concat_tables(waiting), stop / len(stays)
            waiting = []
