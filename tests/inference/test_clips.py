import struct
import sys
from fractions import Fraction
from functools import partial
from io import BytesIO
from itertools import count
from typing import Any

import av
import numpy as np
import pytest
from av.container import InputContainer
from PIL import Image as Pillow

from inference.clips import decode_clip
from inference.display import to_image
from inference.errors import TooLargeError, TooLongError, UnreadableError, UnsupportedError
from inference.sampling import FRAMES
from tests.drawing import clip_of, draw_picture, grays

CLIP = clip_of(grays(30))


def test_frames_are_spread_over_the_whole_clip():
    frames = decode_clip(clip_of(grays(60), rate=10))

    assert len(frames) == FRAMES
    assert frames[0].second == 0
    gaps = np.diff([frame.second for frame in frames])
    assert np.allclose(gaps, 6 / FRAMES, atol=0.11)


def test_frames_show_their_own_moment():
    frames = decode_clip(CLIP)

    levels = [frame.image.pixels.mean() for frame in frames]
    assert np.allclose(levels, [40 * frame.second for frame in frames], atol=3)


def test_a_decoded_frame_is_let_go_with_its_picture():
    """A 4K frame has 14 MB, and nothing but its end may be needed to free it."""
    with av.open(BytesIO(CLIP)) as file:
        assert isinstance(file, InputContainer)
        frame = next(file.decode(video=0))
    before = sys.getrefcount(frame)

    to_image(frame)

    assert sys.getrefcount(frame) == before


def test_clip_of_a_few_frames_gives_them_all():
    assert len(decode_clip(clip_of(grays(5)))) == 5


def test_long_clip_gives_enough_frames():
    frames = decode_clip(clip_of(grays(60) * 10, rate=10))

    assert len(frames) == FRAMES
    assert frames[-1].second > 55


def test_duration_is_found_where_the_container_hides_it():
    content = clip_of(grays(40), container="webm", codec="libvpx-vp9")
    # Matroska's Duration element (0x4489, eight bytes) turned into a Void of the same length.
    place = content.index(b"\x44\x89\x88")
    hidden = content[:place] + b"\xec\x89" + bytes(9) + content[place + 11 :]

    frames = decode_clip(hidden)

    assert len(frames) == FRAMES
    assert frames[-1].second > 3


def with_matrix(content: bytes, a: int, b: int, c: int, d: int) -> bytes:
    """Return an MP4 clip with this display matrix in the place of the one that changes nothing."""
    unchanged = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    matrix = struct.pack(">9i", a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30)
    place = content.index(unchanged, content.index(b"tkhd"))
    return content[:place] + matrix + content[place + len(matrix) :]


