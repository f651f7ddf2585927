import struct
from contextlib import suppress
from io import BytesIO
from typing import Any

import numpy as np
import pi_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageOps

from inference.errors import InferenceError, TooLargeError, UnreadableError, UnsupportedError
from inference.heif import heif_picture
from inference.images import Image
from inference.stills import decode_photo
from tests.drawing import as_file, draw_picture
from tests.heic import (
    ALPHA,
    FIRST_TILE,
    MAIN,
    coded,
    coloured,
    cropped,
    file_of,
    heic,
    mirrored,
    turned,
)

FACE = draw_picture(320, 240)
OPAQUE = Pillow.linear_gradient("L").resize(FACE.size)
HEIC, GRID = heic(draw_picture(64, 64)), heic(draw_picture(64, 64), grid=(2, 2))
AVIF = as_file(draw_picture(64, 64), "AVIF")
QUIET = "log-level=error:bframes=0"
FULL: dict[str, Any] = {"x265-params": f"{QUIET}:range=full"}
KINDS = {
    "plain": heic(FACE),
    "mirrored": heic(FACE, mirrored(1)),
    "upside down": heic(FACE, mirrored(0)),
    "turned, then mirrored": heic(FACE, turned(1), mirrored(1)),
    "mirrored, then turned": heic(FACE, mirrored(0), turned(3)),
    "grid": heic(FACE, grid=(3, 2)),
    "grid, turned": heic(FACE, turned(1), grid=(2, 2)),
    "grid that reaches beyond": heic(draw_picture(330, 250), grid=(4, 3)),
    "HDTV's matrix": heic(FACE, coloured(1, full=False)),
    "HDTV's matrix, in a grid": heic(FACE, coloured(1, full=False), grid=(2, 2)),
    "all levels": heic(FACE, coloured(6, full=True), **FULL),
    "all levels, as the data say": heic(FACE, **FULL),
    "all levels, in a grid": heic(FACE, grid=(2, 2), **FULL),
    "a matrix for libheif": heic(FACE, coloured(8, full=False)),
    "10 bits": heic(FACE, pix_fmt="yuv420p10le"),
    "10 bits, in a grid": heic(FACE, pix_fmt="yuv420p10le", grid=(2, 2)),
    "colours for each pixel": heic(FACE, pix_fmt="yuv444p"),
    "colours for each pixel, in a grid": heic(FACE, pix_fmt="yuv444p", grid=(2, 2)),
}


def away(image: Image, picture: Pillow.Image) -> float:
    """Return the mean difference, in levels; the sizes are equal."""
    expected = np.asarray(picture).astype(int)
    assert image.pixels.shape == expected.shape
    return float(np.abs(expected - image.pixels).mean())


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_heic_is_read(brand: bytes):
    image = decode_photo(heic(FACE, brand=brand))

    assert away(image, FACE) < 2


@pytest.mark.parametrize("kind", KINDS)
def test_heic_is_what_libheif_makes_of_it(kind: str):
    image = decode_photo(KINDS[kind])

    assert away(image, pi_heif.open_heif(KINDS[kind], convert_hdr_to_8bit=True).to_pillow()) < 1.5
    assert image.full_size == image.size


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_heic_is_turned_as_it_says(quarters: int):
    image = decode_photo(heic(FACE, turned(quarters)))

    assert away(image, FACE.rotate(90 * quarters, expand=True)) < 2


@pytest.mark.parametrize("grid", [(1, 1), (2, 2)])
@pytest.mark.parametrize("full", [True, False])
def test_gray_heic_is_read(grid: tuple[int, int], full: bool):
    levels = np.asarray(FACE.convert("L")).astype(float)
    shown = levels if full else np.clip((levels - 16) * 255 / 219, 0, 255)

    image = decode_photo(heic(FACE, coloured(6, full=full), pix_fmt="gray", grid=grid))

    assert away(image, Pillow.fromarray(shown.astype(np.uint8)).convert("RGB")) < 2


def test_main_picture_of_several_is_read():
    other, main = Pillow.new("RGB", (64, 64), "blue"), coloured(8, full=False)
    items = [coded(9, other), coded(MAIN, FACE, main)]

    image = decode_photo(file_of(b"heic", items, []))

    assert image.size == FACE.size


def test_opacity_of_each_part_by_itself_is_heeded():
    """As older encoders of AVIF write it; here libheif reads it, which ignores it."""
    content = heic(FACE, grid=(2, 2), opaque=OPAQUE)
    whole = struct.pack(">HHH", ALPHA, 1, MAIN)

    with pytest.raises(UnsupportedError, match="each part"):
        heif_picture(content.replace(whole, struct.pack(">HHH", ALPHA, 1, FIRST_TILE)))


