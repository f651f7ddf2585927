"""The frames of an animated GIF, PNG or WebP, decoded by Pillow.

FFmpeg reads no animated WebP, and of a GIF without delays the first frame only.
"""

from time import thread_time

import numpy as np
from PIL import Image as Pillow

from inference.decoding import flatten, opened
from inference.errors import TooLongError, UnreadableError
from inference.images import ENOUGH_PX, Image, check_bytes, check_size
from inference.media import MAX_SECONDS, Frame
from inference.sampling import FRAMES

MAX_ANIMATION_PIXELS = 4_200_000  # per frame; Pillow's decoder of WebP holds four copies
BUDGET_S = 2.0  # CPU seconds: every frame needs the one before it
# Browsers show a frame with a delay up to this for a tenth of a second.
NO_DELAY_MS, ORDINARY_DELAY_MS = 10, 100


def decode_animation(content: bytes) -> list[Frame]:
    """Return up to `FRAMES` pictures spread evenly over an animation.

    How many frames there are is known at the end only. So every one is kept at first; whenever
    twice the number is there, every other one goes, and from then on every second one is kept.
    An animation that is damaged further on gives what came before.

    Raises:
        UnreadableError: No frame can be decoded.
        TooLargeError: Too many bytes, or too many pixels in a frame.
        TooLongError: It lasts longer than `MAX_SECONDS`.
    """
    check_bytes(content)
    kept: list[Frame] = []
    step, second, begun = 1, 0.0, thread_time()
    with opened(content, ("GIF", "PNG", "WEBP")) as picture:
        check_size(*picture.size, max_pixels=MAX_ANIMATION_PIXELS)
        number = 0
        while thread_time() - begun < BUDGET_S:
            try:
                picture.seek(number)
                picture.load()
            except (EOFError, OSError, SyntaxError, ValueError):
                if not kept:
                    raise
                break
            if number % step == 0:
                kept.append(Frame(second, to_image(picture)))
            if len(kept) == 2 * FRAMES:
                kept, step = kept[::2], 2 * step
            second += delay_s(picture)
            if second > MAX_SECONDS and number:
                raise TooLongError(f"expected at most {MAX_SECONDS} s, found {second:.0f}")
            number += 1
    if not kept:
        raise UnreadableError("expected an animation, found no frame in it")
    return kept[:: -(-len(kept) // FRAMES)]


def delay_s(picture: Pillow.Image) -> float:
    """Return how long the present frame is shown, in seconds."""
    delay_ms = float(picture.info.get("duration", 0) or 0)
    return (delay_ms if delay_ms > NO_DELAY_MS else ORDINARY_DELAY_MS) / 1000


def to_image(picture: Pillow.Image) -> Image:
    """Return the present frame as an image, reduced to what detection needs."""
    factor = min(max(1, max(picture.size) // ENOUGH_PX), *picture.size)
    return Image(np.array(flatten(picture, factor)), picture.size)
