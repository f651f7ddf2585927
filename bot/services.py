"""The long-lived parts of the bot, and the use case that moods and selfies share: suggesting."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

import numpy as np

from bot.screens.links import LinkSigner
from bot.screens.songs import Songs
from bot.settings import Settings
from bot.storage.answers import NO_TASTE, Taste, Wish, save_answer, taste_of
from bot.storage.database import Database
from bot.storage.history import StoredSuggestion, StoredTrack
from bot.storage.known import NOBODY, Known, known_of
from bot.upkeep.choosing import Chosen, choose, chosen_again, request_of
from bot.upkeep.metrics import Metrics
from bot.upkeep.pictures import Pictures
from bot.upkeep.shared_taste import SharedTaste
from bot.upkeep.sharing import GraphShare
from bot.upkeep.song_graph import SongGraph
from bot.upkeep.vitals import Vitals
from bot.wire.corrections import Answered
from bot.wire.limits import Limits
from bot.wire.room import Room
from bot.words.card import Card, read_card
from bot.words.care import LINES, Lines, read_help_lines
from bot.words.texts import ENGLISH, Texts, Translations
from bot.words.understanding.vocabulary import vocabularies
from graph.errors import UnknownTrackError
from graph.snapshot.store import Snapshot
from graph.tracks import Track
from inference.worker import InferenceWorker

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """What the handlers work with.

    Attributes:
        translations: The sentences in every language.
        language: Of the person who is answered: `speaking_to` sets it once for each update.
        care: Whether this person wants kind words and gentler songs with low moods.
        chooser: Where songs are chosen.
        known: What was known of this person when their update came to its turn.
        now: The clock.
        rng: A generator for one suggestion; a test gives one with a seed.
    """

    settings: Settings
    database: Database
    inference: InferenceWorker
    graph: SongGraph
    translations: Translations
    language: str = ENGLISH
    care: bool = True
    known: Known = NOBODY
    help_lines: Lines = field(default_factory=lambda: LINES)
    card: Card = field(default_factory=read_card)
    pictures: Pictures = field(default_factory=Pictures)
    limits: Limits = field(default_factory=Limits)
    answered: Answered = field(default_factory=Answered)
    room: Room = field(default_factory=Room)
    shared_taste: SharedTaste = field(default_factory=SharedTaste)
    vitals: Vitals = field(default_factory=Vitals)
    metrics: Metrics = field(default_factory=Metrics)
    # One thread: several would compute in turns, each slower than alone, and hold the loop up.
    chooser: ThreadPoolExecutor = field(default_factory=partial(ThreadPoolExecutor, 1, "choosing"))
    now: Callable[[], datetime] = utc_now
    rng: Callable[[], np.random.Generator] = np.random.default_rng

    @classmethod
    async def open(cls, settings: Settings) -> "Services":
        """Return all parts, running.

        Raises:
            OperatorError: The database, a locale file or the file of help lines is not as it
                should be.
            SnapshotError: There is no usable graph.
            ModelError: There is no usable network.
        """
        translations, lines = Translations.load(), read_help_lines(settings.help_lines)
        graph = await SongGraph.open(settings.graph_dir)
        inference = InferenceWorker.start()
        await inference.ready()
        try:
            database = await Database.open(settings.database_url)
        except BaseException:
            await inference.close()
            raise
        return cls(settings, database, inference, graph, translations, help_lines=lines)

    @property
    def texts(self) -> Texts:
        """The sentences in the language of the person who is answered."""
        return self.translations.of(self.language)

    async def speaking_to(self, user_id: int, client_language: str | None) -> "Services":
        """Return the same parts for one person: in the language they chose, or else their client's.

        Raises:
            StorageError: The database could not be read.
        """
        known = await self.database.run(known_of, user_id)
        speaking = self.speaking(known.manners.language or client_language)
        return replace(speaking, care=known.manners.care, known=known)

    def speaking(self, language: str | None) -> "Services":
        """Return the same parts, with `texts` in a language; in English where that is unknown."""
        return replace(self, language=self.translations.of(language).language)

    async def close(self) -> None:
        """Let go of everything; what was begun is finished first."""
        await self.pictures.close()
        await asyncio.to_thread(self.chooser.shutdown)
        await self.inference.close()
        await self.database.close()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watch loop and graph, and keep the taste that all share up to date meanwhile."""
        learning = self.shared_taste.keep_up(self.database, lambda: self.graph.snapshot, self.now)
        tasks = {
            asyncio.create_task(learning),
            asyncio.create_task(self.vitals.watch()),
            asyncio.create_task(self.graph.follow()),
        }
        if self.settings.graph_share and not self.database.is_sqlite:
            share = GraphShare(self.settings.graph_dir, self.settings.graph_share, self.database)
            tasks.add(asyncio.create_task(share.keep_up(self.now)))
        for task in tasks:
            task.add_done_callback(_report)
        tasks.add(asyncio.create_task(self._read_names()))
        ours = logging.getLogger("bot")
        ours.addHandler(self.metrics.counting)
        try:
            yield
        finally:
            ours.removeHandler(self.metrics.counting)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _read_names(self) -> None:
        """Read words and names before somebody uses one."""
        await asyncio.to_thread(vocabularies)
        await self.graph.catalogue()

    async def suggest(self, wish: Wish, before: Sequence[StoredTrack] = ()) -> Songs:
        """Return songs for a wish, remembered but not yet sent.

        The same update gets the same songs: after a crash the answer is the one it would have
        been, without its reasons.

        Args:
            wish: What somebody wants.
            before: Songs that they got for it earlier, and that come back as long as they can.

        Raises:
            NoSongsError: Nothing is left that would fit.
        """
        taste = await self.database.run(taste_of, wish.user_id, wish.update_id)
        if taste.earlier:
            return self._as_remembered(taste.earlier[0], taste)
        snapshot = self.graph.snapshot
        tracks = [self.track_of(track) for track in before]
        chosen = await self._choose(snapshot, wish, taste, tracks)
        stored = await self._remember(wish, chosen, snapshot.version)
        log.info("suggested aim=%s n=%d version=%s", wish.aim, len(chosen.picks), snapshot.version)
        signer = LinkSigner.of(self.settings)
        return Songs(
            stored, chosen.picks, taste.ratings, signer, narrow=chosen.narrow, blend=chosen.blend
        )

    async def suggest_unkept(self, wish: Wish) -> Chosen:
        """Return songs for a wish of somebody about whom nothing is known, and nothing is kept.

        Raises:
            NoSongsError: Nothing is left that would fit.
        """
        return await self._choose(self.graph.snapshot, wish, NO_TASTE)

    async def _choose(
        self, snapshot: Snapshot, wish: Wish, taste: Taste, before: Sequence[Track] = ()
    ) -> Chosen:
        request = request_of(wish, taste, self.shared_taste.of(snapshot), self.now().date())
        artists = (await self.graph.catalogue()).artists if wish.asked.artist else None
        run = partial(asyncio.get_running_loop().run_in_executor, self.chooser)
        if before and (again := await run(chosen_again, snapshot, wish, request, before)):
            return again
        return await run(choose, snapshot, wish, request, artists, self.rng())

    def _as_remembered(self, stored: StoredSuggestion, taste: Taste) -> Songs:
        picks = tuple((self.track_of(track), None) for track in stored.tracks)
        return Songs(stored, picks, taste.ratings, LinkSigner.of(self.settings))

    async def _remember(self, wish: Wish, chosen: Chosen, version: str) -> StoredSuggestion:
        tracks = [StoredTrack(track.id, track.title, track.artist) for track, _ in chosen.picks]
        return await self.database.run(save_answer, wish, tracks, version=version, at=self.now())

    def track_of(self, stored: StoredTrack) -> Track:
        """Return a song as the graph knows it; one that left the catalogue keeps its words."""
        try:
            return self.graph.snapshot.track(stored.track_id)
        except UnknownTrackError:
            return Track(stored.track_id, stored.title, stored.artist)


def _report(task: asyncio.Task[None]) -> None:
    """Log why a background task ended that should run until the end."""
    if not task.cancelled():
        log.error("watching_stopped", exc_info=task.exception())