@pytest.mark.parametrize("grid", [(1, 1), (2, 2)])
def test_transparent_heic_becomes_white(grid: tuple[int, int]):
    image = decode_photo(heic(FACE, grid=grid, opaque=OPAQUE))

    white = Pillow.new("RGB", FACE.size, "white")
    assert away(image, Pillow.composite(FACE, white, OPAQUE)) < 2.5


def test_part_of_a_heic_is_shown_as_it_says():
    image = decode_photo(heic(FACE, cropped(200, 100, -10, 20), turned(1)))

    expected = FACE.crop((50, 90, 250, 190)).rotate(90, expand=True)
    assert away(image, expected) < 2
    assert image.full_size == (100, 200)


@pytest.mark.parametrize("grid", [(1, 1), (3, 3)])
def test_large_heic_is_reduced(grid: tuple[int, int]):
    picture = draw_picture(2560, 1920)

    image = decode_photo(heic(picture, turned(1), grid=grid), reduced=True)

    assert away(image, picture.reduce(4).rotate(90, expand=True)) < 2
    assert image.full_size == (1920, 2560)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_avif_is_turned_and_mirrored_as_pillow_does(orientation: int):
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    content = as_file(FACE, "AVIF", exif=exif)

    image = decode_photo(content)

    assert away(image, ImageOps.exif_transpose(Pillow.open(BytesIO(content)))) < 1


@pytest.mark.parametrize(
    "options",
    [
        {"subsampling": "4:4:4"},
        {"subsampling": "4:2:2"},
        {"subsampling": "4:0:0"},
        {"range": "limited"},
        {"save_all": True, "append_images": [Pillow.new("RGB", FACE.size)]},
    ],
)
def test_avif_is_what_pillow_makes_of_it(options: dict[str, object]):
    content = as_file(FACE, "AVIF", **options)

    image = decode_photo(content)

    assert away(image, Pillow.open(BytesIO(content)).convert("RGB")) < 1


@pytest.mark.parametrize("premultiplied", [False, True])
def test_transparent_avif_becomes_white(premultiplied: bool):
    picture = FACE.convert("RGBA")
    picture.putalpha(OPAQUE)

    image = decode_photo(as_file(picture, "AVIF", alpha_premultiplied=premultiplied))

    white = Pillow.new("RGB", FACE.size, "white")
    assert away(image, Pillow.composite(FACE, white, OPAQUE)) < 2.5


def test_finest_heic_of_a_phone_is_read():
    content = heic(Pillow.new("RGB", (8064, 6048), "red"), preset="ultrafast")

    image = decode_photo(content, reduced=True)

    assert image.full_size == (8064, 6048)
    assert max(image.size) <= 1000


def test_other_kinds_of_heic_are_read_up_to_twelve_million_pixels():
    content = heic(Pillow.new("RGB", (4400, 3000), "red"), coloured(8, full=False))

    with pytest.raises(TooLargeError):
        decode_photo(content)


@pytest.mark.parametrize("said", [(8192, 6144), (42_000, 1_000)])
def test_too_large_a_heic_is_refused_by_its_header(said: tuple[int, int]):
    content = HEIC.replace(struct.pack(">II", 64, 64), struct.pack(">II", *said))

    with pytest.raises(TooLargeError):
        decode_photo(content)


@pytest.mark.parametrize("content", [HEIC, GRID, AVIF])
def test_what_a_phone_appends_does_not_matter(content: bytes):
    image = decode_photo(content + b"\xff\xff\0\x09SEFHSEFT" * 9)

    assert np.array_equal(image.pixels, decode_photo(content).pixels)


@pytest.mark.parametrize("content", [HEIC, GRID, AVIF])
def test_cut_file_is_refused(content: bytes):
    with pytest.raises(UnreadableError):
        decode_photo(content[:-20])


@given(
    st.sampled_from([HEIC, GRID, AVIF]),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=9),
    st.floats(0.3, 1),
)
def test_changed_bytes_give_a_picture_or_our_error(
    content: bytes, changes: list[tuple[float, int]], kept: float
):
    damaged = bytearray(content[: int(kept * len(content))])
    for place, byte in changes:
        damaged[int(place * len(damaged))] = byte

    with suppress(InferenceError):
        assert decode_photo(bytes(damaged), reduced=True).pixels.dtype == np.uint8
