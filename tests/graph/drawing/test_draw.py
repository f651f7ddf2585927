import gc
import io
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from PIL import Image

from graph.building.build import Settings, build
from graph.choosing.reasons import Because, Reason
from graph.drawing.canvas import drawable, label
from graph.drawing.draw import Words, draw_bridge, draw_neighbourhood, draw_way
from graph.drawing.map import draw_map
from graph.drawing.ways import way_to
from graph.errors import UnknownTrackError
from graph.importing.importer import import_files
from graph.snapshot.store import Snapshot, open_snapshot
from graph.tracks import Track, TrackId
from inference.emotions import Emotion
from tests.graph.conftest import WriteRows, silent, song, songs


def colours(picture: bytes) -> int:
    return len(Image.open(io.BytesIO(picture)).convert("P").getcolors() or ())


def test_map_is_a_picture_of_a_phones_width(starter: Snapshot) -> None:
    picture = Image.open(io.BytesIO(draw_map(starter)))

    assert (picture.format, picture.width) == ("PNG", 1080)
    assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 500


def test_same_graph_gives_the_same_picture(starter: Snapshot) -> None:
    track_id = starter.track_at(5).id

    assert draw_neighbourhood(starter, track_id) == draw_neighbourhood(starter, track_id)


def test_a_longer_way_makes_a_taller_picture(starter: Snapshot) -> None:
    track = starter.track_at(starter.starts[int(starter.best[4][0])])
    way = way_to(starter, track.id, Reason(Because.ZONE, Emotion.SAD))

    plain, led = (
        Image.open(io.BytesIO(draw_way(starter, track, way, words)))
        for words in (Words("Plain"), Words("Led", "feeling sad"))
    )

    assert plain.width == led.width == 1080
    assert led.height > plain.height


def test_a_liked_song_gets_a_heart(starter: Snapshot) -> None:
    track = starter.track_at(7)
    way = way_to(starter, track.id)
    neighbour = starter.track_at(int(starter.starts[way.around[0]]))
    words = Words("Around")

    with_heart = draw_way(starter, track, way, words, liked=[neighbour])

    assert with_heart != draw_way(starter, track, way, words)


@pytest.mark.parametrize("rows", [range(5), [3] * 5, [8]], ids=["apart", "in one place", "one"])
def test_a_bridge_is_a_picture_whatever_its_steps(starter: Snapshot, rows: list[int]) -> None:
    steps = {number: starter.track_at(row) for number, row in enumerate(rows, start=1)}

    picture = draw_bridge(starter, steps, (np.array((0.1, 0.1)), np.array((0.9, 0.8))), "Up")

    assert Image.open(io.BytesIO(picture)).width == 1080


def test_pixels_are_let_go_at_once(starter: Snapshot) -> None:
    def renderers() -> int:
        return sum(isinstance(each, RendererAgg) for each in gc.get_objects())

    gc.collect()
    before = renderers()
    gc.disable()
    try:
        draw_neighbourhood(starter, starter.track_at(7).id)

        assert renderers() == before
    finally:
        gc.enable()


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

    track = snapshot.track(TrackId("it"))
    ends = (np.array((0.1, 0.1)), np.array((0.9, 0.8)))
    pictures = [
        draw_map(snapshot),
        draw_neighbourhood(snapshot, track.id),
        draw_bridge(snapshot, {1: track}, ends, "Up"),
    ]

    assert all(colours(picture) > 10 for picture in pictures)


def test_label_falls_back_to_what_the_fonts_can_write() -> None:
    unknown = "\U0001f9e1\U000e0041"  # no text font has it

    assert not drawable(unknown)
    assert label(Track(TrackId("a"), "Title", "Artist"), 20) == "Title"
    assert label(Track(TrackId("a"), unknown, "Artist"), 20) == "Artist"
    assert label(Track(TrackId("a"), unknown, unknown, 1999, "folk"), 20) == "♪ folk 1999"
    assert label(Track(TrackId("a"), "A very long title", "Artist"), 8) == "A very…"
