import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.clips import decode_clip
from inference.errors import InferenceError, UnreadableError, UnsupportedError
from inference.media import Media, MediaKind
from inference.sampling import FRAMES
from inference.stills import decode_photo
from tests.drawing import as_file, clip_of, draw_face, draw_picture, grays

CLIP = clip_of(grays(30))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_stills_are_photos(kind: str):
    assert Media.of(as_file(draw_picture(64, 48), kind)).kind is MediaKind.PHOTO


def test_animated_gif_is_a_video():
    first, *others = grays(3)

    media = Media.of(as_file(first, "GIF", save_all=True, append_images=others))

    assert media.kind is MediaKind.VIDEO
    assert len(decode_clip(media.content)) == 3


@pytest.mark.parametrize(("container", "codec"), [("mp4", "libx264"), ("webm", "libvpx-vp9")])
def test_clips_are_videos(container: str, codec: str):
    media = Media.of(clip_of(grays(4), container=container, codec=codec))

    assert media.kind is MediaKind.VIDEO


@pytest.mark.parametrize(
    "start",
    [
        b"\0\0\0\x18ftypcrx \0\0\0\0isomcrx ",
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
    return len(decode_clip(content))
