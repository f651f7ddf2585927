"""The many names that song files give to the same column."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

# What a catalogue knows of a track, and how 787 public files name it; names parted
# by spaces, the best source first.
# A name is compared as `simplified` writes it: "Artist Name(s)" and "artist_name_s" are one.
TEXT_COLUMNS: Mapping[str, str] = {
    "id": "track_id id trackid song_id songid music_id",
    "spotify": (
        "spotify_id spotify_track_id track_uri spotify_uri uri spotify_url track_url url track_href"
    ),
    "youtube": "youtube_id youtube_url url_youtube youtube",
    "title": (
        "track_name trackname track_title song_name song_title music_name name title song track "
        "title_sp"
    ),
    "artist": (
        "artists artist_names artist_name artistname artist_name_s artist_s_name artist "
        "track_artist track_artists artist_1 performer singer"
    ),
    "genre": (
        "track_genre genre genres playlist_genre top_genre main_genre artist_genres artist_genre"
    ),
    "language": "language lang song_language",
    "year": (
        "year release_year released_year release_date album_release_date track_album_release_date "
        "released"
    ),
    "explicit": "explicit track_explicit is_explicit",
    "heavy": "heavy",
    "kinds": "kinds",
    "duration": (
        "duration_ms track_duration_ms duration track_duration length length_duration duration_s "
        "duration_sec"
    ),
}
NUMBER_COLUMNS: Mapping[str, str] = {
    "popularity": "popularity track_popularity spotify_popularity",
    "valence": "valence valence_percent val",
    "energy": "energy energy_percent nrgy",
    "danceability": "danceability danceability_percent dnce",
    "acousticness": "acousticness acousticness_percent acous",
    "instrumentalness": "instrumentalness instrumentalness_percent",
    "liveness": "liveness liveness_percent",
    "speechiness": "speechiness speechiness_percent spch",
    "loudness": "loudness loudness_db loadness db",
    "tempo": "tempo bpm tempo_bpm beats_per_minute_bpm",
    "key": "key",
    "mode": "mode",
}
NEEDED = ("title", "artist", "valence", "energy")
# These go from 0 to 1; loudness is in decibels, tempo in beats a minute.
UNIT_FEATURES = (
    "valence",
    "energy",
    "danceability",
    "acousticness",
    "instrumentalness",
    "liveness",
    "speechiness",
)
FEATURES = (*UNIT_FEATURES, "loudness", "tempo", "key", "mode")


def simplified(name: str) -> str:
    """Return a column's name in small letters, every run of other signs as one underscore."""
    plain = unicodedata.normalize("NFKC", name).strip("\ufeff \t").casefold()
    return re.sub(r"[^a-z0-9]+", "_", plain.replace("%", " percent ")).strip("_")


def matched(names: Sequence[str]) -> dict[str, int]:
    """Return which of a file's columns holds what, as positions in `names`.

    The file's first column of a name counts: later ones of the same name are copies.
    """
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(simplified(name), place)
    wanted = {**TEXT_COLUMNS, **NUMBER_COLUMNS}
    found = {
        field: next((places[alias] for alias in aliases.split() if alias in places), None)
        for field, aliases in wanted.items()
    }
    return {field: place for field, place in found.items() if place is not None}
