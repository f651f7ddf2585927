"""The long-lived parts of the bot, and the one use case that moods and selfies share."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from bot.errors import BotError
from bot.screens.links import LinkSigner
from bot.screens.songs import Songs
from bot.settings import Settings
from bot.storage.answers import Taste, Wish, save_answer, taste_of
from bot.storage.database import Database
from bot.storage.history import StoredSuggestion, StoredTrack
from bot.storage.users import chosen_language
from bot.upkeep.pictures import Pictures
from bot.upkeep.shared_taste import SharedTaste
from bot.upkeep.song_graph import SongGraph
from bot.upkeep.vitals import Vitals
from bot.wire.limits import Limits
from bot.words.card import Card, read_card
from bot.words.texts import ENGLISH, Texts, Translations
from graph.choosing.belief import Belief
from graph.choosing.filters import passing
from graph.choosing.recommend import Aim, Request, Suggestion, suggest
from graph.errors import UnknownTrackError
from graph.snapshot.store import Snapshot
from graph.tracks import Track, TrackId
from inference.worker import InferenceWorker

log = logging.getLogger(__name__)

FEW = 100  # songs of all moods: of a hundred, hardly twenty suit one


class NoSongsError(BotError):
    """Everything that would suit is disliked, or not what the person chose in /settings.

    Attributes:
        filtered: Whether something is chosen there.
    """

    def __init__(self, aim: str, *, filtered: bool) -> None:
        super().__init__(f"no songs left for {aim}")
        self.filtered = filtered


def utc_now() -> datetime:
    """Return the moment it is."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """What the handlers work with.

    Attributes:
        translations: The sentences in every language.
        language: Of the person who is answered: `speaking_to` sets it once for each update.
        now: The clock.
        rng: A generator for one suggestion; a test gives one with a seed.
    """

    settings: Settings
    database: Database
    inference: InferenceWorker
    graph: SongGraph
    translations: Translations
    language: str = ENGLISH
    card: Card = field(default_factory=read_card)
    pictures: Pictures = field(default_factory=Pictures)
    limits: Limits = field(default_factory=Limits)
    shared_taste: SharedTaste = field(default_factory=SharedTaste)
    vitals: Vitals = field(default_factory=Vitals)
    now: Callable[[], datetime] = utc_now
    rng: Callable[[], np.random.Generator] = np.random.default_rng

    @classmethod
    async def open(cls, settings: Settings) -> "Services":
        """Return all parts, running.

        Raises:
            OperatorError: The database or a locale file is not as it should be.
            SnapshotError: There is no usable graph.
            ModelError: There is no usable network.
        """
        translations = Translations.load()
        graph = await SongGraph.open(settings.graph_dir)
        inference = InferenceWorker.start()
        await inference.ready()
        try:
            database = await Database.open(settings.database_url)
        except BaseException:
            await inference.close()
            raise
        return cls(settings, database, inference, graph, translations)

    @property
    def texts(self) -> Texts:
        """The sentences in the language of the person who is answered."""
        return self.translations.of(self.language)

    async def speaking_to(self, user_id: int, client_language: str | None) -> "Services":
        """Return the same parts for one person: in the language they chose, or else their client's.

        Raises:
            StorageError: The database could not be read.
        """
        chosen = await self.database.run(chosen_language, user_id)
        return self.speaking(chosen or client_language)

    def speaking(self, language: str | None) -> "Services":
        """Return the same parts, with `texts` in a language; in English where that is unknown."""
        return replace(self, language=self.translations.of(language).language)

    async def close(self) -> None:
        """Let go of everything; what was begun is finished first."""
        await self.pictures.close()
        await self.inference.close()
        await self.database.close()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watch the event loop, and keep the taste that all share up to date meanwhile."""
        learning = self.shared_taste.keep_up(self.database, lambda: self.graph.snapshot, self.now)
        tasks = {asyncio.create_task(learning), asyncio.create_task(self.vitals.watch())}
        for task in tasks:
            task.add_done_callback(_report)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def suggest(self, wish: Wish) -> Songs:
        """Return songs for a wish, remembered but not yet sent.

        The same update gets the same songs: after a crash the answer is the one it would have
        been, without its reasons.

        Raises:
            NoSongsError: Nothing is left that would fit.
        """
        taste = await self.database.run(taste_of, wish.user_id, wish.update_id)
        if taste.earlier:
            return self._as_remembered(taste.earlier[0], taste)
        snapshot = self.graph.snapshot
        request = request_of(wish, taste, self.shared_taste.of(snapshot))
        chosen, narrow = await asyncio.to_thread(_choose, snapshot, request, self.rng())
        if not chosen.picks:
            raise NoSongsError(wish.aim, filtered=bool(request.filters))
        stored = await self._remember(wish, chosen, snapshot.version)
        log.info("suggested aim=%s n=%d version=%s", wish.aim, len(chosen.picks), snapshot.version)
        picks = tuple((pick.track, pick.reason) for pick in chosen.picks)
        return Songs(stored, picks, taste.ratings, LinkSigner.of(self.settings), narrow)

    def _as_remembered(self, stored: StoredSuggestion, taste: Taste) -> Songs:
        picks = tuple((self.track_of(track), None) for track in stored.tracks)
        return Songs(stored, picks, taste.ratings, LinkSigner.of(self.settings))

    async def _remember(self, wish: Wish, chosen: Suggestion, version: str) -> StoredSuggestion:
        tracks = [
            StoredTrack(pick.track.id, pick.track.title, pick.track.artist) for pick in chosen.picks
        ]
        return await self.database.run(save_answer, wish, tracks, version=version, at=self.now())

    def track_of(self, stored: StoredTrack) -> Track:
        """Return a song as the graph knows it; one that left the catalogue keeps its words."""
        try:
            return self.graph.snapshot.track(stored.track_id)
        except UnknownTrackError:
            return Track(stored.track_id, stored.title, stored.artist)


def _report(task: asyncio.Task[None]) -> None:
    """Write down why a task ended that should not have: nobody awaits it."""
    if not task.cancelled():
        log.error("watching_stopped", exc_info=task.exception())


def _choose(
    snapshot: Snapshot, request: Request, rng: np.random.Generator
) -> tuple[Suggestion, bool]:
    """Return songs, and whether the filters leave few to choose from."""
    chosen = suggest(snapshot, request, rng=rng)
    if not request.filters:
        return chosen, False
    return chosen, int(passing(snapshot, request.filters, slice(None)).sum()) < FEW


def request_of(wish: Wish, taste: Taste, prior: Belief | None) -> Request:
    """Return what the graph is asked: the wish, and what is known about the person.

    Args:
        wish: What they want.
        taste: What they said and heard.
        prior: What everybody's reactions say; None while nobody knows.
    """
    # An uncertain answer names two moods and promises songs for both: nothing of a third.
    return Request(
        scores=wish.scores.to_choose_by(certain=wish.certain),
        aim=Aim(wish.aim),
        liked=_rated(taste, liked=True),
        disliked=_rated(taste, liked=False),
        heard=tuple(reversed(taste.heard)),  # the latest last
        blocked_artists=taste.blocked,
        filters=taste.preferences.filters,
        freshness=taste.preferences.freshness,
        evidence=tuple(taste.evidence),
        prior=prior,
    )


def _rated(taste: Taste, *, liked: bool) -> tuple[TrackId, ...]:
    return tuple(track_id for track_id, rating in taste.ratings.items() if rating is liked)
