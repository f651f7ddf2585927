"""Checked rows -> the catalogue on disk: one row per song, and the report of the import.

A Parquet file with page checksums. It is written beside the old one and put in its place in one
step: a run that is cut off leaves the old catalogue as it was.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.arrays import Ids, Mask
from graph.importing.catalogue import Progress
from graph.importing.columns import FEATURES
from graph.importing.duplicates import track_ids
from graph.importing.pile import Marks, Pile, chosen
from graph.importing.report import ImportReport
from graph.snapshot.durable import replacing
from graph.snapshot.kinds import BITS
from graph.snapshot.places import CATALOGUE

REPORT_KEY = b"import_report"
# Rows of one Spotify id whose valences differ by more were analysed twice, not rounded twice.
SAME_VALENCE = 0.1
# Rows of a Parquet row group, which is compressed as a whole and in memory at once.
GROUP_ROWS = 100_000


def write_songs(pile: Pile, folder: Path, report: ImportReport, progress: Progress) -> None:
    """Make a pile's rows the catalogue in a folder, one row per song, with the report in it.

    Args:
        pile: At least one row.
        folder: Of the catalogue, which is replaced atomically.
        report: Of the files read; the counts of merged and kept rows are added to it.
        progress: Receives "write" and its progress, 0 to 1.
    """
    marks = pile.taken_marks()
    stays = _merge(marks, report)
    report.kept = int(stays.sum())
    schema = _schema(pile)
    _write(_groups(pile, marks, stays, schema, report.present), schema, folder, report, progress)


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
    known: Counter[str] = Counter()
    marks: Counter[str] = Counter()
    progress("write", 0)
    with (
        replacing(folder / CATALOGUE.name) as file,
        pq.ParquetWriter(file, schema, compression="zstd", write_page_checksum=True) as out,
    ):
        for group, done in groups:
            out.write_table(group, row_group_size=GROUP_ROWS)
            known.update({name: group[name].null_count < len(group) for name in FEATURES})
            for found in pc.value_counts(group["kinds"]).to_pylist():
                marks.update(dict.fromkeys(found["values"].split(), found["counts"]))
            progress("write", done)
        report.kinds = {mark: marks[mark] for mark in BITS if marks[mark]}
        report.columns = [name for name in FEATURES if known[name]]
        out.add_key_value_metadata({REPORT_KEY: json.dumps(report.as_dict()).encode()})
    progress("write", 1)


def _unique(keys: np.ndarray, among: Mask) -> Ids:
    """Return the rows whose key is unique among those marked."""
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
    own[:present] = True  # people's ratings refer to these ids
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
