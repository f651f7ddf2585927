"""Reading beside the event loop: threads with networks of their own, behind one queue."""

import asyncio
import os
import sys
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import perf_counter
from traceback import clear_frames
from types import TracebackType
from typing import Self

from inference.errors import BusyError
from inference.media import Media, MediaKind
from inference.quantised import MODELS
from inference.reader import Reader
from inference.reading import Reading

LIMIT_S = 20.0  # of work that waits; whoever comes then would give up before the answer
# Seconds that a picture and a clip take on one core, until this computer has shown what they take.
FIRST_COST_S = {MediaKind.PHOTO: 0.03, MediaKind.VIDEO: 0.35}
NEWEST = 0.1  # the weight of the newest time in the mean
MOST_THREADS = 4  # each has networks of its own, some 20 MB
NICE = 5  # before a rebuild of the graph, 10 behind the answers, and behind these


@dataclass(slots=True)
class Job:
    """One thing to read, how long that will take, and where its reading goes."""

    media: Media
    cost_s: float
    answer: "Future[Reading]" = field(default_factory=Future)

    def run(self, reader: Reader) -> None:
        """Read, and hand over the reading or what stood in its way; then let go of the media."""
        try:
            reading = reader.read(self.media)
        except BaseException as error:  # noqa: BLE001 - the caller's, this thread carries it over
            forget_locals(error)
            self.answer.set_exception(error)
        else:
            self.answer.set_result(reading)
        finally:
            del self.media  # the thread, or the traceback of an error, may hold the job for long

    def fail(self, error: BusyError) -> None:
        """Hand over an error without reading, unless the caller has given up."""
        if self.answer.set_running_or_notify_cancel():
            self.answer.set_exception(error)


def forget_locals(error: BaseException) -> None:
    """Drop the local variables that an error's tracebacks hold: pixels are among them."""
    seen: BaseException | None = error
    while seen is not None:
        clear_frames(seen.__traceback__)
        seen = seen.__cause__ or seen.__context__


def yield_to_others() -> None:
    """Let the thread that answers people go first where both want the processor.

    The threads that the libraries start from this one inherit it. Linux alone knows a priority
    per thread; elsewhere nothing happens.
    """
    if sys.platform == "linux":
        os.nice(NICE)  # Linux changes the calling thread alone


def threads_here() -> int:
    """Return how many threads read: a core is left to the event loop."""
    return min(max((os.cpu_count() or 1) - 1, 1), MOST_THREADS)


class InferenceWorker:
    """Reads pictures and clips on threads of its own, in the order in which they come.

    Each thread loads the networks and keeps them: LiteRT's interpreter serves one thread only.
    """

    def __init__(self, models: Path, threads: int, limit_s: float) -> None:
        """Use `start`, which also starts the threads."""
        self._models = models
        self._limit_s = limit_s
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._loaded = [Future[None]() for _ in range(threads)]
        self._closed = False
        self._cost_s = dict(FIRST_COST_S)
        self._ahead_s = 0.0
        self._lock = Lock()  # of the costs and of what is ahead
        self._threads = [
            Thread(target=self._work, args=(loaded,), name="inference", daemon=True)
            for loaded in self._loaded
        ]

    @classmethod
    def start(
        cls, models: Path = MODELS, *, threads: int | None = None, limit_s: float = LIMIT_S
    ) -> Self:
        """Return a worker whose threads have begun to load; await `ready` before relying on it.

        Args:
            models: The folder of the networks.
            threads: How many; without it, one less than there are cores.
            limit_s: Seconds of work that may wait.
        """
        worker = cls(models, threads or threads_here(), limit_s)
        for thread in worker._threads:
            thread.start()
        return worker

    @property
    def backlog_s(self) -> float:
        """Seconds until all that was asked for is read."""
        return self._ahead_s / len(self._threads)

    async def ready(self) -> None:
        """Wait until the networks are loaded.

        Raises:
            ModelError: A file is missing or is not the expected one.
        """
        for loaded in self._loaded:
            await asyncio.shield(asyncio.wrap_future(loaded))

    async def read(self, media: Media) -> Reading:
        """Return what the picture or the clip says. A caller who gives up is not waited for.

        Raises:
            InferenceError: The media gives no reading; its class says why.
            BusyError: What waits takes too long already.
        """
        if self._closed:
            raise BusyError("expected an open worker, found a closed one")
        for loaded in self._loaded:
            if loaded.done():
                loaded.result()  # raises what kept the networks from loading
        if self.backlog_s >= self._limit_s:
            raise BusyError(f"expected {self._limit_s:.0f} s of work at most")
        with self._lock:
            job = Job(media, self._cost_s[media.kind])
            self._ahead_s += job.cost_s
        self._jobs.put(job)
        answer = job.answer
        del job, media  # an error that is kept keeps this frame too, and must not keep the pixels
        return await asyncio.wrap_future(answer)

    async def close(self) -> None:
        """End the threads after the readings at hand; those who wait in the queue are told."""
        self._closed = True
        with suppress(Empty):
            while True:
                job = self._jobs.get_nowait()
                if job is not None:
                    job.fail(BusyError("expected an open worker, found a closing one"))
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    async def __aenter__(self) -> Self:
        """Wait until the networks are loaded."""
        await self.ready()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the threads."""
        await self.close()

    def _work(self, loaded: "Future[None]") -> None:
        """Load, then answer one job after another: what a thread does."""
        yield_to_others()
        try:
            reader = Reader(self._models)
        except BaseException as error:  # noqa: BLE001 - whoever awaits `ready` has to hear of it
            loaded.set_exception(error)
            return
        loaded.set_result(None)
        while (job := self._jobs.get()) is not None:
            kind, cost_s, begun = job.media.kind, job.cost_s, perf_counter()
            wanted = job.answer.set_running_or_notify_cancel()
            if wanted:
                job.run(reader)
            del job
            self._count(kind, cost_s, perf_counter() - begun if wanted else None)
        reader.close()

    def _count(self, kind: MediaKind, cost_s: float, took_s: float | None) -> None:
        """Take down that a job is done, and how long it took if it was read."""
        with self._lock:
            self._ahead_s = max(self._ahead_s - cost_s, 0.0)
            if took_s is not None:
                self._cost_s[kind] += NEWEST * (took_s - self._cost_s[kind])
