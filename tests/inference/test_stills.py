from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from inference.errors import InferenceError, TooLargeError, UnreadableError
from inference.stills import decode_photo
from tests.drawing import as_file, draw_face, draw_picture

ORIENTATION = 0x0112
# How a picture is stored so that a viewer who heeds this orientation sees it upright.
STORED = {
    1: None,
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_90,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_270,
}


def corners() -> Pillow.Image:
    """Return a 32x16 picture whose quarters are red, green / blue, white."""
    picture = Pillow.new("RGB", (32, 16), "white")
    for box, colour in (
        ((0, 0, 16, 8), "red"),
        ((16, 0, 32, 8), "lime"),
        ((0, 8, 16, 16), "blue"),
    ):
        picture.paste(colour, box)
    return picture


def png(picture: Pillow.Image) -> bytes:
    return as_file(picture, "PNG")


@pytest.mark.parametrize("orientation", STORED)
def test_exif_orientation_is_applied(orientation: int):
    method = STORED[orientation]
    stored = corners() if method is None else corners().transpose(method)
    exif = Pillow.Exif()
    exif[ORIENTATION] = orientation

    image = decode_photo(as_file(stored, "PNG", exif=exif))

    assert np.array_equal(image.pixels, np.asarray(corners()))
    assert image.full_size == (32, 16)


