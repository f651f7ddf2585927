"""Backups: the database's rows and the graph with its songs, in one file.

A compressed tar archive: `backup.json`, a file of JSON lines for each table, the folder of the
graph's version, and the SHA-256 of each file. It can be made and restored while the bot runs, and
restored into a database of the other kind.
"""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import OperatorError
from bot.storage.copying import copy_in, copy_out
from bot.storage.schema import revisions
from graph.errors import SnapshotError
from graph.snapshot.arriving import adopt
from graph.snapshot.durable import ASIDE, replacing
from graph.snapshot.versions import read_manifest

FORMAT = 1
ABOUT, ROWS, GRAPH, SUMS = "backup.json", "rows", "graph", "SHA256SUMS"
COMPRESSION = 6  # gzip's own default


class BackupError(OperatorError):
    """The file exists already, is no backup, is damaged, or is of another version."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds.

    Attributes:
        rows: Their number by table.
        graph: The name of the graph's version; empty where there was no graph.
        size: Of the file, in bytes.
    """

    rows: dict[str, int]
    graph: str
    size: int


def back_up(url: str, graph_dir: Path, file: Path, *, at: datetime) -> Contents:
    """Write a backup; the file exists only once it is complete.

    Args:
        url: The database's address.
        graph_dir: The graph's folder.
        file: The backup to write, readable by its owner alone.
        at: The current time.

    Raises:
        BackupError: The file exists, or cannot be written.
        SchemaError: The database is not at the newest migration.
    """
    if file.exists():
        raise BackupError(f"{file} is there already: name another file")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as name:
            folder = Path(name)
            rows = _write_rows(url, folder / ROWS)
            version = _copy_graph(graph_dir, folder / GRAPH)
            about = {"format": FORMAT, "migration": revisions()[-1], "made_at": at.isoformat()}
            about |= {"rows": rows, "graph": version}
            (folder / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
            _write_sums(folder)
            _pack(folder, file)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror or error}") from error
    return Contents(rows, version, file.stat().st_size)


def restore(url: str, graph_dir: Path, file: Path) -> Contents:
    """Replace the database's rows, in one transaction, and then the graph by those of a backup.

    Raises:
        BackupError: It is no backup, damaged, or of another version; nothing was changed.
        SchemaError: The database is not at the newest migration.
    """
    graph_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=graph_dir, prefix=f"{ASIDE}{os.getpid()}.restore-"
    ) as name:
        folder = Path(name)
        try:
            about = _unpack(file, folder)
        except (OSError, EOFError, ValueError, KeyError, tarfile.TarError) as error:
            raise BackupError(f"{file} is no whole backup: {error}") from error
        copy_in(url, lambda table: _read_rows(folder / ROWS / f"{table}.jsonl"))
        if about.graph:
            adopt(graph_dir, folder / GRAPH / about.graph)
        return about


def _write_rows(url: str, folder: Path) -> dict[str, int]:
    folder.mkdir()
    counts: dict[str, int] = {}

    def write(table: str, lines: Iterator[bytes]) -> None:
        counts[table] = 0
        with (folder / f"{table}.jsonl").open("wb") as out:
            for line in lines:
                out.write(line)
                counts[table] += 1

    copy_out(url, write)
    return counts


def _read_rows(path: Path) -> Iterator[bytes]:
    if path.exists():  # an older backup lacks newer tables
        with path.open("rb") as lines:
            yield from lines


def _copy_graph(graph_dir: Path, folder: Path) -> str:
    """Copy the version in use; return its name, empty where there is none."""
    folder.mkdir()
    with suppress(SnapshotError):
        version, _ = read_manifest(graph_dir)
        shutil.copytree(graph_dir / version, folder / version)
        return version
    return ""


def _write_sums(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{_sum(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def _pack(folder: Path, file: Path) -> None:
    """Write the archive, readable by its owner alone."""
    with (
        replacing(file, mode=0o600) as out,
        tarfile.open(fileobj=out, mode="w:gz", compresslevel=COMPRESSION) as archive,
    ):
        for path in sorted(folder.iterdir()):
            archive.add(path, path.name)


def _unpack(file: Path, folder: Path) -> Contents:
    """Unpack a backup and check every file's sum; return what it holds."""
    with tarfile.open(file, "r:gz") as archive:
        archive.extractall(folder, filter="data")
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    if about["format"] != FORMAT or about["migration"] != revisions()[-1]:
        raise BackupError(
            f"{file} was made at migration {about['migration']}, this bot is at "
            f"{revisions()[-1]}: restore it with the version that made it, then update"
        )
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    sums = {name: wanted for wanted, _, name in (line.partition("  ") for line in lines)}
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {SUMS}
    if found != set(sums):
        raise ValueError("files are missing, or too many")
    for name, wanted in sums.items():
        if _sum(folder / name) != wanted:
            raise ValueError(f"{name} is damaged")
    return Contents(about["rows"], about["graph"], file.stat().st_size)


def _sum(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
