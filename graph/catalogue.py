"""Song files -> one checked catalogue on disk, and a report of what was taken and why not the rest.

The catalogue is a Parquet file with page checksums. It is written beside the old one and put in
its place in one step: a run that is cut off leaves the old catalogue as it was.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.arrays import Mask
from graph.columns import FEATURES
from graph.duplicates import plain_titles, song_keys, spotify_ids, track_ids, winners
from graph.errors import CatalogueError
from graph.files import SongFile
from graph.rows import MEANINGS, Refusal, checked, scales

FILE_NAME = "tracks.parquet"
REPORT_KEY = b"import_report"
EXAMPLES = 3
# Two rows of one Spotify id that differ by more are two analyses, not one rounded twice.
SAME_VALENCE = 0.1
Progress = Callable[[str, float], None]


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
    tables = []
    for path in paths:
        tables += _read(SongFile(path, partial(_tell, progress, done, total)), report)
        done += path.stat().st_size if path.is_file() else 0
    if not tables:
        raise CatalogueError(f"no usable song in {len(paths)} file(s)\n{report.words()}")
    progress("merge", 0)
    catalogue = _merged(pa.concat_tables(tables).combine_chunks(), report)
    report.kept = len(catalogue)
    report.columns = [name for name in FEATURES if catalogue[name].null_count < len(catalogue)]
    progress("write", 0)
    _write(catalogue, directory / "catalogue", report)
    progress("write", 1)
    return report


def _tell(progress: Progress, before: int, total: int, at: int) -> None:
    progress("read", (before + at) / total)


def read_catalogue(directory: Path) -> pa.Table:
    """Return the catalogue under `directory`, every page checked against its sum.

    Raises:
        CatalogueError: There is none, or it is damaged.
    """
    path = directory / "catalogue" / FILE_NAME
    try:
        return pq.read_table(path, page_checksum_verification=True, partitioning=None)
    except (OSError, ValueError) as error:
        raise CatalogueError(f"expected a catalogue at {path}: {error}") from error


def _read(file: SongFile, report: ImportReport) -> list[pa.Table]:
    """Return a file's good rows; everything else goes into the report."""
    tables: list[pa.Table] = []
    rows, scale, fault = 0, None, None
    try:
        for batch in file.batches():
            scale = scales(batch) if scale is None else scale
            checks = checked(batch, scale)
            _note(file.path, rows, checks.refused, checks.titles, report)
            rows += len(checks.refused)
            tables.append(checks.kept)
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
            "good": sum(map(len, tables)),
            "columns": list(file.columns),
            "cut_short": file.cut_short,
            "fault": fault,
        }
    )
    return tables


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


def _merged(rows: pa.Table, report: ImportReport) -> pa.Table:
    """Return one row per song, in the order of the first file's first row."""
    titles, artists = rows["title"].combine_chunks(), rows["artist"].combine_chunks()
    local = rows["id"].combine_chunks()
    ids = spotify_ids(local, rows["spotify"].combine_chunks())
    keys = song_keys(titles, artists)
    order = _preference(rows, np.asarray(pc.equal(plain_titles(titles), titles)))
    codes = ids.dictionary_encode().indices.fill_null(-1).to_numpy()
    by_id = winners(codes, codes >= 0, order)
    valence = rows["valence"].to_numpy()
    own = np.arange(len(rows))
    report.conflicting = int(np.sum(np.abs(valence - valence[by_id]) > SAME_VALENCE))
    by_name = winners(keys, by_id == own, order)
    stays = (by_id == own) & (by_name == own)
    report.merged = {
        "id": int(np.sum(by_id != own)),
        "title_and_artist": int(np.sum((by_id == own) & (by_name != own))),
    }
    kept = rows.filter(pa.array(stays))
    chosen = track_ids(ids.filter(pa.array(stays)), local.filter(pa.array(stays)), keys[stays])
    youtube = pc.struct_field(
        pc.extract_regex(
            kept["youtube"], r"(?:^|v=|youtu\.be/)(?P<id>[0-9A-Za-z_-]{11})(?:$|[&?])"
        ),
        "id",
    )
    dropped = kept.drop_columns(["id", "spotify", "youtube"])
    return dropped.add_column(0, "id", pa.array(chosen)).append_column("youtube_id", youtube)


def _preference(rows: pa.Table, plain: Mask) -> np.ndarray:
    """Return the rows in the order in which they are kept: studio first, best known, first."""
    popularity = np.nan_to_num(rows["popularity"].to_numpy(), nan=-1)
    return np.lexsort((np.arange(len(rows)), -popularity, ~plain))


def _write(catalogue: pa.Table, directory: Path, report: ImportReport) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    aside = directory / f".tmp-{os.getpid()}.parquet"
    note = {REPORT_KEY: json.dumps(report.as_dict()).encode()}
    try:
        with aside.open("wb") as file:
            pq.write_table(
                catalogue.replace_schema_metadata(note),
                file,
                compression="zstd",
                write_page_checksum=True,
            )
            file.flush()
            os.fsync(file.fileno())
        aside.replace(directory / FILE_NAME)
    finally:
        aside.unlink(missing_ok=True)
