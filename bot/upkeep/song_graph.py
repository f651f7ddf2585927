"""The graph in use."""

import asyncio
import logging
from pathlib import Path

from bot.words.understanding.catalogue import Catalogue
from graph.errors import SnapshotError
from graph.snapshot.store import Snapshot, open_snapshot
from graph.snapshot.versions import POINTER

log = logging.getLogger(__name__)

LOOK_S = 2.0  # between two checks for a new version


class SongGraph:
    """Holds the snapshot in use; it is replaced between two requests, never during one."""

    def __init__(self, directory: Path, snapshot: Snapshot) -> None:
        self._directory = directory
        self.snapshot = snapshot
        self._catalogue: asyncio.Task[Catalogue] | None = None

    @classmethod
    async def open(cls, directory: Path) -> "SongGraph":
        """Open the current graph of a folder.

        Raises:
            SnapshotError: There is none, or it is damaged.
        """
        return cls(directory, await asyncio.to_thread(open_snapshot, directory))

    async def swap(self) -> Snapshot:
        """Open the folder's current version and use it from now on.

        Requests that are being answered keep the snapshot that they began with.

        Raises:
            SnapshotError: It is damaged; the one in use stays.
        """
        self.snapshot = await asyncio.to_thread(open_snapshot, self._directory)
        self._catalogue = None
        return self.snapshot

    async def follow(self) -> None:
        """Swap whenever the folder has another version, until cancelled."""
        refused = ""
        while True:
            await asyncio.sleep(LOOK_S)
            named = await asyncio.to_thread(self._named)
            if named in {"", refused, self.snapshot.version}:
                continue
            try:
                await self.swap()
            except SnapshotError as error:  # it is looked at again when another one is named
                log.error("graph_not_swapped version=%s reason=%s", named, error)  # noqa: TRY400
                refused = named
            else:
                log.info("graph_swapped version=%s", named)

    def _named(self) -> str:
        try:
            return (self._directory / POINTER).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            return ""

    async def catalogue(self) -> Catalogue:
        """Return the names in the snapshot; reading them takes a second or two for millions."""
        if self._catalogue is None:
            reading = asyncio.to_thread(Catalogue.of, self.snapshot)
            self._catalogue = asyncio.create_task(reading)
        return await asyncio.shield(self._catalogue)
