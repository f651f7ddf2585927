"""Which video plays a song: asked of YouTube Music once, kept on disk, put in the catalogue.

Nothing else of the project asks another service for songs. Whoever wants "Play all" for a
catalogue that brings no ids runs `python -m graph videos`; without it links to YouTube are
searches, which are never wrong.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from graph.errors import GraphError
from graph.importing.catalogue import Progress, read_catalogue
from graph.importing.names import core_titles, first_artists, folded
from graph.names import folded_name
from graph.snapshot.durable import replacing
from graph.snapshot.places import CATALOGUE
from graph.tracks import VIDEO_ID

KNOWN = Path("catalogue") / "videos.jsonl"
Found = Mapping[str, Any]  # what ytmusicapi returns for a song: JSON
Search = Callable[[str], Sequence[Found]]
Key = tuple[str, str]  # title and first artist, folded


class LookUpError(GraphError):
    """The service did not answer; what it said before is kept."""


@dataclass(frozen=True, slots=True)
class Songs:
    """The songs of a catalogue, as they are looked up.

    Attributes:
        keys: Of each row.
        words: To search by, of each row.
        videos: Of each row; None where none is known.
    """

    keys: Sequence[Key]
    words: Sequence[str]
    videos: Sequence[str | None]

    @classmethod
    def of(cls, catalogue: pa.Table) -> "Songs":
        """Return the songs of a catalogue."""
        titles, artists = (catalogue[name].combine_chunks() for name in ("title", "artist"))
        first = first_artists(artists)
        keys = zip(folded(core_titles(titles)).to_pylist(), folded(first).to_pylist(), strict=True)
        pairs = zip(titles.to_pylist(), first.to_pylist(), strict=True)
        words = [f"{title} {artist}" for title, artist in pairs]
        return cls(list(keys), words, catalogue["youtube_id"].to_pylist())


def look_up(
    directory: Path,
    search: Search,
    *,
    at_most: int,
    pause: Callable[[], None],
    progress: Progress,
) -> dict[str, int]:
    """Look up songs without a video, and put what is known into the catalogue; return the counts.

    Args:
        directory: The graph's folder.
        search: Returns what the service finds for words, the best first.
        at_most: Questions to ask; the next run goes on from there.
        pause: Waits between two questions.
        progress: Receives "videos" and its progress, 0 to 1.

    Raises:
        CatalogueError: There is no catalogue, or it is damaged.
        LookUpError: The service did not answer; what it said before is in the catalogue.
    """
    catalogue = read_catalogue(directory)
    songs, known = Songs.of(catalogue), read_known(directory / KNOWN)
    missing = {
        key: words
        for key, words, video in zip(songs.keys, songs.words, songs.videos, strict=True)
        if video is None and key not in known
    }
    asked = 0
    try:
        for key, video in _ask(list(missing.items())[:at_most], search, pause):
            _remember(directory / KNOWN, key, video)
            known[key] = video
            asked += 1
            progress("videos", asked / min(at_most, len(missing)))
    finally:
        found = _fill(directory, catalogue, songs, known)
    return {"asked": asked, "with_video": found, "songs": len(songs.keys)}


def _ask(
    missing: Sequence[tuple[Key, str]], search: Search, pause: Callable[[], None]
) -> Iterator[tuple[Key, str | None]]:
    for number, (key, words) in enumerate(missing):
        if number:
            pause()
        yield key, best(search(words), key)


def best(found: Sequence[Found], key: Key) -> str | None:
    """Return the video of the first song that has the title and the artist; None is a wrong one.

    A remaster or a concert is the song, too: `core_titles` leaves out what names a version.
    """
    for song in found:
        title, artists = song.get("title"), song.get("artists") or []
        video = song.get("videoId")
        if (
            not isinstance(title, str)
            or not isinstance(video, str)
            or not VIDEO_ID.fullmatch(video)
        ):
            continue
        core = core_titles(pa.array([title]))[0].as_py()
        names = {folded_name(str(artist.get("name", ""))) for artist in artists}
        if (folded_name(core), key[1]) == key and key[1] in names:
            return video
    return None


def read_known(path: Path) -> dict[Key, str | None]:
    """Return what was looked up before; a line that was cut off by a crash is asked for again."""
    known: dict[Key, str | None] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            title, artist, video = json.loads(line)
        except ValueError:
            continue
        if video is None or VIDEO_ID.fullmatch(str(video)):
            known[title, artist] = video
    return known


def _remember(path: Path, key: Key, video: str | None) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps([*key, video], ensure_ascii=False) + "\n")


def _fill(
    directory: Path, catalogue: pa.Table, songs: Songs, known: Mapping[Key, str | None]
) -> int:
    """Write the catalogue with the videos that are known; return how many songs have one."""
    pairs = zip(songs.videos, songs.keys, strict=True)
    videos = pa.array([video or known.get(key) for video, key in pairs], pa.string())
    if videos.to_pylist() != list(songs.videos):
        place = catalogue.schema.get_field_index("youtube_id")
        filled = catalogue.set_column(place, catalogue.schema.field(place), videos)
        with replacing(directory / CATALOGUE) as file:
            pq.write_table(filled, file, compression="zstd", write_page_checksum=True)
    return int(len(videos) - videos.null_count)
