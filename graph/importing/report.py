"""What became of every row of an import."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from graph.errors import CatalogueError
from graph.importing.rows import MEANINGS, Refusal
from graph.kinds import HEAVY, Kind

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
        present: Songs that were there before and stay; `kept` counts them too.
        merged: Rows that repeat another row, by `id` or by `title_and_artist`.
        conflicting: Of those by id, how many disagree about the valence.
        refused: Rows by `Refusal`; a file that cannot be used counts as one.
        examples: For each refusal the first rows: file, row (1 is the first below the header)
            and what stood there.
        kinds: Of the songs kept, how many have each mark of `graph.kinds`; they stay.
        columns: The sound features that the catalogue has.
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
        before = f", {self.present:,} of them from before" if self.present else ""
        lines = [f"{self.read:,} rows read, {self.kept:,} songs kept{before}."]
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
        if self.kinds:
            marks = ", ".join(f"{n:,} {NAMES[mark]}" for mark, n in self.kinds.items())
            lines.append(f"Kept, but suggested only to those who ask for it: {marks}.")
        lines.append(f"Known of each song's sound: {', '.join(self.columns) or 'nothing'}.")
        return "\n".join(lines)


class NoSongsError(CatalogueError):
    """None of the files holds a usable song; the report says why."""

    def __init__(self, report: ImportReport) -> None:
        """Say what became of every row."""
        super().__init__(f"no usable song in {len(report.files)} file(s)\n{report.words()}")
        self.report = report
