"""What the fake cameras show: a packaged photograph that moves a little, a drawn face, darkness."""

import math
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFilter, ImageOps
from skimage import data

from tests.drawing import draw_picture

WIDTH, HEIGHT = 640, 480
SHARED = Path(__file__).parents[5] / "shared" / "photos"


def astronaut(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Return a photograph in the public domain: a smiling face at a webcam's distance."""
    whole = Image.fromarray(data.astronaut()).crop((24, 0, 424, 300))
    return whole.resize((width, height))


def drawn() -> Image.Image:
    """Return a face that nobody has."""
    return draw_picture(WIDTH, HEIGHT, face=0.5)


def still(n: int = 30) -> list[Image.Image]:
    """Return frames of a face that keeps still."""
    return [astronaut()] * n


def moving(n: int = 90) -> list[Image.Image]:
    """Return frames of a face that sways, and begins anew where it began."""
    around = [2 * math.pi * number / n for number in range(n)]
    return [
        astronaut().rotate(
            3 * math.sin(turn),
            center=(WIDTH / 2, HEIGHT / 2),
            translate=(round(14 * math.sin(2 * turn)), round(6 * math.cos(turn))),
            resample=Image.Resampling.BICUBIC,
        )
        for turn in around
    ]


def black() -> list[Image.Image]:
    """Return what a covered lens shows."""
    return [Image.new("RGB", (WIDTH, HEIGHT))] * 3


def jpegs(frames: Sequence[Image.Image], quality: int = 90) -> list[bytes]:
    """Return each frame as the bytes of a JPEG."""
    found = []
    for frame in frames:
        file = BytesIO()
        frame.save(file, "JPEG", quality=quality)
        found.append(file.getvalue())
    return found


def as_clip(frames: Sequence[Image.Image], path: Path) -> Path:
    """Write frames as a clip that Chromium's fake camera shows, at 30 a second, for ever."""
    path.write_bytes(b"".join(jpegs(frames)))
    return path


def photographs() -> dict[str, Image.Image]:
    """Return the faces to compare readings on: two of everybody's, and those beside the project."""
    found = {"astronaut": astronaut(), "drawn": drawn()}
    for path in sorted(SHARED.glob("*.jpg")):
        try:
            with Image.open(path) as file:
                picture = ImageOps.exif_transpose(file).convert("RGB")
        except OSError:  # one is damaged on purpose, one is no picture
            continue
        picture.thumbnail((WIDTH, WIDTH))
        found[path.stem] = picture
    return found


def variants(picture: Image.Image) -> dict[str, Image.Image]:
    """Return a picture as other cameras and moments would show it."""
    width, height = picture.size
    close = (width // 6, height // 8, width - width // 6, height - height // 8)
    return {
        "mirrored": ImageOps.mirror(picture),
        "dim": picture.point(lambda level: level // 2),
        "bright": picture.point(lambda level: min(level * 3 // 2, 255)),
        "leaning": picture.rotate(11, resample=Image.Resampling.BICUBIC),
        "close": picture.crop(close).resize(picture.size, Image.Resampling.BICUBIC),
        "small": picture.resize((width * 2 // 5, height * 2 // 5), Image.Resampling.LANCZOS),
        "soft": picture.filter(ImageFilter.GaussianBlur(1.2)),
    }
