"""Song files -> one checked catalogue on disk, and a report of what was taken and why not the rest.

The catalogue is a Parquet file with page checksums. It is written beside the old one and put in
its place in one step: a run that is cut off leaves the old catalogue as it was.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.arrays import Ids, Mask
from graph.errors import CatalogueError
from graph.importing.catalogue import Progress, held, open_catalogue
from graph.importing.columns import FEATURES
from graph.importing.duplicates import track_ids
from graph.importing.files import NO_HINTS, Hints, SongFile
from graph.importing.kinds import kind_marks
from graph.importing.pile import Marks, Pile, chosen
from graph.importing.report import EXAMPLES, ImportReport, NoSongsError, file_report
from graph.importing.rows import Refusal, borrowed_ids, checked
from graph.importing.scales import Scales, scales
from graph.kinds import BITS
from graph.snapshot.places import CATALOGUE
from graph.snapshot.versions import sweep

REPORT_KEY = b"import_report"
# Two rows of one Spotify id that differ by more are two analyses, not one rounded twice.
SAME_VALENCE = 0.1
# Rows that are written at once: what is compressed together, and what is in memory meanwhile.
GROUP_ROWS = 100_000


def import_files(
    paths: Sequence[Path],
    directory: Path,
    progress: Progress,
    *,
    keep: Path | None = None,
    hints: Hints = NO_HINTS,
) -> ImportReport:
    """Make the catalogue under `directory` from the files, in place of the one before.

    The same files in the same order give the same catalogue.

    Args:
        paths: The files.
        directory: A graph's folder.
        progress: Hears how far it is.
        keep: A graph's folder whose songs stay as they are, before those of the files.
        hints: What a person says of the files.

    Raises:
        NoSongsError: None of the files holds a usable song; the old catalogue stays.
        CatalogueError: There is no catalogue to keep, or it is damaged.
    """
    report = ImportReport()
    folder = (directory / CATALOGUE).parent
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    try:
        with Pile(folder / f".tmp-{os.getpid()}.arrow") as pile:
            if keep is not None:
                _keep(keep, pile)
            report.present = len(pile)
            _read_all(paths, hints, pile, report, progress)
            progress("merge", 0)
            marks = pile.marks()
            stays = _merge(marks, report)
            report.kept = int(stays.sum())
            schema = _schema(pile)
            groups = _groups(pile, marks, stays, schema, report.present)
            _write(groups, schema, folder, report, progress)
    finally:
        with suppress(OSError):  # it holds a catalogue
            folder.rmdir()
    return report


def _read_all(
    paths: Sequence[Path], hints: Hints, pile: Pile, report: ImportReport, progress: Progress
) -> None:
    """Put the good rows of all files on the pile.

    Raises:
        NoSongsError: There is none.
    """
    total = max(sum(path.stat().st_size for path in paths if path.is_file()), 1)
    done = 0
    for path in paths:
        _read(SongFile(path, partial(_tell, progress, done, total), hints), pile, report)
        done += path.stat().st_size if path.is_file() else 0
    if len(pile) == report.present:
        raise NoSongsError(report)


def _tell(progress: Progress, before: int, total: int, at: int) -> None:
    progress("read", (before + at) / total)


def _keep(directory: Path, pile: Pile) -> None:
    """Put the songs of a catalogue on the pile, as they are."""
    with held(directory) as path, open_catalogue(path) as columns:
        songs = columns(None)
    empty = pa.array([""] * len(songs), pa.string())
    if "kinds" not in songs.column_names:  # a catalogue from before they were marked
        text = {name: songs[name].combine_chunks() for name in ("title", "artist", "genre")}
        values = {name: songs[name].to_numpy() for name in FEATURES}
        place = songs.column_names.index("year")
        songs = songs.add_column(place, "kinds", kind_marks(text, values, empty))
    others = [name for name in songs.column_names if name not in {"id", "youtube_id"}]
    rows = pa.table(
        {
            "id": songs["id"],
            "spotify": empty,
            "youtube": songs["youtube_id"],
            **{name: songs[name] for name in others},
        }
    )
    for start in range(0, len(rows), GROUP_ROWS):
        pile.add(rows.slice(start, GROUP_ROWS))


def _read(file: SongFile, pile: Pile, report: ImportReport) -> None:
    """Put a file's good rows on the pile; everything else goes into the report."""
    rows, good = 0, 0
    scale: Scales | None = None
    fault: CatalogueError | None = None
    borrowed: list[str] = []
    try:
        for batch in file.batches():
            if scale is None:
                named = {field: file.names[at] for field, at in file.columns.items()}
                scale, borrowed = scales(batch, named), borrowed_ids(batch)
            own = {name: column for name, column in batch.items() if name not in borrowed}
            checks = checked(own, scale)
            _note(file.path, rows, checks.refused, checks.titles, report)
            rows += len(checks.refused)
            good += len(checks.kept)
            pile.add(checks.kept)
    except CatalogueError as error:
        fault = error
        report.refuse(Refusal.UNREADABLE, 1, file=file.path.name, found=str(error))
    if file.broken_rows:
        report.refuse(Refusal.BROKEN_ROW, file.broken_rows, file=file.path.name)
    report.read += rows + file.broken_rows
    unused = [*borrowed, *(scale.unknown if scale else ())]
    report.files.append(file_report(file, rows, good, fault, unused))


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
    by_id, by_name = chosen(marks, report.present)
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
    marks: Counter[str] = Counter()
    progress("write", 0)
    try:
        with aside.open("wb") as file:
            with pq.ParquetWriter(
                file, schema, compression="zstd", write_page_checksum=True
            ) as out:
                for group, done in groups:
                    out.write_table(group, row_group_size=GROUP_ROWS)
                    known.update({name: group[name].null_count < len(group) for name in FEATURES})
                    for found in pc.value_counts(group["kinds"]).to_pylist():
                        marks.update(dict.fromkeys(found["values"].split(), found["counts"]))
                    progress("write", done)
                report.kinds = {mark: marks[mark] for mark in BITS if marks[mark]}
                report.columns = [name for name in FEATURES if known[name]]
                out.add_key_value_metadata({REPORT_KEY: json.dumps(report.as_dict()).encode()})
            file.flush()
            os.fsync(file.fileno())
        aside.replace(folder / CATALOGUE.name)
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
    pile: Pile, marks: Marks, stays: Mask, schema: pa.Schema, present: int
) -> Iterator[tuple[pa.Table, float]]:
    """Yield the rows that stay, some at a time, and the share of all rows that is done."""
    own = np.zeros(len(stays), bool)
    own[_unique(marks.local, stays)] = True
    own[:present] = True  # people's ratings name these songs by them
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
