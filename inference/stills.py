"""From the bytes of a still picture to an upright image: JPEG, PNG, WebP, GIF, AVIF, HEIC."""

import numpy as np
from PIL import Image as Pillow

from inference.decoding import DECODER_ERRORS, flatten, opened, reduction_of
from inference.errors import UnreadableError, UnsupportedError
from inference.heic import MAX_ODD_PIXELS, decode_heic, decode_plain, is_heic
from inference.images import MAX_PIXELS, Image, check_bytes, check_size
from inference.jpeg import START, JpegBody, jpeg_body

# A JPEG is reduced while it is decoded, so that it may have the 50 million pixels of a phone's
# finest mode; all coefficients of a progressive one are in memory before the first pixel.
MAX_JPEG_PIXELS = 50_000_000
# Pillow's decoder of WebP holds four copies of the picture; FFmpeg's, for larger ones, one and a
# half.
WEBP_PIXELS = 4_000_000
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


def decode_photo(content: bytes, *, reduced: bool = False) -> Image:
    """Return the picture in a still file; of an animation, the first frame.

    Args:
        content: The file's bytes.
        reduced: A picture larger than `ENOUGH_PX` may come out smaller, at a multiple of that.
            JPEG does it while decoding, for a third of the time. Without it, only a picture of
            more than `FULL_PIXELS` is reduced.

    Raises:
        UnreadableError: Damaged bytes, or none of the formats.
        TooLargeError: Too many bytes or pixels, or one side many times the other.
    """
    check_bytes(content)
    if content[4:8] == b"ftyp":
        return decode_heif_file(content, reduced=reduced)
    if not content.startswith(START):
        return decode_with_pillow(content, reduced=reduced)
    body = jpeg_body(content)
    image = decode_with_pillow(body.content, reduced=reduced)
    if not body.ended:
        check_whole(body, image, reduced=reduced)
    return image


def decode_heif_file(content: bytes, *, reduced: bool) -> Image:
    """Return the main picture of a HEIC or AVIF file.

    Raises:
        UnreadableError: Damaged bytes.
        TooLargeError: Too many pixels, or one side many times the other.
    """
    try:
        return decode_plain(content, reduced=reduced)
    except UnsupportedError:
        decode = decode_heic if is_heic(content) else decode_with_pillow
        return decode(content, reduced=reduced)


def check_whole(body: JpegBody, image: Image, *, reduced: bool) -> None:
    """Refuse a JPEG without end mark whose pixels are not all there.

    Where data is missing, the decoder makes pixels of whatever comes instead.

    Raises:
        UnreadableError: More data would change the picture.
    """
    other = decode_with_pillow(body.with_more_data(), reduced=reduced)
    if not np.array_equal(image.pixels, other.pixels):
        raise UnreadableError("expected a whole JPEG, found one that breaks off")


def decode_with_pillow(content: bytes, *, reduced: bool) -> Image:
    """Return the picture of a file that Pillow opens.

    Raises:
        UnreadableError: Damaged bytes, or none of the formats.
        TooLargeError: Too many pixels, or one side many times the other.
    """
    with opened(content, ("JPEG", "PNG", "WEBP", "GIF", "AVIF")) as picture:
        stored = picture.size
        baseline = picture.format in {"JPEG", "MPO"} and not picture.info.get("progressive")
        other = MAX_ODD_PIXELS if picture.format == "AVIF" else MAX_PIXELS
        check_size(*stored, max_pixels=MAX_JPEG_PIXELS if baseline else other)
        factor = reduction_of(stored, reduced=reduced)
        if picture.format == "PNG":
            picture.load()  # else `getexif` does, and its caller takes damaged pixels for odd EXIF
        method = UPRIGHT.get(orientation(picture))
        if picture.format == "WEBP" and stored[0] * stored[1] > WEBP_PIXELS:
            from inference.tiles import decode_webp  # and FFmpeg, in 15 MB

            small = flatten(decode_webp(content, factor))
        else:
            picture.draft(None, (-(-stored[0] // factor), -(-stored[1] // factor)))
            left_over = min(factor * picture.width // stored[0], *picture.size)
            small = flatten(picture, left_over)
        upright = small if method is None else small.transpose(method)
        return Image(np.asarray(upright), stored[::-1] if method in SIDEWAYS else stored)


def orientation(picture: Pillow.Image) -> int:
    """Return the EXIF orientation, 1 (upright) where there is none or it is damaged."""
    try:
        value = picture.getexif().get(ORIENTATION_TAG, 1)
    except DECODER_ERRORS:
        return 1
    return value if isinstance(value, int) else 1
