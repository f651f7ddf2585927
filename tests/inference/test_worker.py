import asyncio
import gc
import subprocess
import sys
import weakref
from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import active_count
from typing import cast

import numpy as np
import pytest

from inference.errors import BusyError, ModelError, NoFaceError, UnreadableError
from inference.images import Image
from inference.media import Media
from inference.reader import Reader
from inference.worker import InferenceWorker, forget_locals
from tests.drawing import clip_of, draw_face, draw_picture

Making = Callable[[InferenceWorker, Media], Awaitable[object]]
FACE = Media.of(draw_face())
NOBODY = Media.of(draw_face(face=0))


async def test_worker_reads_as_the_reader_does(reader: Reader):
    async with InferenceWorker.start() as worker:
        reading = await worker.read(FACE)

    assert reading == reader.read(FACE)


async def test_every_caller_gets_the_own_answer():
    faces = [Media.of(draw_face(face=share)) for share in (0.3, 0.5, 0.7)]

    async with InferenceWorker.start() as worker:
        readings = await asyncio.gather(*map(worker.read, faces))

    heights = [reading.box[3] - reading.box[1] for reading in readings]
    assert heights == sorted(set(heights))


async def test_errors_reach_the_caller_and_the_next_one_is_served():
    async with InferenceWorker.start() as worker:
        with pytest.raises(NoFaceError):
            await worker.read(NOBODY)
        with pytest.raises(UnreadableError):
            await worker.read(Media(FACE.kind, FACE.content[:900]))
        assert (await worker.read(FACE)).faces == 1


async def test_too_much_work_says_busy_and_then_takes_more():
    async with InferenceWorker.start(threads=1, limit_s=0.1) as worker:
        answers = await asyncio.gather(
            *(worker.read(FACE) for _ in range(20)), return_exceptions=True
        )

        assert any(isinstance(answer, BusyError) for answer in answers)
        assert not isinstance(answers[0], BaseException)
        assert (await worker.read(FACE)).faces == 1


async def test_a_burst_of_pictures_is_read_to_the_last():
    async with InferenceWorker.start() as worker:
        readings = await asyncio.gather(*(worker.read(FACE) for _ in range(60)))

    assert len({reading.box for reading in readings}) == 1


async def test_several_threads_read_what_one_reads(reader: Reader):
    faces = [Media.of(draw_face(face=share)) for share in (0.3, 0.5, 0.7)] * 4

    async with InferenceWorker.start(threads=3) as worker:
        readings = await asyncio.gather(*map(worker.read, faces))

    assert readings == [reader.read(face) for face in faces]


async def test_what_waits_is_weighed_by_what_it_takes():
    async with InferenceWorker.start(threads=1) as worker:
        waiting = [asyncio.create_task(worker.read(FACE)) for _ in range(10)]
        await asyncio.sleep(0)
        stills_s = worker.backlog_s
        clip = Media.of(clip_of([draw_picture(64, 48) for _ in range(3)]))
        waiting.append(asyncio.create_task(worker.read(clip)))
        await asyncio.sleep(0)
        with_clip_s = worker.backlog_s
        await asyncio.gather(*waiting, return_exceptions=True)

        assert with_clip_s - stills_s > stills_s / 2 > 0
        await asyncio.sleep(0.05)  # the thread counts after it has answered
        assert worker.backlog_s == pytest.approx(0, abs=1e-9)


async def test_loop_stays_free_while_a_clip_is_read():
    clip = Media.of(clip_of([draw_picture(640, 480, at=(0.3 + 0.01 * k, 0.5)) for k in range(40)]))
    async with InferenceWorker.start() as worker:
        reading = asyncio.create_task(worker.read(clip))
        turns = 0
        while not reading.done():
            await asyncio.sleep(0.001)
            turns += 1

        assert (await reading).frames > 8
    assert turns > 20


async def test_caller_who_gives_up_leaves_the_worker_whole():
    async with InferenceWorker.start() as worker:
        waiting = [asyncio.create_task(worker.read(FACE)) for _ in range(4)]
        await asyncio.sleep(0)
        for task in waiting[:3]:
            task.cancel()

        answers = await asyncio.gather(*waiting, return_exceptions=True)

        assert [isinstance(answer, asyncio.CancelledError) for answer in answers[:3]] == [True] * 3
        assert answers[3] == await worker.read(FACE)


async def test_closing_answers_those_who_wait():
    worker = InferenceWorker.start()  # still loading: nothing is taken from the queue yet
    waiting = [asyncio.create_task(worker.read(FACE)) for _ in range(5)]
    await asyncio.sleep(0)

    await worker.close()

    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(answer) for answer in answers] == [BusyError] * 5
    with pytest.raises(BusyError):
        await worker.read(FACE)


async def test_closing_ends_the_thread():
    before = active_count()

    async with InferenceWorker.start() as worker:
        await worker.read(FACE)
        assert active_count() > before

    # The loop keeps the one thread in which it waited for ours.
    assert active_count() <= before + 1


async def test_missing_model_is_told_at_the_start(tmp_path: Path):
    worker = InferenceWorker.start(tmp_path)

    with pytest.raises(ModelError, match=str(tmp_path)):
        await worker.ready()
    with pytest.raises(ModelError, match=str(tmp_path)):
        await worker.read(FACE)
    await worker.close()


async def test_whatever_keeps_it_from_loading_is_told_at_the_start():
    worker = InferenceWorker.start(cast("Path", None))

    async with asyncio.timeout(30):
        with pytest.raises(TypeError):
            await worker.ready()
    await worker.close()


class Watched(Media):
    """Media that a weak reference can watch; `Media` itself has no room for one."""

    __slots__ = ("__weakref__",)


@pytest.mark.parametrize("making", [InferenceWorker.read, InferenceWorker.draw])
@pytest.mark.parametrize("media", [FACE, NOBODY])
async def test_nothing_of_the_media_outlives_what_is_made_of_it(media: Media, making: Making):
    async with InferenceWorker.start() as worker:
        watched = Watched(media.kind, media.content)
        alive = weakref.ref(watched)
        answer = asyncio.gather(making(worker, watched), return_exceptions=True)
        del watched
        await answer
        gc.collect()

        assert alive() is None


def test_errors_forget_their_pixels():
    def fail() -> None:
        image = Image.of(np.zeros((4, 4, 3), np.uint8))
        raise NoFaceError(str(image.size))

    try:
        fail()
    except NoFaceError as caught:
        error = caught

    forget_locals(error)

    traceback = error.__traceback__
    assert traceback is not None
    assert traceback.tb_next is not None
    assert "image" not in traceback.tb_next.tb_frame.f_locals


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has a priority per thread")
def test_thread_of_a_bot_that_was_started_nice_is_nicer_still_without_any_right():
    script = """if True:
        import os
        from inference.worker import yield_to_others
        os.nice(12)
        if os.getuid() == 0:
            os.setuid(65534)
        yield_to_others()
        print(os.getpriority(os.PRIO_PROCESS, 0))
    """

    done = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )

    assert int(done.stdout or 0) > 12, done.stderr
