"""From the bytes of a still picture to an upright image: JPEG, PNG, WebP, GIF, AVIF, HEIC."""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import cv2
import numpy as np
import pi_heif
from PIL import Image as Pillow

from inference.errors import TooLargeError, UnreadableError
from inference.images import ENOUGH_PX, MAX_PIXELS, Image, check_bytes, check_size
from inference.jpeg import START, JpegBody, jpeg_body

# A JPEG is reduced while it is decoded, so that it may have the 50 million pixels of a phone's
# finest mode; all coefficients of a progressive one are in memory before the first pixel.
MAX_JPEG_PIXELS = 50_000_000
# A picture that is decoded for a small face keeps at most so many; 12 million pixels are a photo
# of most phones, and Pillow takes four bytes for each.
FULL_PIXELS = 12_600_000
# Pillow's decoder of WebP holds four copies of the picture: 390 MB at 25 million pixels, where
# FFmpeg's takes 100.
WEBP_PIXELS = 4_000_000
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
# Bytes 8 to 12 of a file of ISO/IEC 23008-12, its major brand: HEVC pictures, and either codec.
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
EITHER_BRANDS = {b"mif1", b"msf1", b"miaf"}


def is_heic(content: bytes) -> bool:
    """Return whether the bytes begin like a picture in HEVC, an iPhone's default."""
    brand, others = content[8:12], content[16 : int.from_bytes(content[:4])]
    return content[4:8] == b"ftyp" and (
        brand in HEIC_BRANDS or (brand in EITHER_BRANDS and b"avif" not in others[:64])
    )


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
    if is_heic(content):
        return decode_heic(content, reduced=reduced)
    if not content.startswith(START):
        return decode_with_pillow(content, reduced=reduced)
    body = jpeg_body(content)
    image = decode_with_pillow(body.content, reduced=reduced)
    if not body.ended:
        check_whole(body, image, reduced=reduced)
    return image


def check_whole(body: JpegBody, image: Image, *, reduced: bool) -> None:
    """Refuse a JPEG without end mark whose pixels are not all there.

    Where data is missing, the decoder makes pixels of whatever comes instead.

    Raises:
        UnreadableError: More data would change the picture.
    """
    other = decode_with_pillow(body.with_more_data(), reduced=reduced)
    if not np.array_equal(image.pixels, other.pixels):
        raise UnreadableError("expected a whole JPEG, found one that breaks off")


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


def decode_with_pillow(content: bytes, *, reduced: bool) -> Image:
    """Return the picture of a file that Pillow opens.

    Raises:
        UnreadableError: Damaged bytes, or none of the formats.
        TooLargeError: Too many pixels, or one side many times the other.
    """
    with opened(content, ("JPEG", "PNG", "WEBP", "GIF", "AVIF")) as picture:
        stored = picture.size
        baseline = picture.format in {"JPEG", "MPO"} and not picture.info.get("progressive")
        check_size(*stored, max_pixels=MAX_JPEG_PIXELS if baseline else MAX_PIXELS)
        factor = reduction_of(stored, reduced=reduced)
        if picture.format == "PNG":
            picture.load()  # else `getexif` does, and its caller takes damaged pixels for odd EXIF
        method = UPRIGHT.get(orientation(picture))
        if picture.format == "WEBP" and stored[0] * stored[1] > WEBP_PIXELS:
            small = flatten(decode_webp(content, factor))
        else:
            picture.draft(None, (-(-stored[0] // factor), -(-stored[1] // factor)))
            left_over = min(factor * picture.width // stored[0], *picture.size)
            small = flatten(picture, left_over)
        upright = small if method is None else small.transpose(method)
        return Image(np.array(upright), stored[::-1] if method in SIDEWAYS else stored)


def reduction_of(size: tuple[int, int], *, reduced: bool) -> int:
    """Return how many pixels of a picture become one, along each side."""
    if reduced:
        return max(1, max(size) // ENOUGH_PX)
    factor = 1
    while size[0] * size[1] > FULL_PIXELS * factor**2:
        factor += 1
    return factor


def decode_webp(content: bytes, factor: int) -> Pillow.Image:
    """Return a WebP picture, reduced, with little memory: in RGBA.

    Raises:
        OSError: Damaged bytes.
    """
    import av  # 15 MB, which a bot does without until it is sent a large WebP or a clip

    try:
        with av.open(BytesIO(content), format="webp_pipe", metadata_errors="ignore") as container:
            assert isinstance(container, av.container.InputContainer)  # PyAV's types leave it open
            container.streams.video[0].codec_context.thread_count = 1
            for frame in container.decode(video=0):
                size = max(1, frame.width // factor), max(1, frame.height // factor)
                small = frame.reformat(*size, format="rgba", interpolation="AREA")
                return Pillow.fromarray(small.to_ndarray())
    except av.FFmpegError as error:
        raise OSError(error.errno, error.strerror) from error
    raise EOFError("no picture")


def decode_heic(content: bytes, *, reduced: bool) -> Image:
    """Return the main picture of a HEIC file, as its own transformations turn it.

    Raises:
        UnreadableError: Damaged bytes.
        TooLargeError: Too many pixels, or one side many times the other.
    """
    with decoding():
        picture = pi_heif.open_heif(content, convert_hdr_to_8bit=True, bgr_mode=False)[0]
        check_size(*picture.size)
        size = picture.size
        factor = reduction_of(size, reduced=reduced)
        small = max(1, size[0] // factor), max(1, size[1] // factor)
        pixels = np.asarray(picture)
        if factor > 1:
            pixels = cv2.resize(pixels, small, interpolation=cv2.INTER_AREA).astype(np.uint8)
        return Image(np.array(flatten(Pillow.fromarray(pixels))), size)


def orientation(picture: Pillow.Image) -> int:
    """Return the EXIF orientation, 1 (upright) where there is none or it is damaged."""
    try:
        value = picture.getexif().get(ORIENTATION_TAG, 1)
    except DECODER_ERRORS:
        return 1
    return value if isinstance(value, int) else 1


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
