"""Where a track can be heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlencode

from graph.tracks import Track

FEWEST_VIDEOS = 2  # that make a list


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of one track."""

    spotify: str
    youtube: str


@lru_cache(maxsize=2048)  # some 2 MB
def links(track: Track) -> Links:
    """Return the addresses of a track; a search for title and artist where no id is known."""
    return Links(_spotify(track), _youtube(track))


def playlist(tracks: Sequence[Track]) -> str | None:
    """Return the address of YouTube's player for the tracks whose videos are known, in order.

    None where fewer than two are: one song is no list.
    """
    ids = [track.youtube_id for track in tracks if track.youtube_id is not None]
    if len(ids) < FEWEST_VIDEOS:
        return None
    return (
        f"https://www.youtube.com/watch_videos?{urlencode({'video_ids': ','.join(ids)}, safe=',')}"
    )


def _words(track: Track) -> str:
    # A newline in a title would end the search there in some clients; ";" only parts artists.
    return " ".join(f"{track.title} {track.artist.replace(';', ' ')}".split())


def _spotify(track: Track) -> str:
    if track.spotify_id is not None:
        return f"https://open.spotify.com/track/{track.spotify_id}"
    return f"https://open.spotify.com/search/{quote(_words(track), safe='')}"


def _youtube(track: Track) -> str:
    if track.youtube_id is not None:
        return f"https://www.youtube.com/watch?{urlencode({'v': track.youtube_id})}"
    return f"https://www.youtube.com/results?{urlencode({'search_query': _words(track)})}"
