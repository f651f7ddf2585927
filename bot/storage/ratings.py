"""Ratings of songs: liked or disliked."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from bot.storage.core import RATINGS, dialect_of, upsert
from bot.storage.history import StoredTrack
from bot.storage.tables import RatingRow
from graph.tracks import TrackId

_OPINIONS = (
    select(RATINGS.c.track_id, RATINGS.c.liked)
    .where(RATINGS.c.user_id == bindparam("person"))
    .order_by(RATINGS.c.at.desc())
)


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
    statement = upsert(RATINGS, dialect_of(session), "liked", "title", "artist", "at")
    song = {"track_id": track.track_id, "title": track.title, "artist": track.artist}
    session.execute(statement, {"user_id": user_id, **song, "liked": liked, "at": at})


def remove_rating(session: Session, user_id: int, track_id: TrackId) -> None:
    """Forget the person's opinion about a song, if there is one."""
    session.execute(
        delete(RatingRow).where(RatingRow.user_id == user_id, RatingRow.track_id == track_id)
    )


def ratings_of(session: Session, user_id: int) -> dict[TrackId, bool]:
    """Return all the person's opinions, newest first: True is liked."""
    rows = session.execute(_OPINIONS, {"person": user_id})
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
