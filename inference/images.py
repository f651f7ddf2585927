"""Pictures: the one value that every later stage takes, and the way from file bytes to it.

Everything that can be refused is refused before a pixel is decoded.
"""

import struct
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pillow

from inference.errors import TooLargeError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

MAX_BYTES = 20 * 1024 * 1024  # what the Bot API lets a bot download
# Phones send 12 million pixels; a 4 kB PNG of 36 million took 143 MB and 295 ms to decode.
MAX_PIXELS = 25_000_000
MAX_SIDE_RATIO = 20
# Detection loses nothing at this longest side, and a selfie's face is still larger than the crop.
ENOUGH_PX = 640
# A progressive JPEG has some ten scans; every further one makes the decoder walk the whole picture
# again, so that 20 MB of scans would keep it busy for many minutes.
MAX_SCANS = 100
# What Pillow's plugins raise on damaged bytes, by reading their code and by feeding them noise.
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
ORIENTATION_TAG = 0x0112
# EXIF 2.32, section 4.6.4: how a stored picture is turned or mirrored to stand upright.
UPRIGHT = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_270,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_90,
}
SIDEWAYS = {UPRIGHT[tag] for tag in (5, 6, 7, 8)}  # width and height change places


@dataclass(frozen=True, slots=True)
class Image:
    """An upright picture, perhaps smaller than the file's.

    Attributes:
        pixels: (height, width, 3), uint8, sRGB, contiguous; made read-only.
        full_size: Width and height of the upright picture in the file.

    Raises:
        ValueError: `pixels` has another shape or type, or no pixel at all.
    """

    pixels: "NDArray[np.uint8]" = field(repr=False)
    full_size: tuple[int, int]

    def __post_init__(self) -> None:
        """Refuse what is no picture; make the pixels read-only."""
        pixels = self.pixels
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or not pixels.size:
            raise ValueError(f"expected (h, w, 3) uint8, found {pixels.shape} {pixels.dtype}")
        pixels.setflags(write=False)

    @classmethod
    def of(cls, pixels: "NDArray[np.uint8]") -> "Image":
        """Return an image at its full size."""
        return cls(pixels, (pixels.shape[1], pixels.shape[0]))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of `pixels`."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @property
    def reduction(self) -> float:
        """How many pixels of the file's picture lie along one of these."""
        return max(self.full_size) / max(self.size)


def check_size(width: int, height: int, *, max_side: int | None = None) -> None:
    """Refuse a picture for its size alone.

    Raises:
        TooLargeError: Too many pixels, or one side many times the other.
    """
    if width * height > MAX_PIXELS or (max_side and max(width, height) > max_side):
        raise TooLargeError(f"expected at most {MAX_PIXELS} pixels, found {width} x {height}")
    if max(width, height) > MAX_SIDE_RATIO * min(width, height):
        raise TooLargeError(f"expected sides within 1:{MAX_SIDE_RATIO}, found {width} x {height}")


@contextmanager
def opened(content: bytes, formats: tuple[str, ...]) -> "Iterator[Pillow.Image]":
    """Give a Pillow image whose every failure is an `UnreadableError`.

    Raises:
        UnreadableError: Damaged bytes, or none of the formats.
        TooLargeError: Pillow's own guard against decompression bombs went off.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Pillow.DecompressionBombWarning)
        # Pillow's other remarks (odd EXIF, a palette's transparency) change nothing here.
        warnings.filterwarnings("ignore", category=UserWarning, module="PIL")
        try:
            with Pillow.open(BytesIO(content), formats=formats) as picture:
                yield picture
        except (Pillow.DecompressionBombWarning, Pillow.DecompressionBombError) as error:
            raise TooLargeError(str(error)) from None
        except DECODER_ERRORS as error:
            raise UnreadableError(f"expected a whole picture, found {error!r}") from None


def decode_photo(content: bytes, *, reduced: bool = False) -> Image:
    """Return the picture in a JPEG, PNG, WebP or GIF file; of an animation, the first frame.

    Args:
        content: The file's bytes.
        reduced: A picture larger than `ENOUGH_PX` may come out smaller, at a multiple of that.
            JPEG does it while decoding, for a third of the time.

    Raises:
        UnreadableError: Damaged bytes, or none of the formats.
        TooLargeError: Too many bytes or pixels, or one side many times the other.
    """
    if len(content) > MAX_BYTES:
        raise TooLargeError(f"expected at most {MAX_BYTES} bytes, found {len(content)}")
    if content.count(b"\xff\xda") > MAX_SCANS and content.startswith(b"\xff\xd8"):
        raise UnreadableError(f"expected at most {MAX_SCANS} scans in a JPEG")
    with opened(content, ("JPEG", "PNG", "WEBP", "GIF")) as picture:
        stored = picture.size
        check_size(*stored)
        factor = max(1, max(stored) // ENOUGH_PX) if reduced else 1
        picture.draft(None, (-(-stored[0] // factor), -(-stored[1] // factor)))
        method = UPRIGHT.get(orientation(picture))
        flat = flatten(picture)
        left_over = min(factor * flat.width // stored[0], *flat.size)
        small = flat.reduce(left_over) if left_over > 1 else flat
        upright = small if method is None else small.transpose(method)
        return Image(np.array(upright), stored[::-1] if method in SIDEWAYS else stored)


def orientation(picture: Pillow.Image) -> int:
    """Return the EXIF orientation, 1 (upright) where there is none or it is damaged."""
    try:
        value = picture.getexif().get(ORIENTATION_TAG, 1)
    except DECODER_ERRORS:
        return 1
    return value if isinstance(value, int) else 1


def flatten(picture: Pillow.Image) -> Pillow.Image:
    """Return the picture in 8-bit RGB; what is transparent becomes white."""
    if picture.mode.startswith("I"):  # 16-bit gray, which `convert` would clip instead of scale
        gray = np.asarray(picture).astype(np.float32) / 257
        picture = Pillow.fromarray(np.clip(gray, 0, 255).astype(np.uint8))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Pillow.new("RGBA", picture.size, "white")
        picture = Pillow.alpha_composite(white, picture)
    return picture.convert("RGB")