@pytest.mark.parametrize(
    ("matrix", "corner"),
    [
        ((1, 0, 0, 1), (0, 0)),
        ((0, 1, -1, 0), (1, 0)),  # a phone held upright: a quarter clockwise
        ((-1, 0, 0, -1), (1, 1)),
        ((0, -1, 1, 0), (0, 1)),
        ((-1, 0, 0, 1), (1, 0)),  # front cameras mirror
        ((1, 0, 0, -1), (0, 1)),
        ((0, 1, 1, 0), (0, 0)),
        ((0, -1, -1, 0), (1, 1)),
    ],
)
def test_display_matrix_turns_and_mirrors(matrix: tuple[int, ...], corner: tuple[int, int]):
    """The red corner, stored at the left top, comes to the right (1) or the bottom (1)."""
    stored = Pillow.new("RGB", (64, 48), "blue")
    stored.paste("red", (0, 0, 32, 24))

    (frame,) = decode_clip(with_matrix(clip_of([stored]), *matrix))

    size = (64, 48) if matrix[0] else (48, 64)
    assert frame.image.size == frame.image.full_size == size
    x, y = (size[k] // 4 + corner[k] * size[k] // 2 for k in (0, 1))
    assert frame.image.pixels[y, x, 0] > 200
    assert frame.image.pixels[size[1] - 1 - y, size[0] - 1 - x, 2] > 200


def with_message(content: bytes, payload: bytes) -> bytes:
    """Return an H.264 clip of whose pictures each carries a message (SEI, registered user data)."""
    out = BytesIO()
    with av.open(BytesIO(content)) as source, av.open(out, "w", format="mp4") as target:
        assert isinstance(source, InputContainer)
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.size:
                message = bytes([6, 4, len(payload)]) + payload + b"\x80"
                longer = av.Packet(len(message).to_bytes(4) + message + bytes(packet))
                longer.pts, longer.dts, longer.time_base = packet.pts, packet.dts, packet.time_base
                longer.duration, longer.stream = packet.duration, stream
                target.mux(longer)
    return out.getvalue()


@pytest.mark.parametrize(
    ("matrix", "corner"),
    [((0, 1, -1, 0), (1, 0)), ((-1, 0, 0, -1), (1, 1)), ((0, -1, 1, 0), (0, 1))],
)
def test_clip_with_data_that_pyav_has_no_name_for_is_turned(
    matrix: tuple[int, ...], corner: tuple[int, int]
):
    """As spatial video of an iPhone has it; here it is LCEVC's, by its mark alone."""
    stored = Pillow.new("RGB", (64, 48), "blue")
    stored.paste("red", (0, 0, 32, 24))
    content = with_message(clip_of([stored]), b"\xb4\0\x50" + bytes(16))

    (frame,) = decode_clip(with_matrix(content, *matrix))

    width, height = frame.image.size
    assert width == (64 if matrix[0] else 48)
    x, y = (side // 4 + at * side // 2 for side, at in zip((width, height), corner, strict=True))
    assert frame.image.pixels[y, x, 0] > 200


def test_large_frames_are_reduced_and_know_it():
    (frame,) = decode_clip(clip_of(grays(1, 1280, 720)))

    assert frame.image.size == (640, 360)
    assert frame.image.full_size == (1280, 720)


def test_clip_over_a_minute_is_refused():
    with pytest.raises(TooLongError):
        decode_clip(clip_of(grays(62), rate=1))


def test_clip_that_lies_about_its_length_is_refused():
    content = clip_of(grays(2), rate=Fraction(1, 100))
    place = content.index(b"mdhd") + 4  # version and flags, two dates, ticks per second, duration
    (ticks,) = struct.unpack(">I", content[place + 12 : place + 16])
    shortened = content[: place + 16] + struct.pack(">I", 10 * ticks) + content[place + 20 :]

    with pytest.raises(TooLongError):
        decode_clip(shortened)


def test_clip_of_too_large_frames_is_refused():
    with pytest.raises(TooLargeError):
        decode_clip(clip_of(grays(1, 4352, 2304)))


@pytest.mark.parametrize("size", [(3840, 2160), (1080, 2400)])
def test_clips_of_phones_are_not_too_large(size: tuple[int, int]):
    (frame,) = decode_clip(clip_of(grays(1, *size), preset="ultrafast"))

    assert frame.image.full_size == size
    assert max(frame.image.size) == 640


def test_clip_of_too_many_bytes_is_refused():
    with pytest.raises(TooLargeError):
        decode_clip(CLIP + bytes(20 * 1024 * 1024))


def test_sound_without_pictures_is_unsupported():
    file = BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=44100)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        sound.sample_rate = 44100
        out.mux(stream.encode(sound))
        out.mux(stream.encode())

    with pytest.raises(UnsupportedError):
        decode_clip(file.getvalue())


def test_sound_does_not_make_a_clip_longer():
    file = BytesIO()
    with av.open(file, "w", format="matroska") as out:
        pictures = out.add_stream("libx264", rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        sound = out.add_stream("pcm_s16le", rate=8000, layout="mono")
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 8000 * 90), np.int16), "s16", "mono")
        silence.sample_rate = 8000
        for picture in grays(12):
            out.mux(pictures.encode(av.VideoFrame.from_image(picture)))
        out.mux(pictures.encode())
        out.mux(sound.encode(silence))

    assert len(decode_clip(file.getvalue())) == 12


