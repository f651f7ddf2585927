"""What decoders of still pictures share: their errors, and how a picture gets small and flat."""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import numpy as np
from PIL import Image as Pillow

from inference.errors import TooLargeError, UnreadableError
from inference.images import ENOUGH_PX

# A picture that is decoded for a small face keeps at most so many; 12 million pixels are a photo
# of most phones, and Pillow takes four bytes for each.
FULL_PIXELS = 12_600_000
BAND_ROWS = 64  # of a picture that is flattened, so that no second copy of all of it is needed
# What decoders raise on damaged bytes, by reading Pillow's plugins and by feeding them noise.
DECODER_ERRORS = (
    ArithmeticError,
    AttributeError,
    AssertionError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)


@contextmanager
def opened(content: bytes, formats: tuple[str, ...]) -> Iterator[Pillow.Image]:
    """Give a Pillow image whose every failure is an `UnreadableError`.

    Raises:
        UnreadableError: Damaged bytes, or none of the formats.
        TooLargeError: Pillow's own guard against decompression bombs went off.
    """
    with decoding(), Pillow.open(BytesIO(content), formats=formats) as picture:
        yield picture


@contextmanager
def decoding() -> Iterator[None]:
    """Turn whatever a decoder of pictures raises into an `UnreadableError`.

    Raises:
        UnreadableError: The decoder raised.
        TooLargeError: Pillow's own guard against decompression bombs went off.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Pillow.DecompressionBombWarning)
        # Pillow's other remarks (odd EXIF, a palette's transparency) change nothing here.
        warnings.filterwarnings("ignore", category=UserWarning, module="PIL")
        try:
            yield
        except (Pillow.DecompressionBombWarning, Pillow.DecompressionBombError) as error:
            raise TooLargeError(str(error)) from None
        except DECODER_ERRORS as error:
            raise UnreadableError(f"expected a whole picture, found {error!r}") from None


def reduction_of(size: tuple[int, int], *, reduced: bool) -> int:
    """Return how many pixels of a picture become one, along each side."""
    if reduced:
        return max(1, max(size) // ENOUGH_PX)
    factor = 1
    while size[0] * size[1] > FULL_PIXELS * factor**2:
        factor += 1
    return factor


def flatten(picture: Pillow.Image, factor: int = 1) -> Pillow.Image:
    """Return the picture in 8-bit RGB, reduced; what is transparent becomes white.

    It is made band by band: a second copy of all of a large picture would double its memory.
    """
    picture.load()
    if picture.mode == "RGB" and not picture.has_transparency_data:
        return picture.reduce(factor) if factor > 1 else picture
    width, height = picture.size
    flat = Pillow.new("RGB", (-(-width // factor), -(-height // factor)))
    rows = max(1, BAND_ROWS // factor) * factor
    for top in range(0, height, rows):
        band = picture.crop((0, top, width, min(top + rows, height)))
        flat.paste(flatten_band(band).reduce(factor), (0, top // factor))
    return flat


def flatten_band(picture: Pillow.Image) -> Pillow.Image:
    """Return the picture in 8-bit RGB; what is transparent becomes white."""
    if picture.mode.startswith("I"):  # 16-bit gray, which `convert` would clip instead of scale
        gray = np.asarray(picture).astype(np.float32) / 257
        picture = Pillow.fromarray(np.clip(gray, 0, 255).astype(np.uint8))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Pillow.new("RGBA", picture.size, "white")
        picture = Pillow.alpha_composite(white, picture)
    return picture.convert("RGB")
