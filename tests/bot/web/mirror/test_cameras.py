"""Cameras and browsers as they are: turned, large, slow, without what newer ones have."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from bot.web.mirror.files import runtime_files
from tests.bot.web.mirror.cameras import as_clip, astronaut
from tests.bot.web.mirror.chromium import PATIENCE_MS, visit
from tests.chromium import NEEDS_CHROMIUM
from tests.conftest import Running

expect.set_options(timeout=PATIENCE_MS)
pytestmark = [
    *NEEDS_CHROMIUM,
    pytest.mark.slow,
    pytest.mark.skipif(not runtime_files(), reason="the mirror's runtime is not here: make mirror"),
]
# A camera program of its own, as people use for effects: 15 frames a second from a canvas, which
# can be turned as a phone is.
VIRTUAL = """{
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wishes) => {
    const video = document.createElement('video');
    video.srcObject = await open(wishes);
    await video.play();
    const canvas = document.createElement('canvas'), context = canvas.getContext('2d');
    window.turn = (width, height) => Object.assign(canvas, {width, height});
    turn(640, 480);
    setInterval(() => context.drawImage(video, 0, 0, canvas.width, canvas.height), 66);
    return canvas.captureStream(15);
  };
}"""
# A browser that gives the camera's own size, whatever is asked for.
NATIVE = """{
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = () => open({video: {resizeMode: {exact: 'none'}}});
};"""
NO_FRAME = "delete window.VideoFrame;"
NO_CALLBACK = "delete HTMLVideoElement.prototype.requestVideoFrameCallback;"
NO_CANVAS = "delete window.OffscreenCanvas;"


def framed(width: int, height: int) -> Image.Image:
    """Return a face in the middle of a picture of this size."""
    side = min(width, height)
    picture = Image.new("RGB", (width, height), (110, 120, 130))
    face = astronaut(side * 4 // 3, side).crop((side // 6, 0, side // 6 + side, side))
    picture.paste(face, ((width - side) // 2, (height - side) // 2))
    return picture


@pytest.fixture
def clip(tmp_path: Path) -> Callable[[Image.Image], Path]:
    return lambda picture: as_clip([picture] * 3, tmp_path / "camera.mjpeg")


@pytest.mark.parametrize(
    ("size", "init"),
    [
        ((480, 640), ""),
        ((1280, 720), ""),
        ((3840, 2160), NATIVE),
        ((640, 480), VIRTUAL),
        ((640, 480), NO_FRAME),
        ((640, 480), NO_FRAME + NO_CALLBACK),
        ((640, 480), NO_FRAME + NO_CANVAS + NO_CALLBACK),
        ((3840, 2160), NATIVE + NO_FRAME),
        ((3840, 2160), NATIVE + NO_FRAME + NO_CANVAS),
    ],
    ids=[
        "portrait",
        "wide",
        "4k",
        "virtual",
        "no VideoFrame",
        "no frame callback",
        "no OffscreenCanvas",
        "4k without VideoFrame",
        "4k without OffscreenCanvas",
    ],
)
async def test_face_is_read_and_found_in_its_place(running: Running, clip, size, init):
    async with visit(f"{running.web}/mirror/", clip=clip(framed(*size)), init=init) as opened:
        await opened.begin()
        await opened.page.click("#show-mesh")
        await opened.until(
            "(window.found = mirror.live.drawing.seen) && found.points && found.box"
            " && mirror.engine.complete"
        )
        seen = await opened.page.evaluate("found")

        width, height = seen["width"], seen["height"]
        assert width / height == pytest.approx(size[0] / size[1], rel=0.01)
        assert max(width, height) <= 1280
        left, top, right, bottom = seen["box"]
        assert abs((left + right) / 2 - width / 2) < 0.15 * width
        assert 0 < top < bottom < height
        await expect(opened.page.locator(".mood")).to_have_text("happy")
        assert opened.faults == []


async def test_phone_may_be_turned(running: Running, clip):
    shown = clip(framed(640, 480))
    async with visit(f"{running.web}/mirror/", clip=shown, init=VIRTUAL) as opened:
        await opened.begin()
        await opened.page.evaluate("turn(480, 640)")

        await opened.until("mirror.live.drawing.seen.height === 640")
        before = await opened.figure("figures.readings.length")
        await opened.until(f"mirror.live.figures.readings.length > {before} + 2")

        assert opened.faults == []


async def test_camera_that_goes_away_is_explained(running: Running, clip):
    async with visit(f"{running.web}/mirror/", clip=clip(framed(640, 480))) as opened:
        await opened.begin()

        await opened.page.evaluate(
            "document.querySelector('video').srcObject.getVideoTracks()[0]"
            ".dispatchEvent(new Event('ended'))"
        )

        await expect(opened.page.locator(".trouble h2")).to_contain_text("does not answer")
        assert opened.faults == []


async def test_mirror_can_begin_before_it_is_loaded(running: Running, clip):
    async with visit("about:blank", clip=clip(framed(640, 480))) as opened:

        async def late(route):
            await opened.page.wait_for_timeout(3000)
            await route.continue_()

        await opened.page.route("**/*.tflite", late)
        await opened.page.goto(f"{running.web}/mirror/")
        await opened.begin()

        assert await opened.figure("figures.frames.length") > 0
        assert opened.faults == []
