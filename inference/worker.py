"""Inference beside the event loop: a thread pool with one queue; each thread has own networks."""

import asyncio
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import perf_counter
from traceback import clear_frames
from types import TracebackType
from typing import Any, Self

from inference.errors import BusyError
from inference.media import Media, MediaKind
from inference.quantised import MODELS
from inference.reader import Reader
from inference.reading import Reading

LIMIT_S = 20.0  # of queued work; people would not wait longer for an answer
# Seconds that a picture and a clip take on one core: initial estimates, until some are measured.
FIRST_COST_S = {MediaKind.PHOTO: 0.03, MediaKind.VIDEO: 0.35}
SMOOTHING = 0.1  # weight of the newest time in the exponential moving average
MAX_THREADS = 4  # each has networks of its own, some 20 MB
NICE = 5  # answers run at 0 and a rebuild of the graph at 10


@dataclass(slots=True)
class Job:
    """A medium, what is made of it, its estimated cost in seconds, and the future of the result."""

    media: Media
    make: Callable[[Reader, Media], Any]
    cost_s: float
    answer: "Future[Any]" = field(default_factory=Future)

    def run(self, reader: Reader) -> None:
        """Set the future's result or error, and release the media."""
        try:
            result = self.make(reader, self.media)
        except BaseException as error:  # noqa: BLE001 - the caller's, this thread carries it over
            forget_locals(error)
            self.answer.set_exception(error)
        else:
            self.answer.set_result(result)
        finally:
            del self.media  # the thread, or the traceback of an error, may hold the job for long

    def fail(self, error: BusyError) -> None:
        """Set the future's error without reading, unless the caller has given up."""
        if self.answer.set_running_or_notify_cancel():
            self.answer.set_exception(error)


def drawn(reader: Reader, media: Media) -> bytes:
    """Return a JPEG file of what is seen in a picture or a clip.

    Raises:
        InferenceError: Nothing can be seen; its class says why.
    """
    from inference.drawing import draw_file

    return draw_file(reader.look(media))


def forget_locals(error: BaseException) -> None:
    """Clear the local variables in an error's tracebacks: pixels are among them."""
    seen: BaseException | None = error
    while seen is not None:
        clear_frames(seen.__traceback__)
        seen = seen.__cause__ or seen.__context__


def yield_to_others() -> None:
    """Lower the calling thread's priority below that of the thread that answers people.

    Threads that libraries start from this one inherit it. Only Linux has a priority per thread;
    elsewhere nothing happens.
    """
    if sys.platform == "linux":
        os.nice(NICE)  # Linux changes the calling thread alone


def threads_here() -> int:
    """Return the number of reading threads: one core is left to the event loop."""
    return min(max((os.cpu_count() or 1) - 1, 1), MAX_THREADS)


class InferenceWorker:
    """Reads pictures and clips on threads of its own, in the order of their arrival.

    Each thread loads networks of its own, since an interpreter of LiteRT may be used by one thread
    only.
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
        """Return a worker whose threads load the networks; `ready` waits for that.

        Args:
            models: The folder of the networks.
            threads: Their number; None for one less than there are cores.
            limit_s: Seconds of work that may be queued.
        """
        worker = cls(models, threads or threads_here(), limit_s)
        for thread in worker._threads:
            thread.start()
        return worker

    @property
    def backlog_s(self) -> float:
        """Estimated seconds until the queue is empty."""
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
            BusyError: The queue is full.
        """
        making = self._made(media, Reader.read)
        del media  # an error that is kept keeps this frame, too
        reading: Reading = await making
        return reading

    async def draw(self, media: Media) -> bytes:
        """Return a JPEG file of what is seen in the picture or the clip.

        Raises:
            InferenceError: As `read` does.
            BusyError: As `read` does.
        """
        making = self._made(media, drawn)
        del media
        picture: bytes = await making
        return picture

    async def _made(self, media: Media, make: Callable[[Reader, Media], Any]) -> Any:
        """Return what a thread makes of the media."""
        if self._closed:
            raise BusyError("expected an open worker, found a closed one")
        for loaded in self._loaded:
            if loaded.done():
                loaded.result()  # raises what kept the networks from loading
        if self.backlog_s >= self._limit_s:
            raise BusyError(f"expected {self._limit_s:.0f} s of work at most")
        with self._lock:
            job = Job(media, make, self._cost_s[media.kind])
            self._ahead_s += job.cost_s
        self._jobs.put(job)
        answer = job.answer
        del job, media  # an error that is kept keeps this frame too, and must not keep the pixels
        return await asyncio.wrap_future(answer)

    async def close(self) -> None:
        """End the threads after their current readings; queued media get an error."""
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
        """Load the networks, then run one job after another: the body of a thread."""
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
        """Count a job as done, and its time if it was read."""
        with self._lock:
            self._ahead_s = max(self._ahead_s - cost_s, 0.0)
            if took_s is not None:
                self._cost_s[kind] += SMOOTHING * (took_s - self._cost_s[kind])
