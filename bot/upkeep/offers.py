"""Tables of songs that an admin sent, set aside until the admin has decided.

`DIR/offered/<number>/` holds one: `table`, only until it is read; `new`, a folder with the
catalogue made of it; `added`, one with the present songs too. What is in use is not touched.
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
        number: Tells it from others before and after: its update's.
    """

    directory: Path
    number: int

    @property
    def folder(self) -> Path:
        """Return where it lies."""
        return self.directory / "offered" / str(self.number)

    @property
    def new(self) -> Path:
        """Return the folder with the catalogue of its songs."""
        return self.folder / "new"

    @property
    def added(self) -> Path:
        """Return the folder with the catalogue of the present songs and its own."""
        return self.folder / "added"

    def folder_of(self, choice: OfferChoice) -> Path:
        """Return the folder whose catalogue is to be built."""
        return self.added if choice is OfferChoice.ADD else self.new

    @property
    def is_kept(self) -> bool:
        """Return whether its songs are still there to be decided on."""
        return (self.new / CATALOGUE).exists()

    def discard(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def clear(directory: Path) -> None:
    """Remove every offer: only the newest can be decided on."""
    shutil.rmtree(directory / "offered", ignore_errors=True)


def clear_unread(directory: Path) -> None:
    """Remove what a crash has left half read."""
    for table in (directory / "offered").glob("*/table"):
        shutil.rmtree(table.parent, ignore_errors=True)


async def read_table(offer: Offer, content: bytes, on_step: OnStep) -> ImportReport:
    """Make a catalogue of a table, aside; return what became of every row.

    Raises:
        KilledError: Something outside ended the import; nothing is left of it, as in all that
            follow.
        ProcessError: It failed.
    """
    clear(offer.directory)
    offer.folder.mkdir(parents=True)
    table = offer.folder / "table"
    try:
        await asyncio.to_thread(table.write_bytes, content)
        return await _imported([str(table), "--to", str(offer.new)], on_step)
    finally:
        table.unlink(missing_ok=True)
        if not offer.is_kept:  # refused, or it ended too soon
            offer.discard()


async def add_present(offer: Offer, on_step: OnStep) -> ImportReport:
    """Make a catalogue of the present songs and those offered, aside; return the report.

    Raises:
        KilledError: Something outside ended it.
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