@pytest.mark.parametrize("container", ["mp4", "matroska"])
@pytest.mark.parametrize("encoding", ["cp1251", "shift-jis"])
def test_tags_in_any_encoding_do_not_matter(container: str, encoding: str):
    title = {"cp1251": "Привет", "shift-jis": "こんにちは"}[encoding].encode(encoding)
    file = BytesIO()
    with av.open(file, "w", format=container) as out:
        out.metadata["title"] = "?" * len(title)
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        out.mux(stream.encode(av.VideoFrame.from_image(grays(1)[0])))
        out.mux(stream.encode())

    content = file.getvalue().replace(b"?" * len(title), title)

    assert title in content
    assert len(decode_clip(content)) == 1


def moving(n: int) -> list[Pillow.Image]:
    """Return a drawn face on its way through a picture, on changing ground."""
    return [draw_picture(160, 120, at=(0.2 + 0.6 * k / n, 0.5 + 0.2 * (-1) ** k)) for k in range(n)]


ENCODERS: dict[str, tuple[str, dict[str, Any]]] = {
    "H.264": ("libx264", {}),
    "H.264, pyramid of B frames": ("libx264", {"bf": "8", "x264-params": "b-pyramid=normal"}),
    "H.264, short open groups": ("libx264", {"g": "12", "x264-params": "open-gop=1"}),
    "H.264, no keys": ("libx264", {"x264-params": "intra-refresh=1:keyint=40"}),
    "H.264, keys only": ("libx264", {"g": "1"}),
    "HEVC": ("libx265", {}),
    "HEVC, layers": ("libx265", {"x265-params": "temporal-layers=3"}),
    "HEVC, short open groups": ("libx265", {"x265-params": "keyint=15:min-keyint=15:open-gop=1"}),
    "VP9": ("libvpx-vp9", {"auto-alt-ref": "1", "lag-in-frames": "12", "g": "40"}),
    "VP8": ("libvpx", {"auto-alt-ref": "1", "lag-in-frames": "12"}),
    "AV1": ("libsvtav1", {"preset": "12", "svtav1-params": "lookahead=20"}),
    "MPEG-4": ("mpeg4", {"bf": "2"}),
}


@pytest.mark.parametrize("name", ENCODERS)
def test_frames_equal_those_of_a_full_decoding(name: str):
    codec, options = ENCODERS[name]
    container = "matroska" if codec.startswith("libv") else "mp4"
    content = clip_of(moving(100), container=container, codec=codec, **options)
    with av.open(BytesIO(content)) as file:
        assert isinstance(file, InputContainer)
        every = {round(f.time or 0.0, 2): f for f in file.decode(video=0)}
    first = min(every)

    frames = decode_clip(content)

    assert len(frames) >= FRAMES // 2
    for second, image in frames:
        expected = every[round(second + first, 2)].to_ndarray(format="rgb24")
        assert np.array_equal(image.pixels, expected)


def test_costly_clip_is_still_seen_to_its_end():
    content = clip_of(moving(300), rate=10, g="60")

    frames = decode_clip(content, clock=partial(next, count(0, 0.05)))  # at 20 pictures a second

    assert 4 <= len(frames) < FRAMES
    assert frames[-1].second > 20


def test_clip_that_breaks_off_gives_what_came_before():
    content = clip_of(
        [draw_picture(320, 240, at=(0.3 + 0.01 * k, 0.5)) for k in range(40)],
        container="webm",
        codec="libvpx-vp9",
    )

    frames = decode_clip(content[: len(content) // 2])

    assert 1 <= len(frames) < FRAMES


def test_clip_without_its_index_is_unreadable():
    with pytest.raises(UnreadableError):
        decode_clip(CLIP[: len(CLIP) // 2])
