"""What can be wrong with a catalogue or a graph. The fault is the operator's, never a person's."""

from collections.abc import Sequence
from pathlib import Path

# Of a table's own names so many are shown, and so many letters of each.
MAX_NAMES, MAX_NAME = 20, 40


class GraphError(Exception):
    """Something about the songs or their graph keeps the work from being done."""


class CatalogueError(GraphError):
    """A file of songs, or the catalogue made of such files, cannot be used.

    Attributes:
        code: The kind of fault, for programs.
        columns: The columns that it is about, if it is about columns.
    """

    code = "unreadable"
    columns: tuple[str, ...] = ()


class MissingColumnsError(CatalogueError):
    """A file lacks columns that every song needs."""

    code = "no_columns"

    def __init__(self, columns: Sequence[str], path: Path, found: Sequence[str] = ()) -> None:
        """Name what is missing where, what stands there, and how to help."""
        names = ", ".join(repr(name[:MAX_NAME]) for name in found[:MAX_NAMES] if name)
        more = f" and {len(found) - MAX_NAMES} more" if len(found) > MAX_NAMES else ""
        super().__init__(
            f"no column for {', '.join(columns)} in {path}; its columns: {names or 'none'}{more}. "
            f"If one of them is meant, say so: --column {columns[0]}=NAME"
        )
        self.columns = tuple(columns)


class RescaledError(CatalogueError):
    """A file's values were standardised or squeezed into 0..1: nothing leads back."""

    code = "rescaled"

    def __init__(self, columns: Sequence[str]) -> None:
        """Name the columns that give it away."""
        super().__init__(f"expected values as measured, found rescaled ones: {list(columns)}")
        self.columns = tuple(columns)


class UnknownScaleError(CatalogueError):
    """A column that every song needs is on a scale that nothing tells."""

    code = "unknown_scale"

    def __init__(self, ranges: Sequence[tuple[str, float, float]]) -> None:
        """Name the columns, and from where to where their values go."""
        found = ", ".join(f"{name} from {low:g} to {high:g}" for name, low, high in ranges)
        super().__init__(f"expected values from 0 to 1 or from 0 to 100, found {found}")
        self.columns = tuple(name for name, _, _ in ranges)


class WorkbookError(CatalogueError):
    """A workbook of Excel cannot be read."""

    code = "workbook"

    def __init__(self, reason: str) -> None:
        """Say what to do instead."""
        super().__init__(
            f"an Excel file that cannot be read ({reason}): save its sheet as CSV, and send that"
        )


class EmptyFileError(CatalogueError):
    """There is nothing in a file."""

    code = "empty"

    def __init__(self, path: Path) -> None:
        """Name the file."""
        super().__init__(f"the file is empty: {path}")


class SnapshotError(GraphError):
    """There is no graph in the folder, or it is damaged."""


class OldestGraphError(SnapshotError):
    """There is no older graph to go back to."""


class UnknownTrackError(GraphError, KeyError):
    """No track has this id: it was never there, or a later catalogue left it out."""

    def __str__(self) -> str:
        """Return the sentence itself; `KeyError` alone would put it in quotes."""
        return str(self.args[0])
