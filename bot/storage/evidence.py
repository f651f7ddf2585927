"""What people did with songs beyond rating them: what helped, and which links they opened."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.storage.history import StoredTrack, UnknownSuggestionError
from bot.storage.tables import SuggestionRow, SuggestionTrackRow
from graph.tracks import TrackId


def save_helped(session: Session, suggestion_id: int, *, at: datetime | None) -> None:
    """Remember when the person said that the songs helped; None takes it back."""
    row = SuggestionRow.id == suggestion_id
    session.execute(update(SuggestionRow).where(row).values(helped_at=at))


def open_song(
    session: Session, suggestion_id: int, position: int, *, at: datetime | None
) -> StoredTrack:
    """Return a song whose link was tapped, and remember the first time; None remembers nothing.

    Raises:
        UnknownSuggestionError: There is no such song: it was forgotten.
    """
    row = session.get(SuggestionTrackRow, (suggestion_id, position))
    if row is None:
        raise UnknownSuggestionError(f"no song {position} of suggestion {suggestion_id}")
    row.opened_at = row.opened_at or at
    return StoredTrack(TrackId(row.track_id), row.title, row.artist)
