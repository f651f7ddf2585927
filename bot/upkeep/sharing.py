"""The same graph on all hosts: a version that one host builds is copied to the others.

Versions are copied by rsync through a folder that all hosts reach, mounted or on an rsync server;
the database names the version in use. Every few seconds a host compares both with its own folder:
when the folder has a new current version, by a build or a rollback, the host uploads and publishes
it; when the database names another one, the host fetches it.
"""

import asyncio
import logging
import os
import shutil
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.errors import BotError
from bot.storage.database import Database, StorageError
from bot.storage.publications import published, save_publication
from graph.errors import SnapshotError
from graph.snapshot.arriving import take_in
from graph.snapshot.durable import ASIDE
from graph.snapshot.versions import POINTER

log = logging.getLogger(__name__)

LOOK_S = 5.0
AGAIN_S = 30.0  # after a failure


class TransferError(BotError):
    """A version could not be copied; the message is rsync's."""


class GraphShare:
    """Keeps one host's graph equal to the one that all hosts use."""

    def __init__(self, directory: Path, share: str, database: Database) -> None:
        """Name the places; nothing is compared yet.

        Args:
            directory: The graph's folder on this host.
            share: The folder that all hosts reach, as an address for rsync.
            database: The database of all hosts.
        """
        self._directory, self._share, self._database = directory, share, database
        self._agreed = ""

    async def keep_up(self, now: Callable[[], datetime]) -> None:
        """Upload and fetch versions until cancelled."""
        while True:
            wait_s = LOOK_S
            try:
                await self.look(now())
            except (TransferError, SnapshotError, StorageError) as error:
                log.warning("graph_not_shared reason=%s", error)
                wait_s = AGAIN_S
            await asyncio.sleep(wait_s)

    async def look(self, at: datetime) -> None:
        """Upload this host's version if it is new, else fetch the one that the database names.

        Raises:
            TransferError: rsync failed.
            SnapshotError: The version that was fetched is damaged.
            StorageError: The database could not be read or written.
        """
        own = await asyncio.to_thread(self._own)
        wanted = await self._database.run(published)
        if own == wanted:
            self._agreed = own
        elif (wanted and own in {"", self._agreed}) or (wanted and not self._agreed):
            await self._fetch(wanted)
            self._agreed = wanted
            log.info("graph_fetched version=%s", wanted)
        elif own:
            await _rsync(f"{self._directory / own}/", f"{self._share}/{own}/")
            await self._database.run(save_publication, own, at=at)
            self._agreed = own
            log.info("graph_handed_on version=%s", own)

    async def _fetch(self, version: str) -> None:
        aside = self._directory / f"{ASIDE}{os.getpid()}.fetched"
        await asyncio.to_thread(shutil.rmtree, aside, ignore_errors=True)
        self._directory.mkdir(parents=True, exist_ok=True)
        await _rsync(f"{self._share}/{version}/", f"{aside}/")
        await asyncio.to_thread(take_in, self._directory, aside, version)

    def _own(self) -> str:
        try:
            return (self._directory / POINTER).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            return ""


async def _rsync(source: str, target: str) -> None:
    try:
        process = await asyncio.create_subprocess_exec(
            *("rsync", "--archive", "--delete", "--timeout=30", source, target),
            stdout=DEVNULL,
            stderr=PIPE,
        )
    except FileNotFoundError as error:
        raise TransferError("rsync is not installed") from error
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:  # the bot is being stopped
            process.terminate()
            await process.wait()
    if process.returncode:
        raise TransferError(said.decode(errors="replace").strip()[-200:])
