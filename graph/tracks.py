"""A track: what is known about one song besides its sound."""

import re
from dataclasses import dataclass
from typing import NewType

TrackId = NewType("TrackId", str)

# Spotify names a track by 22 letters and digits.
# Source: Spotify, "Spotify URIs and IDs", Web API documentation, Concepts.
SPOTIFY_ID = re.compile(r"[0-9A-Za-z]{22}")
# YouTube names a video by 11 letters, digits, dashes and underscores.
VIDEO_ID = re.compile(r"[0-9A-Za-z_-]{11}")
# What stands for a language: that there are no words, and that it is some language of India.
# Source: ISO 639-2, "no linguistic content"; BCP 47, "undetermined", and a region.
NO_WORDS, OF_INDIA = "zxx", "und-IN"


@dataclass(frozen=True, slots=True)
class Track:
    """A row of the catalogue.

    Attributes:
        id: Names the track in ratings and buttons: its Spotify id, the id of its own file, or a
            digest of title and artist. At most 32 ASCII characters.
        artist: All artists as they are shown, the first one first.
        genre: As the source wrote it.
        language: ISO 639 code or the source's own word, `NO_WORDS`, or `OF_INDIA`.
        spotify_id: Only where a source gave it: a guessed one leads to another song.
        popularity: From 0 to 100.
    """

    id: TrackId
    title: str
    artist: str
    year: int | None = None
    genre: str | None = None
    language: str | None = None
    spotify_id: str | None = None
    youtube_id: str | None = None
    popularity: float | None = None
    explicit: bool | None = None

    @property
    def decade(self) -> int | None:
        """Return the first year of the decade, such as 1970."""
        return None if self.year is None else self.year // 10 * 10
