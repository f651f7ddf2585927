"""What is measured with: a selfie and a clip like those of a phone, from a public photograph."""

from io import BytesIO

import numpy as np
from PIL import Image
from skimage import data

from tests.drawing import clip_of

SELFIE_SIZE, CLIP_SIDE, CLIP_SECONDS, CLIP_RATE = (1280, 960), 640, 15, 30


def scene(width: int, height: int, *, shift_px: int = 0) -> Image.Image:
    """Return NASA's portrait of Eileen Collins (public domain), filling a frame."""
    portrait = Image.fromarray(np.asarray(data.astronaut()))
    side = max(width, height)
    large = portrait.resize((side, side), Image.Resampling.LANCZOS)
    left, top = (side - width) // 2 + shift_px, 0
    return large.crop((left, top, left + width, top + height))


def selfie() -> bytes:
    """Return a JPEG of 1280x960 with the grain of a phone's camera."""
    pixels = np.asarray(scene(*SELFIE_SIZE), np.float64)
    grain = np.random.default_rng(1).normal(0, 4, pixels.shape)
    buffer = BytesIO()
    noisy = Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))
    noisy.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def clip() -> bytes:
    """Return 15 seconds of 640x640 at 30 frames per second, slowly moving."""
    n = CLIP_SECONDS * CLIP_RATE
    shifts = np.round(8 * np.sin(np.linspace(0, 12, n))).astype(int)
    frames = (scene(CLIP_SIDE, CLIP_SIDE, shift_px=int(shift)) for shift in shifts)
    return clip_of(frames, rate=CLIP_RATE)
