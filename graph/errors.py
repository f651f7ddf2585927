"""What can be wrong with a catalogue or a graph. The fault is the operator's, never a person's."""


class GraphError(Exception):
    """Something about the songs or their graph keeps the work from being done."""


class CatalogueError(GraphError):
    """A file of songs, or the catalogue made of such files, cannot be used."""


class SnapshotError(GraphError):
    """There is no graph in the folder, or it is damaged."""


class UnknownTrackError(GraphError, KeyError):
    """No track has this id: it was never there, or a later catalogue left it out."""

    def __str__(self) -> str:
        """Return the sentence itself; `KeyError` alone would put it in quotes."""
        return str(self.args[0])
