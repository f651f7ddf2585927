"""The report of an import: what became of every row."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from graph.errors import MAX_NAMES, CatalogueError
from graph.importing.refusals import MEANINGS, Refusal
from graph.snapshot.kinds import HEAVY, Kind

if TYPE_CHECKING:  # it loads Arrow, and the bot reads reports without
    from graph.importing.files import SongFile

EXAMPLES = 3
NAMES: Mapping[str, str] = {
    Kind.NOISE: "noise or sleep sounds",
    Kind.SPOKEN: "spoken word",
    Kind.COMEDY: "comedy",
    Kind.AUDIOBOOK: "audiobooks",
    Kind.CHILDREN: "for children",
    Kind.KARAOKE: "karaoke or tributes",
    Kind.SEASONAL: "seasonal",
    HEAVY: "about suicide, murder or abuse",
}


@dataclass(slots=True)
class ImportReport:
    """What became of every row.

    Attributes:
        read: Rows read.
        present: Songs kept from the catalogue before; `kept` counts them, too.
        kept: Songs in the catalogue.
        merged: Rows that repeat another row, by `id` or by `title_and_artist`.
        conflicting: Rows merged by id whose valence differs from the row that was kept.
        refused: Rows left out, by `Refusal`; a file that cannot be used counts as one.
        examples: For each refusal the first rows: file, row (1 is the first below the header)
            and what was found there.
        files: A report of each file, from `file_report`.
        kinds: Of the songs kept, how many have each mark of `graph.snapshot.kinds`.
        columns: The features that the catalogue has.
        languages: Rows kept whose language letters or genre told, see `graph.importing.tongues`.
    """

    read: int = 0
    present: int = 0
    kept: int = 0
    merged: dict[str, int] = field(default_factory=dict)
    conflicting: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    languages: int = 0

    def refuse(self, reason: Refusal, count: int, **example: Any) -> None:
        """Count rows left out for a reason; the first few are kept as examples."""
        self.refused[reason] += count
        kept = self.examples.setdefault(reason, [])
        if len(kept) < EXAMPLES:
            kept.append(example)

    def as_dict(self) -> dict[str, Any]:
        """Return the report for programs."""
        return {**asdict(self), "refused": dict(self.refused)}

    def words(self) -> str:
        """Return the report for people."""
        before = f", {self.present:,} of them from before" if self.present else ""
        lines = [f"{self.read:,} rows read, {self.kept:,} songs kept{before}."]
        if any(self.merged.values()):
            parts = (f"{n:,} by {by.replace('_', ' ')}" for by, n in self.merged.items() if n)
            lines.append(f"Merged with a song already there: {', '.join(parts)}.")
        for file in self.files:
            lines += _about(file)
        for file in self.files:
            if file["fault"] is not None:
                left = f"Read only {file['rows']:,} rows of" if file["rows"] else "Left out"
                lines.append(f"{left} a whole file: {file['fault']}.")
        for reason, count in self.refused.most_common():
            if reason == Refusal.UNREADABLE:  # said above, file by file
                continue
            example = self.examples[reason][0]
            where = (
                f"{example['file']}, row {example['row']}" if "row" in example else example["file"]
            )
            lines.append(f"Left out: {count:,} - {MEANINGS[Refusal(reason)]} (first: {where}).")
        if self.kinds:
            marks = ", ".join(f"{n:,} {NAMES[mark]}" for mark, n in self.kinds.items())
            lines.append(f"Kept, but suggested only to those who ask for it: {marks}.")
        if self.languages:
            lines.append(
                f"Language told by letters or genre, where none stands: {self.languages:,}."
            )
        lines.append(f"Known of each song's sound: {', '.join(self.columns) or 'nothing'}.")
        return "\n".join(lines)


def file_report(
    file: "SongFile", rows: int, good: int, fault: CatalogueError | None, unused: Sequence[str]
) -> dict[str, Any]:  # JSON
    """Return the report of one file.

    Args:
        file: After reading.
        rows: Its rows with the right number of cells.
        good: Those of them that were kept.
        fault: Why reading stopped, if it did.
        unused: Fields whose column has a fitting name but unfit cells.
    """
    used = {name: file.names[at] for name, at in file.columns.items() if name not in unused}
    places = {file.columns[name] for name in used}
    return {
        "file": file.path.name,
        "rows": rows + file.broken_rows,
        "good": good,
        "columns": list(used),
        "used": used,
        "unused": [name for at, name in enumerate(file.names) if at not in places and name],
        "encoding": file.encoding,
        "damaged": file.damaged,
        "mended": file.mended,
        "cut_short": file.cut_short,
        "fault": str(fault) if fault else None,
        "fault_code": fault.code if fault else None,
        "fault_columns": list(fault.columns) if fault else [],
    }


def _about(file: Mapping[str, Any]) -> Iterator[str]:  # JSON
    """Yield lines on how a file was read."""
    name = file["file"]
    if file["used"] and file["fault_code"] != "no_columns":
        used = ", ".join(
            field if field == own.casefold() else f"{field} = {own!r}"
            for field, own in file["used"].items()
        )
        yield f"{name}: columns used: {used}."
        unused = file["unused"]
        if unused:
            more = f" and {len(unused) - MAX_NAMES} more" if len(unused) > MAX_NAMES else ""
            yield f"{name}: not used: {', '.join(map(repr, unused[:MAX_NAMES]))}{more}."
    if file["encoding"] and not file["encoding"].startswith("utf-"):
        yield (
            f"{name}: read as {file['encoding']}, told by its letters; if they look wrong, give "
            "--encoding NAME."
        )
    if file["damaged"]:
        yield f"{name}: damaged letters, which stand as \ufffd: {file['damaged']:,}."
    if file["mended"]:
        yield f"{name}: rows kept though a quote in them is never closed: {file['mended']:,}."
    if file["cut_short"]:
        yield f"{name}: it breaks off in the middle; what came before was read."


class NoSongsError(CatalogueError):
    """None of the files holds a usable song; the report says why."""

    def __init__(self, report: ImportReport) -> None:
        """Say what became of every row."""
        super().__init__(f"no usable song in {len(report.files)} file(s)\n{report.words()}")
        self.report = report
