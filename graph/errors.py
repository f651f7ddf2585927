"""What can be wrong with a catalogue or a graph. The fault is the operator's, never a person's."""

from collections.abc import Sequence
from pathlib import Path


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

    def __init__(self, columns: Sequence[str], path: Path) -> None:
        """Name what is missing where."""
        super().__init__(f"no column for {', '.join(columns)} in {path}")
        self.columns = tuple(columns)


class RescaledError(CatalogueError):
    """A file's values were standardised or squeezed into 0..1: nothing leads back."""

    code = "rescaled"

    def __init__(self, columns: Sequence[str]) -> None:
        """Name the columns that give it away."""
        super().__init__(f"expected values as measured, found rescaled ones: {list(columns)}")
        self.columns = tuple(columns)


class SnapshotError(GraphError):
    """There is no graph in the folder, or it is damaged."""


class OldestGraphError(SnapshotError):
    """There is no older graph to go back to."""


class UnknownTrackError(GraphError, KeyError):
    """No track has this id: it was never there, or a later catalogue left it out."""

    def __str__(self) -> str:
        """Return the sentence itself; `KeyError` alone would put it in quotes."""
        return str(self.args[0])
