"""Reading beside the event loop: one thread with its own networks, behind a short queue."""

import asyncio
import os
import sys
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from traceback import clear_frames
from types import TracebackType
from typing import Self

from inference.errors import BusyError
from inference.media import Media
from inference.quantised import MODELS
from inference.reader import Reader, Reading

# At some 15 ms a picture and 300 ms a clip, the last in the queue waits two seconds or so.
QUEUE_LIMIT = 8
NICE = 5  # before a rebuild of the graph, 10 behind the answers, and behind these


@dataclass(slots=True)
class Job:
    """One thing to read, and where its reading goes."""

    media: Media
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


class InferenceWorker:
    """Reads pictures and clips on a thread of its own, in the order in which they come.

    The thread loads the networks and keeps them: LiteRT's interpreter serves one thread only.
    """

    def __init__(self, models: Path, queue_limit: int) -> None:
        """Use `start`, which also starts the thread."""
        self._models = models
        self._jobs: Queue[Job | None] = Queue(queue_limit)
        self._loaded: Future[None] = Future()
        self._closed = False
        self._thread = Thread(target=self._work, name="inference", daemon=True)

    @classmethod
    def start(cls, models: Path = MODELS, *, queue_limit: int = QUEUE_LIMIT) -> Self:
        """Return a worker whose thread has begun to load; await `ready` before relying on it."""
        worker = cls(models, queue_limit)
        worker._thread.start()
        return worker

    async def ready(self) -> None:
        """Wait until the networks are loaded.

        Raises:
            ModelError: A file is missing or is not the expected one.
        """
        await asyncio.shield(asyncio.wrap_future(self._loaded))

    async def read(self, media: Media) -> Reading:
        """Return what the picture or the clip says. A caller who gives up is not waited for.

        Raises:
            InferenceError: The media gives no reading; its class says why.
            BusyError: The queue is full.
        """
        if self._closed:
            raise BusyError("expected an open worker, found a closed one")
        if self._loaded.done():
            self._loaded.result()  # raises what kept the networks from loading
        job = Job(media)
        try:
            self._jobs.put_nowait(job)
        except Full:
            raise BusyError(f"expected room in a queue of {self._jobs.maxsize}") from None
        answer = job.answer
        del job, media  # an error that is kept keeps this frame too, and must not keep the pixels
        return await asyncio.wrap_future(answer)

    async def close(self) -> None:
        """End the thread after the reading at hand; those who wait in the queue are told."""
        self._closed = True
        while not self._jobs.empty():
            job = self._jobs.get_nowait()
            if job is not None:
                job.fail(BusyError("expected an open worker, found a closing one"))
        self._jobs.put_nowait(None)
        await asyncio.to_thread(self._thread.join)

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
        """End the thread."""
        await self.close()

    def _work(self) -> None:
        """Load, then answer one job after another: what the thread does."""
        yield_to_others()
        try:
            reader = Reader(self._models)
        except BaseException as error:  # noqa: BLE001 - whoever awaits `ready` has to hear of it
            self._loaded.set_exception(error)
            return
        self._loaded.set_result(None)
        while (job := self._jobs.get()) is not None:
            if job.answer.set_running_or_notify_cancel():
                job.run(reader)
        reader.close()
