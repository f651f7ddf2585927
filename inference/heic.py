"""The picture in a HEIC or AVIF file, as its own transformations turn it."""

import numpy as np
import pi_heif
from PIL import Image as Pillow

from inference.decoding import decoding, flatten, reduction_of
from inference.heif import MAX_PLAIN_PIXELS, heif_picture
from inference.images import Image, check_size

# libheif and libavif hold eight and more bytes for each pixel, FFmpeg one and a half.
MAX_ODD_PIXELS = 12_600_000
# Bytes 8 to 12 of a file of ISO/IEC 23008-12, its major brand: HEVC pictures, and either codec.
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
EITHER_BRANDS = {b"mif1", b"msf1", b"miaf"}


def is_heic(content: bytes) -> bool:
    """Return whether the bytes begin like a picture in HEVC, an iPhone's default."""
    brand, others = content[8:12], content[16 : int.from_bytes(content[:4])]
    return content[4:8] == b"ftyp" and (
        brand in HEIC_BRANDS or (brand in EITHER_BRANDS and b"avif" not in others[:64])
    )


def decode_plain(content: bytes, *, reduced: bool) -> Image:
    """Return the main picture of a HEIC or AVIF file of the plain kind, which nearly all are.

    Raises:
        UnsupportedError: It is made in another way, or the file is damaged.
        UnreadableError: The picture in it is damaged.
        TooLargeError: Too many pixels, or one side many times the other.
    """
    picture = heif_picture(content)
    width, height = picture.coded.size
    check_size(width, height, max_pixels=MAX_PLAIN_PIXELS)
    factor = reduction_of((width, height), reduced=reduced)
    from inference.tiles import decode_heif  # and FFmpeg, in 15 MB: not before there is such a file

    with decoding():
        upright = flatten(decode_heif(picture, factor))
    left, top, right, bottom = picture.shown
    width, height = right - left, bottom - top
    sideways = sum(number for kind, number in picture.turns if kind == b"irot") % 2
    return Image(np.array(upright), (height, width) if sideways else (width, height))


def decode_heic(content: bytes, *, reduced: bool) -> Image:
    """Return the main picture of a HEIC file of any kind.

    Raises:
        UnreadableError: Damaged bytes.
        TooLargeError: Too many pixels, or one side many times the other.
    """
    with decoding():
        file = pi_heif.open_heif(content, convert_hdr_to_8bit=True, bgr_mode=False)
        picture = file[file.primary_index]
        width, height = picture.size
        check_size(width, height, max_pixels=MAX_ODD_PIXELS)
        factor = min(reduction_of((width, height), reduced=reduced), width, height)
        across, down = width // factor, height // factor
        pixels = np.asarray(picture)[: down * factor, : across * factor]
        blocks = pixels.reshape(down, factor, across, factor, *pixels.shape[2:])
        small = np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)
        return Image(np.array(flatten(Pillow.fromarray(small))), (width, height))
