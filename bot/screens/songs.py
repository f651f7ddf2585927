"""Songs as an answer shows them: chosen, remembered, each with its reason and its links."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.screens.links import LinkSigner
from bot.storage.history import StoredSuggestion
from graph.choosing.reasons import Reason
from graph.links import Links, links
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
    """

    stored: StoredSuggestion
    picks: tuple[tuple[Track, Reason | None], ...]
    ratings: Mapping[TrackId, bool]
    signer: LinkSigner | None = None
    narrow: bool = False

    def links(self, position: int) -> Links:
        """Return where one of the songs can be heard."""
        if self.signer:
            return self.signer.links(self.stored.suggestion_id, position)
        return links(self.picks[position][0])
