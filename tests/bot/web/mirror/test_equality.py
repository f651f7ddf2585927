"""The same pixels get the same reading in a browser as from the bot itself."""

import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bot.web.mirror.files import runtime_files
from inference.emotions import EMOTIONS
from inference.errors import NoFaceError
from inference.media import Media
from inference.reader import Reader
from inference.reading import Reading
from tests.bot.web.mirror.cameras import jpegs, photographs, still, variants
from tests.bot.web.mirror.chromium import visit
from tests.bot.web.mirror.firefox import FIREFOX, start_firefox
from tests.chromium import CHROMIUM
from tests.conftest import Running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not runtime_files(), reason="the mirror's runtime is not here: make mirror"),
]
# Serving also tries the other ways up, which no mirror shows.
SIDEWAYS = "sideways_noexif"


def read_as_python(picture: Image.Image, reader: Reader) -> Reading | None:
    file = BytesIO()
    picture.save(file, "PNG")
    try:
        return reader.read(Media.of(file.getvalue()))
    except NoFaceError:
        return None


def reading_call(picture: Image.Image) -> str:
    """Return the JavaScript that reads a picture in the page's own worker."""
    rgba = base64.b64encode(np.asarray(picture.convert("RGBA")).tobytes()).decode()
    return f"""(async () => {{
      const data = Uint8Array.from(atob({json.dumps(rgba)}), (one) => one.charCodeAt(0));
      const picture = {{data, width: {picture.width}, height: {picture.height}}};
      return mirror.engine.read(picture);
    }})()"""


COMPLETE = """new Promise((done) => {
  if (mirror.engine.complete) done();
  else mirror.engine.addEventListener('complete', () => done());
})"""


def compare(read: dict[str, dict[str, Any] | None], pictures: dict[str, Image.Image]) -> list[str]:
    """Return in words where readings differ by more than they may."""
    reader = Reader()
    faults = []
    for name, picture in pictures.items():
        expected, found = read_as_python(picture, reader), read[name]
        if expected is None or found is None:
            faults += (
                [f"{name}: {expected and 'a face'} {found and 'a face'}"]
                if ((expected is None) != (found is None))
                else []
            )
            continue
        off = np.abs(np.array(found["scores"]) - expected.scores.probabilities).max()
        if EMOTIONS[int(np.argmax(found["scores"]))] is not expected.emotion:
            faults.append(f"{name}: another emotion")
        if off > 0.05:
            faults.append(f"{name}: scores {off:.3f} off")
        if found["faces"] != expected.faces or set(found["advice"]) != set(expected.advice):
            faults.append(f"{name}: {found['faces']} faces, {found['advice']}")
    reader.close()
    return faults


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here")
@pytest.mark.parametrize("build", ["default", "compat"])
async def test_chromium_reads_as_python_does(running: Running, build: str):
    pictures = {n: p for n, p in photographs().items() if n != SIDEWAYS}

    async with visit(f"{running.web}/mirror/?build={build}") as opened:
        await opened.until("window.mirror !== undefined")
        await opened.page.evaluate(COMPLETE)
        read = {n: await opened.page.evaluate(reading_call(p)) for n, p in pictures.items()}

    assert compare(read, pictures) == []


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here")
async def test_other_moments_of_the_same_pictures_are_read_alike(running: Running):
    pictures = {
        f"{name}, {how}": picture
        for name, shown in photographs().items()
        if name != SIDEWAYS
        for how, picture in variants(shown).items()
    }

    async with visit(f"{running.web}/mirror/") as opened:
        await opened.until("window.mirror !== undefined")
        await opened.page.evaluate(COMPLETE)
        read = {n: await opened.page.evaluate(reading_call(p)) for n, p in pictures.items()}

    faults = [fault for fault in compare(read, pictures) if "faces, [" not in fault]
    assert len(faults) <= 0.03 * len(pictures), faults


@pytest.mark.skipif(FIREFOX is None, reason="no Firefox is installed here")
async def test_firefox_reads_as_python_does(running: Running, tmp_path: Path):
    pictures = {n: p for n, p in photographs().items() if n != SIDEWAYS}

    async with start_firefox(tmp_path, jpegs(still(1))) as firefox:
        await firefox.open(f"{running.web}/mirror/")
        await firefox.until("window.mirror !== undefined")
        await firefox.evaluate(COMPLETE)
        read = {n: await firefox.evaluate(reading_call(p)) for n, p in pictures.items()}

    assert compare(read, pictures) == []
