import io
from pathlib import Path

import pytest
from PIL import Image

from graph.build import Settings, build
from graph.catalogue import import_files
from graph.draw import draw_map, draw_neighbourhood, drawable, label
from graph.errors import UnknownTrackError
from graph.store import Snapshot, open_snapshot
from graph.tracks import Track, TrackId
from tests.graph.conftest import WriteRows, silent, song, songs


def colours(picture: bytes) -> int:
    return len(Image.open(io.BytesIO(picture)).convert("P").getcolors() or ())


def test_map_is_a_picture_of_a_phones_width(starter: Snapshot) -> None:
    picture = Image.open(io.BytesIO(draw_map(starter)))

    assert (picture.format, picture.size) == ("PNG", (1080, 1080))
    assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 500


def test_same_graph_gives_the_same_picture(starter: Snapshot) -> None:
    track_id = starter.track_at(5).id

    assert draw_neighbourhood(starter, track_id) == draw_neighbourhood(starter, track_id)


def test_unknown_track_has_no_picture(starter: Snapshot) -> None:
    with pytest.raises(UnknownTrackError):
        draw_neighbourhood(starter, TrackId("nobody"))


@pytest.mark.parametrize(
    "title", ["A$AP $1 $", "名前", "हम तुम", "שלום", "🙂", "two\nlines", "x" * 500, r"\frac{"]
)
def test_any_title_is_drawn_without_a_warning(
    write_rows: WriteRows, tmp_path: Path, title: str
) -> None:
    import_files([write_rows([song(title, id="it"), *songs(15)])], tmp_path, silent)
    build(tmp_path, Settings(), silent)
    snapshot = open_snapshot(tmp_path)

    pictures = [draw_map(snapshot), draw_neighbourhood(snapshot, TrackId("it"))]

    assert all(colours(picture) > 10 for picture in pictures)


def test_label_falls_back_to_what_the_fonts_can_write() -> None:
    unknown = "\U0001f9e1\U000e0041"  # no text font has it

    assert not drawable(unknown)
    assert label(Track(TrackId("a"), "Title", "Artist"), 20) == "Title"
    assert label(Track(TrackId("a"), unknown, "Artist"), 20) == "Artist"
    assert label(Track(TrackId("a"), unknown, unknown, 1999, "folk"), 20) == "♪ folk 1999"
    assert label(Track(TrackId("a"), "A very long title", "Artist"), 8) == "A very…"
