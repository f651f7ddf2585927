"""Videos of songs: looked up once, the right ones only, and no more than was asked for."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from graph.__main__ import main
from graph.building.build import ensure_graph
from graph.importing.catalogue import read_catalogue
from graph.importing.importer import import_files
from graph.importing.videos import KNOWN, LookUpError, Songs, best, look_up, read_known
from graph.links import links, playlist
from graph.snapshot.store import open_snapshot

HEAD = "title,artist,valence,energy,youtube_url\n"
ROWS = (
    'Halo,"Beyoncé; Somebody",0.5,0.5,\n'
    "Hey Jude - Remastered 2015,The Beatles,0.6,0.4,\n"
    "Known,Someone,0.4,0.4,https://youtu.be/dQw4w9WgXcQ\n"
    "Unknown,Nobody,0.3,0.3,\n"
)


def song(title: str, artist: str, video: str | None) -> dict[str, object]:
    """Return a song as YouTube Music's search describes it, as far as it is looked at."""
    return {
        "category": "Songs",
        "resultType": "song",
        "title": title,
        "artists": [{"name": artist, "id": "UC-one"}, {"name": "Another", "id": None}],
        "videoId": video,
        "duration_seconds": 261,
        "isExplicit": False,
    }


ANSWERS = {
    "Halo Beyoncé": [
        song("Halo (Live)", "Somebody else", "wrongwrong1"),
        song("HALO", "beyonce", "bnVUHWCynig"),
    ],
    "Hey Jude - Remastered 2015 The Beatles": [song("Hey Jude", "The Beatles", "A_MjCqQoLLA")],
    "Unknown Nobody": [song("Another song", "Nobody", "wrongwrong2")],
}


class Service:
    """YouTube Music, played by a dictionary; it counts."""

    def __init__(self, fails_at: int = 99) -> None:
        self.asked: list[str] = []
        self.pauses = 0
        self._fails_at = fails_at

    def search(self, words: str) -> list[dict[str, object]]:
        if len(self.asked) == self._fails_at:
            raise LookUpError("expected an answer, found none")
        self.asked.append(words)
        return ANSWERS[words]

    def pause(self) -> None:
        self.pauses += 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a catalogue of four songs, of which one has a video."""
    table = tmp_path / "songs.csv"
    table.write_text(HEAD + ROWS, encoding="utf-8")
    import_files([table], tmp_path / "graph", lambda _step, _done: None)
    return tmp_path / "graph"


def run(folder: Path, service: Service, at_most: int = 10) -> dict[str, int]:
    return look_up(
        folder,
        service.search,
        at_most=at_most,
        pause=service.pause,
        progress=lambda _step, _done: None,
    )


def videos_in(folder: Path) -> dict[str, str | None]:
    catalogue = read_catalogue(folder)
    return dict(
        zip(catalogue["title"].to_pylist(), catalogue["youtube_id"].to_pylist(), strict=True)
    )


def test_videos_of_the_same_title_and_artist_are_taken(folder: Path) -> None:
    counts = run(folder, Service())

    assert counts == {"asked": 3, "with_video": 3, "songs": 4}
    assert videos_in(folder) == {
        "Halo": "bnVUHWCynig",
        "Hey Jude - Remastered 2015": "A_MjCqQoLLA",
        "Known": "dQw4w9WgXcQ",
        "Unknown": None,
    }


def test_nothing_is_asked_twice(folder: Path) -> None:
    run(folder, Service())
    again = Service()

    counts = run(folder, again)

    assert (again.asked, counts["with_video"]) == ([], 3)


def test_no_more_is_asked_than_was_allowed_and_never_without_a_pause(folder: Path) -> None:
    service = Service()

    run(folder, service, at_most=2)

    assert (len(service.asked), service.pauses) == (2, 1)


def test_what_was_found_before_the_service_failed_is_kept(folder: Path) -> None:
    with pytest.raises(LookUpError):
        run(folder, Service(fails_at=1))

    assert videos_in(folder)["Halo"] == "bnVUHWCynig"
    assert len(read_known(folder / KNOWN)) == 1


def test_a_line_that_a_crash_cut_off_is_asked_for_again(folder: Path) -> None:
    run(folder, Service(), at_most=1)
    with (folder / KNOWN).open("a", encoding="utf-8") as file:
        file.write('["hey jude", "the bea')

    assert list(read_known(folder / KNOWN)) == [("halo", "beyonce")]


@pytest.mark.parametrize("video", [None, "", "short", "has space!!", "javascript:x", "a" * 12])
def test_what_is_no_video_is_not_taken(video: str | None) -> None:
    assert best([song("Halo", "Beyoncé", video)], ("halo", "beyonce")) is None


@pytest.mark.parametrize("artists", [None, [], [{"id": "x"}]])
def test_a_song_of_nobody_is_not_taken(artists: object) -> None:
    found = song("Halo", "Beyoncé", "bnVUHWCynig") | {"artists": artists}

    assert best([found], ("halo", "beyonce")) is None


def test_a_remembered_id_that_is_none_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "videos.jsonl"
    path.write_text(json.dumps(["halo", "beyonce", "&list=evil"]) + "\n", encoding="utf-8")

    assert read_known(path) == {}


def test_without_the_package_the_command_says_how_to_install_it(folder: Path, capsys) -> None:
    pytest.importorskip("graph")
    try:
        import ytmusicapi  # noqa: F401 - whether it is there
    except ImportError:
        assert main(["videos", str(folder)]) == 1
        assert "requirements/youtube.txt" in capsys.readouterr().err
    else:
        pytest.skip("ytmusicapi is installed here")


def test_an_id_that_a_table_brings_wrongly_is_shown_on_no_card(tmp_path: Path) -> None:
    table = tmp_path / "songs.csv"
    rows = [f"Song {n},Artist {n},0.{n},0.{9 - n},x{n}&list=evil\n" for n in range(1, 9)]
    good = "Good,One,0.5,0.5,dQw4w9WgXcQ\n"
    table.write_text(HEAD + "".join(rows) + good, encoding="utf-8")

    ensure_graph(tmp_path / "graph", [table], lambda _step, _done: None)

    snapshot = open_snapshot(tmp_path / "graph")
    tracks = [snapshot.track_at(row) for row in range(len(snapshot))]
    assert [track.title for track in tracks if track.youtube_id] == ["Good"]
    assert playlist(tracks) is None
    assert all("evil" not in links(track).youtube for track in tracks)


def test_songs_are_asked_for_by_title_and_first_artist() -> None:
    catalogue = pa.table({"title": ["A (Live)"], "artist": ["B feat. C"], "youtube_id": [None]})

    songs = Songs.of(catalogue)

    assert (songs.words, songs.keys) == (["A (Live) B"], [("a", "b")])
