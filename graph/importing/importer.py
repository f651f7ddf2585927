"""Song files -> one checked catalogue, and a report of every row that was left out."""

import os
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import CatalogueError
from graph.importing.catalogue import Progress, held, open_catalogue
from graph.importing.columns import FEATURES
from graph.importing.files import NO_HINTS, Hints, SongFile
from graph.importing.kinds import kind_marks
from graph.importing.pile import Pile
from graph.importing.refusals import Refusal
from graph.importing.report import EXAMPLES, ImportReport, NoSongsError, file_report
from graph.importing.rows import borrowed_ids, checked
from graph.importing.scales import Scales, scales
from graph.importing.writing import GROUP_ROWS, write_songs
from graph.snapshot.durable import ASIDE, sweep
from graph.snapshot.places import CATALOGUE


def import_files(
    paths: Sequence[Path],
    directory: Path,
    progress: Progress,
    *,
    keep: Path | None = None,
    hints: Hints = NO_HINTS,
) -> ImportReport:
    """Make the catalogue under `directory` from the files; it replaces the old one.

    The same files in the same order give the same catalogue.

    Args:
        paths: The files.
        directory: A graph's folder.
        progress: Receives each step's name and its progress, 0 to 1.
        keep: A graph's folder whose songs are kept unchanged, before those of the files.
        hints: What a person states about the files.

    Raises:
        NoSongsError: None of the files holds a usable song; the old catalogue stays.
        CatalogueError: There is no catalogue to keep, or it is damaged.
    """
    report = ImportReport()
    folder = (directory / CATALOGUE).parent
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    try:
        with Pile(folder / f"{ASIDE}{os.getpid()}.arrow") as pile:
            if keep is not None:
                _keep(keep, pile)
            report.present = len(pile)
            _read_all(paths, hints, pile, report, progress)
            progress("merge", 0)
            write_songs(pile, folder, report, progress)
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
    """Put the songs of a catalogue on the pile, unchanged."""
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
            if "language" not in own:
                report.languages += len(checks.kept) - _without_language(checks.kept)
            pile.add(checks.kept)
    except CatalogueError as error:
        fault = error
        report.refuse(Refusal.UNREADABLE, 1, file=file.path.name, found=str(error))
    if file.broken_rows:
        report.refuse(Refusal.BROKEN_ROW, file.broken_rows, file=file.path.name)
    report.read += rows + file.broken_rows
    unused = [*borrowed, *(scale.unknown if scale else ())]
    report.files.append(file_report(file, rows, good, fault, unused))


def _without_language(rows: pa.Table) -> int:
    return int(pc.sum(pc.equal(rows["language"], "")).as_py() or 0)


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
