"""Tables of songs that an admin sent, kept apart until the admin decides on them.

`DIR/offered/<number>/` holds one: `table`, until it is imported; `new`, a folder with its
catalogue, and `songs`, how many those are; `added`, a folder with the catalogue of the present
songs and its own. The graph in use is not changed.
"""

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.screens.admin_presses import OfferChoice
from bot.upkeep.processes import MAX_REASON, OnStep, ProcessError, run_graph
from graph.importing.report import ImportReport
from graph.snapshot.places import CATALOGUE


@dataclass(frozen=True, slots=True)
class Offer:
    """The songs of one table.

    Attributes:
        directory: The graph's folder.
        number: Its unique number: that of its update in the inbox.
    """

    directory: Path
    number: int

    @property
    def folder(self) -> Path:
        """Return its folder."""
        return self.directory / "offered" / str(self.number)

    @property
    def new(self) -> Path:
        """Return the folder with the catalogue of its songs alone."""
        return self.folder / "new"

    @property
    def added(self) -> Path:
        """Return the folder with the catalogue of the present songs and its own."""
        return self.folder / "added"

    def folder_of(self, choice: OfferChoice) -> Path:
        """Return the folder whose catalogue is to be built."""
        return self.added if choice is OfferChoice.ADD else self.new

    @property
    def count(self) -> Path:
        """Return the file that says how many songs it has."""
        return self.folder / "songs"

    @property
    def is_kept(self) -> bool:
        """Return whether its catalogue still exists."""
        return self.count.exists()

    def songs(self) -> int:
        """Return how many songs it has."""
        return int(self.count.read_text(encoding="ascii"))

    def discard(self) -> None:
        """Remove its folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def clear(directory: Path) -> None:
    """Remove every offer: only the newest can be decided on."""
    shutil.rmtree(directory / "offered", ignore_errors=True)


def clear_unread(directory: Path) -> None:
    """Remove offers whose import was cut off by a crash."""
    for table in (directory / "offered").glob("*/table"):
        shutil.rmtree(table.parent, ignore_errors=True)


async def read_table(offer: Offer, content: bytes, on_step: OnStep) -> ImportReport:
    """Import a table into a catalogue of its own; return the report. After an error none is left.

    Raises:
        KilledError: The import was killed.
        ProcessError: It failed.
    """
    clear(offer.directory)
    offer.folder.mkdir(parents=True)
    table = offer.folder / "table"
    try:
        await asyncio.to_thread(table.write_bytes, content)
        report = await _imported([str(table), "--to", str(offer.new)], on_step)
        if report.kept:
            offer.count.write_text(str(report.kept), encoding="ascii")
        return report
    finally:
        table.unlink(missing_ok=True)
        if not offer.is_kept:  # no usable song, or an error
            offer.discard()


async def add_present(offer: Offer, on_step: OnStep) -> ImportReport:
    """Import the present songs and those offered into a catalogue of their own; return the report.

    Raises:
        KilledError: The import was killed.
        ProcessError: It failed.
    """
    files = [str(offer.new / CATALOGUE), "--to", str(offer.added)]
    return await _imported([*files, "--keep", str(offer.directory)], on_step)


async def _imported(arguments: Sequence[str], on_step: OnStep) -> ImportReport:
    ended = await run_graph(["import", *arguments], on_step)
    try:
        found = json.loads(ended.document)
        return ImportReport(**{**found, "refused": Counter(found["refused"])})
    except (ValueError, KeyError, TypeError) as error:
        said = ended.said or f"expected a report, found {ended.document[:MAX_REASON]!r}"
        raise ProcessError(said) from error
