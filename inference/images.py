"""A picture as every later stage takes it, and the limits on its size.

Everything that can be refused is refused before a pixel is decoded.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from inference.errors import TooLargeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_BYTES = 20 * 1024 * 1024  # what the Bot API lets a bot download
MAX_PIXELS = 25_000_000  # phones send 12 or 24 million pixels
MAX_SIDE_RATIO = 20
# Detection loses nothing at this longest side, and a selfie's face is still larger than the crop.
ENOUGH_PX = 640


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


def check_bytes(content: bytes) -> None:
    """Refuse a file for its length alone.

    Raises:
        TooLargeError: More bytes than are read.
    """
    if len(content) > MAX_BYTES:
        raise TooLargeError(f"expected at most {MAX_BYTES} bytes, found {len(content)}")


def check_size(width: int, height: int, *, max_pixels: int = MAX_PIXELS) -> None:
    """Refuse a picture for its size alone.

    Raises:
        TooLargeError: Too many pixels, or one side many times the other.
    """
    if width * height > max_pixels:
        raise TooLargeError(f"expected at most {max_pixels} pixels, found {width} x {height}")
    if max(width, height) > MAX_SIDE_RATIO * min(width, height):
        raise TooLargeError(f"expected sides within 1:{MAX_SIDE_RATIO}, found {width} x {height}")
