"""Ratings of songs: liked or disliked."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.storage.history import StoredTrack
from bot.storage.tables import RatingRow
from graph.tracks import TrackId


def rate(
    session: Session, user_id: int, track: StoredTrack, *, liked: bool | None, at: datetime
) -> None:
    """Remember a known person's opinion about a song, or forget it: None takes it back."""
    if liked is None:
        remove_rating(session, user_id, track.track_id)
    else:
        save_rating(session, user_id, track, liked=liked, at=at)


def save_rating(
    session: Session, user_id: int, track: StoredTrack, *, liked: bool, at: datetime
) -> None:
    """Remember a known person's opinion about a song; it replaces an earlier one."""
    session.merge(
        RatingRow(
            user_id=user_id,
            track_id=track.track_id,
            liked=liked,
            title=track.title,
            artist=track.artist,
            at=at,
        )
    )


def remove_rating(session: Session, user_id: int, track_id: TrackId) -> None:
    """Forget the person's opinion about a song, if there is one."""
    session.execute(
        delete(RatingRow).where(RatingRow.user_id == user_id, RatingRow.track_id == track_id)
    )


def ratings_of(session: Session, user_id: int) -> dict[TrackId, bool]:
    """Return all the person's opinions, newest first: True is liked."""
    query = select(RatingRow.track_id, RatingRow.liked).where(RatingRow.user_id == user_id)
    rows = session.execute(query.order_by(RatingRow.at.desc()))
    return {TrackId(track_id): liked for track_id, liked in rows}


def liked_before(session: Session, user_id: int, at: datetime) -> list[TrackId]:
    """Return the songs that the person liked before a moment and still likes, newest first."""
    mine = RatingRow.user_id == user_id, RatingRow.liked, RatingRow.at < at
    rows = session.scalars(select(RatingRow.track_id).where(*mine).order_by(RatingRow.at.desc()))
    return [TrackId(track_id) for track_id in rows]


def liked_by(session: Session, user_id: int, limit: int) -> list[StoredTrack]:
    """Return the songs the person liked, newest first."""
    query = select(RatingRow).where(RatingRow.user_id == user_id, RatingRow.liked)
    rows = session.scalars(query.order_by(RatingRow.at.desc()).limit(limit))
    return [StoredTrack(TrackId(row.track_id), row.title, row.artist) for row in rows]
