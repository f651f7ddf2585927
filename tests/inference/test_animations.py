import numpy as np
import pytest
from PIL import Image as Pillow

from inference.animations import decode_animation
from inference.clips import decode_clip
from inference.errors import TooLargeError, TooLongError, UnreadableError
from inference.media import Media, MediaKind
from inference.sampling import FRAMES
from tests.drawing import as_file, grays

KINDS = ["GIF", "PNG", "WEBP"]


def animation(kind: str, pictures: list[Pillow.Image], **options: object) -> bytes:
    first, *others = pictures
    lossless = {"lossless": True} if kind == "WEBP" else {}
    return as_file(first, kind, save_all=True, append_images=others, **lossless, **options)


@pytest.mark.parametrize("kind", KINDS)
def test_animation_is_read_to_its_end(kind: str):
    content = animation(kind, grays(40), duration=100)

    frames = decode_animation(content)

    assert Media.of(content).kind is MediaKind.VIDEO
    assert FRAMES // 2 <= len(frames) <= FRAMES
    levels = [frame.image.pixels.mean() for frame in frames]
    assert np.allclose(levels, [40 * frame.second for frame in frames], atol=2)
    assert frames[-1].second > 3


@pytest.mark.parametrize("kind", KINDS)
def test_clip_decoder_takes_animations(kind: str):
    assert len(decode_clip(animation(kind, grays(5), duration=100))) == 5


@pytest.mark.parametrize("kind", KINDS)
def test_frames_without_delay_last_a_tenth_of_a_second(kind: str):
    frames = decode_animation(animation(kind, grays(3), duration=0))

    assert [frame.second for frame in frames] == pytest.approx([0, 0.1, 0.2])


def test_comment_in_another_encoding_does_not_matter():
    content = animation("GIF", grays(3), comment="Grüße".encode("latin-1"))

    assert len(decode_clip(content)) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_single_frame_is_a_photo(kind: str):
    assert Media.of(animation(kind, grays(1))).kind is MediaKind.PHOTO


def test_transparency_becomes_white():
    pictures = [Pillow.new("RGBA", (16, 16), (255, level, 0, 0)) for level in (0, 9)]

    frames = decode_animation(animation("WEBP", pictures, exact=True))

    assert all((frame.image.pixels == 255).all() for frame in frames)


def test_animation_over_a_minute_is_refused():
    with pytest.raises(TooLongError):
        decode_animation(animation("GIF", grays(9), duration=10_000))


def test_animation_of_large_frames_is_refused():
    with pytest.raises(TooLargeError):
        decode_animation(animation("GIF", grays(2, 2200, 2000)))


@pytest.mark.parametrize("kind", KINDS)
def test_animation_that_breaks_off_gives_what_came_before(kind: str):
    rng = np.random.default_rng(1)
    noise = [Pillow.fromarray(rng.integers(0, 255, (48, 64, 3), np.uint8)) for _ in range(8)]
    content = animation(kind, noise, duration=100)

    try:
        frames = decode_animation(content[: len(content) * 2 // 3])
    except UnreadableError:
        assert kind == "WEBP"  # libwebp wants the whole file
        return

    assert 2 <= len(frames) < 8