def test_damaged_exif_counts_as_upright():
    content = as_file(corners(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff\xff\xff", quality=95)

    image = decode_photo(content)

    assert image.size == (32, 16)


def test_transparency_becomes_white():
    picture = Pillow.new("RGBA", (4, 4), (255, 0, 0, 0))

    image = decode_photo(png(picture))

    assert (image.pixels == 255).all()


def test_transparent_palette_colour_becomes_white():
    picture = Pillow.new("P", (4, 4), 1)
    picture.putpalette([0, 0, 0, 10, 20, 30])

    image = decode_photo(as_file(picture, "PNG", transparency=1))

    assert (image.pixels == 255).all()


def test_sixteen_bit_gray_is_scaled():
    levels = np.array([[0, 257 * 100, 65535]], dtype=np.uint16)

    image = decode_photo(png(Pillow.fromarray(levels)))

    assert image.pixels[0, :, 0].tolist() == [0, 100, 255]


def test_cmyk_keeps_its_colours():
    content = as_file(Pillow.new("RGB", (16, 16), "red").convert("CMYK"), "JPEG", quality=95)

    red, green, blue = decode_photo(content).pixels[8, 8]

    assert red > 240
    assert max(green, blue) < 20


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_first_frame_of_an_animation_is_read(kind: str):
    first, second = (Pillow.new("RGB", (16, 16), colour) for colour in ("red", "blue"))
    content = as_file(first, kind, save_all=True, append_images=[second])

    red, _, blue = decode_photo(content).pixels[8, 8]

    assert red > 200
    assert blue < 60


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_reduced_picture_is_a_smaller_view_of_the_same(kind: str):
    content = as_file(draw_picture(2000, 1500), kind)

    small, full = decode_photo(content, reduced=True), decode_photo(content)

    assert small.size in {(667, 500), (666, 500), (1000, 750)}
    assert small.full_size == full.size == (2000, 1500)
    shrunk = Pillow.fromarray(full.pixels).resize(small.size, Pillow.Resampling.BOX)
    difference = np.abs(np.asarray(shrunk).astype(int) - small.pixels).mean()
    assert difference < 2


def test_pixels_are_read_only():
    image = decode_photo(draw_face(64, 64))

    with pytest.raises(ValueError, match="read-only"):
        image.pixels[0, 0] = 0


@pytest.mark.parametrize("progressive", [False, True])
def test_jpeg_without_its_end_mark_is_read(progressive: bool):
    content = as_file(draw_picture(320, 240), "JPEG", progressive=progressive)

    image = decode_photo(content[:-2])

    assert np.array_equal(image.pixels, decode_photo(content).pixels)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("missing", [40, 400, 4000])
def test_jpeg_that_breaks_off_is_refused(progressive: bool, missing: int):
    content = as_file(draw_picture(640, 480), "JPEG", progressive=progressive, quality=95)

    with pytest.raises(UnreadableError):
        decode_photo(content[:-missing], reduced=True)


def test_what_a_phone_appends_to_a_photo_does_not_matter():
    content = as_file(draw_picture(320, 240), "JPEG")

    image = decode_photo(content + b"\0\0\0\x18ftypmp42" + b"\xff\xda" * 200)

    assert np.array_equal(image.pixels, decode_photo(content).pixels)


def test_photo_of_several_pictures_gives_the_first():
    """MPO, as stereo cameras and panoramas write it."""
    first, second = (Pillow.new("RGB", (64, 48), colour) for colour in ("red", "blue"))

    image = decode_photo(as_file(first, "MPO", save_all=True, append_images=[second]))

    assert image.pixels[24, 32, 0] > 200


def test_thumbnail_inside_a_photo_does_not_end_it():
    exif = Pillow.Exif()
    exif[0x9286] = as_file(draw_picture(32, 24), "JPEG")  # any bytes, an end mark among them

    image = decode_photo(as_file(draw_picture(320, 240), "JPEG", exif=exif.tobytes()))

    assert image.size == (320, 240)


def test_finest_jpeg_of_a_phone_is_read():
    content = as_file(Pillow.new("RGB", (8000, 6000), "red"), "JPEG")

    small, full = decode_photo(content, reduced=True), decode_photo(content)

    assert small.full_size == full.full_size == (8000, 6000)
    assert max(small.size) <= 1000
    assert full.size == (4000, 3000)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGBA", "RGB"])
def test_large_picture_is_reduced_to_the_same_view(kind: str, mode: str):
    picture = draw_picture(2400, 1800).convert(mode)
    if mode == "RGBA":
        picture.putalpha(Pillow.linear_gradient("L").resize(picture.size))
    lossless = {"lossless": True, "exact": True} if kind == "WEBP" else {}

    image = decode_photo(as_file(picture, kind, **lossless), reduced=True)

    white = Pillow.new("RGBA", picture.size, "white")
    flat = Pillow.alpha_composite(white, picture.convert("RGBA")).convert("RGB")
    expected = flat.resize(image.size, Pillow.Resampling.BOX)
    assert np.abs(np.asarray(expected).astype(int) - image.pixels).mean() < 2


def test_avif_is_read():
    image = decode_photo(as_file(corners(), "AVIF", quality=100))

    assert image.pixels[2, 2].tolist() == pytest.approx([255, 0, 0], abs=12)


def test_too_many_pixels_are_refused():
    with pytest.raises(TooLargeError):
        decode_photo(png(Pillow.new("1", (6000, 6000))))


def test_bomb_is_refused_by_its_header():
    with pytest.raises(TooLargeError):
        decode_photo(png(Pillow.new("1", (20000, 20000))))


def test_long_strip_is_refused():
    with pytest.raises(TooLargeError):
        decode_photo(png(Pillow.new("L", (2100, 100))))


def test_too_many_bytes_are_refused():
    with pytest.raises(TooLargeError):
        decode_photo(draw_face() + bytes(20 * 1024 * 1024))


def test_jpeg_of_endless_scans_is_refused():
    content = as_file(draw_picture(64, 64), "JPEG", progressive=True)
    scan = content[content.rindex(b"\xff\xda") : -2]

    with pytest.raises(UnreadableError, match="scans"):
        decode_photo(content[:-2] + scan * 200 + content[-2:])


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "PPM"])
def test_formats_off_the_list_are_not_opened(kind: str):
    with pytest.raises(UnreadableError):
        decode_photo(as_file(corners(), kind))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_cut_picture_is_refused(kind: str):
    content = as_file(draw_picture(320, 240), kind)

    with pytest.raises(UnreadableError):
        decode_photo(content[: len(content) // 2])


def test_png_with_garbage_in_place_of_its_data_is_refused():
    """The chunk is whole, its checksum right; what it holds decodes to the first rows only."""
    content = png(draw_picture(320, 240))
    start = content.index(b"IDAT")
    length = int.from_bytes(content[start - 4 : start])
    body = content[start : start + 4 + length // 2] + b"\xff" * (length - length // 2)
    damaged = content[:start] + body + crc32(body).to_bytes(4) + content[start + 8 + length :]

    with pytest.raises(UnreadableError):
        decode_photo(damaged)


FILES = [as_file(draw_picture(64, 48), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF")]


@given(st.sampled_from(FILES), st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255))))
def test_changed_bytes_give_a_picture_or_our_error(
    content: bytes, changes: list[tuple[float, int]]
):
    damaged = bytearray(content)
    for place, byte in changes:
        damaged[int(place * len(damaged))] = byte

    try:
        image = decode_photo(bytes(damaged), reduced=True)
    except InferenceError:
        return

    assert image.pixels.dtype == np.uint8
