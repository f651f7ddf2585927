import struct
from fractions import Fraction
from io import BytesIO

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from inference.errors import (
    InferenceError,
    TooLargeError,
    TooLongError,
    UnreadableError,
    UnsupportedError,
)
from inference.images import decode_photo
from inference.media import FRAMES, Media, MediaKind, decode_clip
from tests.drawing import as_file, clip_of, draw_face, draw_picture


def grays(n: int, width: int = 64, height: int = 48) -> list[Pillow.Image]:
    """Return plain pictures that brighten by 4 gray levels from one to the next."""
    return [Pillow.new("L", (width, height), 4 * number).convert("RGB") for number in range(n)]


CLIP = clip_of(grays(30))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_stills_are_photos(kind: str):
    assert Media.of(as_file(draw_picture(64, 48), kind)).kind is MediaKind.PHOTO


def test_animated_gif_is_a_video():
    first, *others = grays(3)

    media = Media.of(as_file(first, "GIF", save_all=True, append_images=others))

    assert media.kind is MediaKind.VIDEO
    assert len(list(decode_clip(media.content))) == 3


@pytest.mark.parametrize(("container", "codec"), [("mp4", "libx264"), ("webm", "libvpx-vp9")])
def test_clips_are_videos(container: str, codec: str):
    media = Media.of(clip_of(grays(4), container=container, codec=codec))

    assert media.kind is MediaKind.VIDEO


@pytest.mark.parametrize(
    "start",
    [
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\0\0\0\x18ftypavif\0\0\0\0mif1avif",
        b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42",
        b"II*\0\x08\0\0\0",
        b"%PDF-1.7\n",
        b"RIFF\0\0\0\0AVI LIST",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"OggS\0\x02",
        b"ID3\x04\0",
        b"PK\x03\x04",
    ],
)
def test_known_formats_that_are_not_read_say_so(start: bytes):
    with pytest.raises(UnsupportedError):
        Media.of(start + bytes(64))


@pytest.mark.parametrize("content", [b"", b"\0", b"hello, this is no picture at all", bytes(500)])
def test_other_bytes_are_unreadable(content: bytes):
    with pytest.raises(UnreadableError):
        Media.of(content)


def test_content_stays_out_of_the_repr():
    assert repr(Media.of(draw_face(64, 64))) == "Media(kind=<MediaKind.PHOTO: 'photo'>)"


def test_frames_are_spread_over_the_whole_clip():
    frames = list(decode_clip(clip_of(grays(60), rate=10)))

    assert len(frames) == FRAMES
    assert frames[0].second == 0
    gaps = np.diff([frame.second for frame in frames])
    assert np.allclose(gaps, 6 / FRAMES, atol=0.11)


def test_frames_show_their_own_moment():
    frames = list(decode_clip(CLIP))

    levels = [frame.image.pixels.mean() for frame in frames]
    assert np.allclose(levels, [40 * frame.second for frame in frames], atol=3)


def test_clip_of_a_few_frames_gives_them_all():
    assert len(list(decode_clip(clip_of(grays(5))))) == 5


def test_long_clip_gives_enough_frames():
    frames = list(decode_clip(clip_of(grays(60) * 10, rate=10)))

    assert len(frames) == FRAMES
    assert frames[-1].second > 55


def test_duration_is_found_where_the_container_hides_it():
    content = clip_of(grays(40), container="webm", codec="libvpx-vp9")
    # Matroska's Duration element (0x4489, eight bytes) turned into a Void of the same length.
    place = content.index(b"\x44\x89\x88")
    hidden = content[:place] + b"\xec\x89" + bytes(9) + content[place + 11 :]

    frames = list(decode_clip(hidden))

    assert len(frames) == FRAMES
    assert frames[-1].second > 3


def test_portrait_phone_clip_is_turned_upright():
    """A phone held upright stores a lying picture with this matrix: turn a quarter clockwise."""
    lying = Pillow.new("RGB", (64, 48), "blue")
    lying.paste("red", (0, 0, 32, 48))  # left: a quarter clockwise brings it to the top

    (frame,) = decode_clip(clip_of([lying], rotation=-90))

    assert frame.image.size == frame.image.full_size == (48, 64)
    assert frame.image.pixels[8, 24, 0] > 200
    assert frame.image.pixels[56, 24, 2] > 200


def test_large_frames_are_reduced_and_know_it():
    (frame,) = decode_clip(clip_of(grays(1, 1280, 720)))

    assert frame.image.size == (640, 360)
    assert frame.image.full_size == (1280, 720)


def test_clip_over_a_minute_is_refused():
    with pytest.raises(TooLongError):
        list(decode_clip(clip_of(grays(62), rate=1)))


def test_clip_that_lies_about_its_length_is_refused():
    content = clip_of(grays(2), rate=Fraction(1, 100))
    place = content.index(b"mdhd") + 4  # version and flags, two dates, ticks per second, duration
    (ticks,) = struct.unpack(">I", content[place + 12 : place + 16])
    shortened = content[: place + 16] + struct.pack(">I", 10 * ticks) + content[place + 20 :]

    with pytest.raises(TooLongError):
        list(decode_clip(shortened))


def test_clip_of_large_frames_is_refused():
    with pytest.raises(TooLargeError):
        list(decode_clip(clip_of(grays(1, 2048, 64))))


def test_clip_of_too_many_bytes_is_refused():
    with pytest.raises(TooLargeError):
        list(decode_clip(CLIP + bytes(20 * 1024 * 1024)))


def test_sound_without_pictures_is_unsupported():
    file = BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=44100)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        sound.sample_rate = 44100
        out.mux(stream.encode(sound))
        out.mux(stream.encode())

    with pytest.raises(UnsupportedError):
        list(decode_clip(file.getvalue()))


def test_clip_that_breaks_off_gives_what_came_before():
    content = clip_of(
        [draw_picture(320, 240, at=(0.3 + 0.01 * k, 0.5)) for k in range(40)],
        container="webm",
        codec="libvpx-vp9",
    )

    frames = list(decode_clip(content[: len(content) // 2]))

    assert 1 <= len(frames) < FRAMES


def test_clip_without_its_index_is_unreadable():
    with pytest.raises(UnreadableError):
        list(decode_clip(CLIP[: len(CLIP) // 2]))


@given(st.binary(max_size=2000))
def test_any_bytes_give_our_error(content: bytes):
    with pytest.raises(InferenceError):
        read(content)


STARTS = [
    b"\xff\xd8\xff\xe0",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\0\0\0\0WEBP",
    b"GIF89a",
    b"\0\0\0\x18ftypmp42",
    b"\x1a\x45\xdf\xa3",
]


@given(st.sampled_from(STARTS), st.binary(max_size=1000))
def test_any_bytes_behind_a_known_start_give_our_error(start: bytes, rest: bytes):
    with pytest.raises(InferenceError):
        read(start + rest)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([CLIP, clip_of(grays(8), container="webm", codec="libvpx-vp9")]),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=20),
    st.floats(0.1, 1),
)
def test_changed_clips_give_frames_or_our_error(
    content: bytes, changes: list[tuple[float, int]], kept: float
):
    damaged = bytearray(content[: int(kept * len(content))])
    for place, byte in changes:
        damaged[int(place * len(damaged))] = byte

    try:
        frames = read(bytes(damaged))
    except InferenceError:
        return

    assert 1 <= frames <= FRAMES


def read(content: bytes) -> int:
    """Decode the bytes as what they begin like; return the number of pictures."""
    media = Media.of(content)
    if media.kind is MediaKind.PHOTO:
        decode_photo(content)
        return 1
    return len(list(decode_clip(content)))
