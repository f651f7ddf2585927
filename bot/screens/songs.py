"""Songs as an answer shows them: chosen, remembered, each with its reason and its links."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.screens.links import LinkSigner
from bot.storage.history import StoredSuggestion
from graph.choosing.reasons import Reason
from graph.choosing.request import Blend
from graph.links import Links, links, playlist
from graph.tracks import Track, TrackId


@dataclass(frozen=True, slots=True)
class Songs:
    """What was chosen, and how it is remembered.

    Attributes:
        picks: The songs and why each was chosen; no reasons when an answer is sent late, after
            a crash.
        ratings: What the person thinks of songs, these or others.
        signer: Writes the links where they lead by way of the bot; None where they lead directly.
        narrow: Whether /settings leave few songs, so that some may not suit well.
        blend: How they were put together for several people; None for one person.
    """

    stored: StoredSuggestion
    picks: tuple[tuple[Track, Reason | None], ...]
    ratings: Mapping[TrackId, bool]
    signer: LinkSigner | None = None
    narrow: bool = False
    blend: Blend | None = None

    def links(self, position: int) -> Links:
        """Return where one of the songs can be heard."""
        if self.signer:
            return self.signer.links(self.stored.suggestion_id, position)
        return links(self.picks[position][0])

    @property
    def play_url(self) -> str | None:
        """The address that plays the songs one after another; None where too few are known."""
        return playlist([track for track, _ in self.picks])

    @property
    def preview_url(self) -> str | None:
        """The page of the first song that a preview can be drawn of: a search has none."""
        track = self.picks[0][0]
        if track.youtube_id:
            return links(track).youtube
        return links(track).spotify if track.spotify_id else None
