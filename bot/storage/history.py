"""Suggestions, and the readings that they were made for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from bot.errors import BotError
from bot.storage.asked import NOTHING, Asked
from bot.storage.core import SUGGESTIONS, TRACKS
from bot.storage.readings import StoredReading, as_reading
from bot.storage.tables import SuggestionRow
from graph.tracks import TrackId
from inference.emotions import EmotionScores

# How many of a person's latest songs are not suggested again; and for those who chose fresh songs.
LATELY, FAR_BACK = 200, 2_000

_SAVE, _SAVE_TRACKS = insert(SUGGESTIONS).returning(SUGGESTIONS.c.id), insert(TRACKS)
_OF_UPDATE = select(SUGGESTIONS.c.id).where(SUGGESTIONS.c.update_id == bindparam("update"))
_SENT = (
    update(SUGGESTIONS)
    .where(SUGGESTIONS.c.id == bindparam("suggestion"))
    .values(
        message_id=bindparam("message"),
        chat_id=func.coalesce(
            bindparam("chat", type_=SUGGESTIONS.c.chat_id.type), SUGGESTIONS.c.chat_id
        ),
    )
)
_NEWEST = func.max(SUGGESTIONS.c.id)
_HEARD = (
    select(TRACKS.c.track_id)
    .join(SUGGESTIONS, SUGGESTIONS.c.id == TRACKS.c.suggestion_id)
    .where(SUGGESTIONS.c.user_id == bindparam("person"))
    .group_by(TRACKS.c.track_id)
    .order_by(_NEWEST.desc(), TRACKS.c.track_id)
    .limit(bindparam("most"))
)


class UnknownSuggestionError(BotError):
    """No suggestion has this id: it was deleted, or the id was made up."""


@dataclass(frozen=True, slots=True)
class StoredTrack:
    """A song, with title and artist from the time when it was suggested or rated."""

    track_id: TrackId
    title: str
    artist: str

    @property
    def first_artist(self) -> str:
        """The artist named first: catalogues separate the artists of a song by semicolons."""
        return self.artist.partition(";")[0].strip()


@dataclass(frozen=True, slots=True)
class StoredSuggestion:
    """Songs that were chosen for a reading.

    Attributes:
        message_id: The message that shows them; None while it was not sent.
        version: Of the snapshot they were chosen from.
        helped: Whether the person said that they did.
        asked: What else the songs were to be.
    """

    suggestion_id: int
    user_id: int
    chat_id: int
    message_id: int | None
    reading: StoredReading
    aim: str
    tracks: tuple[StoredTrack, ...]
    version: str
    at: datetime
    helped: bool = False
    asked: Asked = NOTHING

    @property
    def shared(self) -> bool:
        """Whether others read along: a person's own chat has the person's number."""
        return self.chat_id != self.user_id

    @property
    def scores(self) -> EmotionScores:
        """The mood they were chosen for, as corrected by the person."""
        return self.reading.believed


def save_suggestion(  # noqa: PLR0913 - a row has this many columns
    session: Session,
    user_id: int,
    tracks: Sequence[StoredTrack],
    *,
    chat_id: int,
    reading_id: int,
    aim: str,
    update_id: int | None,
    version: str,
    at: datetime,
    asked: Asked = NOTHING,
) -> int:
    """Save songs before they are sent, and return the suggestion's id.

    An update has one suggestion: when it is handled again, the id of the first is returned.
    """
    earlier = suggestion_of_update(session, update_id)
    if earlier:
        return earlier[0].suggestion_id
    row = {
        "user_id": user_id,
        "chat_id": chat_id,
        "reading_id": reading_id,
        "update_id": update_id,
        "aim": aim,
        "asked": asked.as_json(),
        "version": version,
        "at": at,
    }
    suggestion_id = int(session.scalars(_SAVE, row).one())
    _save_tracks(session, suggestion_id, tracks)
    return suggestion_id


def _save_tracks(session: Session, suggestion_id: int, tracks: Sequence[StoredTrack]) -> None:
    songs = [
        {
            "suggestion_id": suggestion_id,
            "position": position,
            "track_id": track.track_id,
            "title": track.title,
            "artist": track.artist,
        }
        for position, track in enumerate(tracks)
    ]
    if songs:
        session.execute(_SAVE_TRACKS, songs)


def mark_sent(
    session: Session, suggestion_id: int, message_id: int, *, chat_id: int | None = None
) -> None:
    """Save which message shows the suggestion, and its chat, which may have moved."""
    place = {"suggestion": suggestion_id, "message": message_id, "chat": chat_id}
    session.execute(_SENT, place)


def suggestion_of(session: Session, suggestion_id: int) -> StoredSuggestion:
    """Return one suggestion.

    Raises:
        UnknownSuggestionError: There is no such suggestion.
    """
    row = session.get(SuggestionRow, suggestion_id)
    if row is None:
        raise UnknownSuggestionError(f"no suggestion {suggestion_id}")
    return _suggestion(row)


def suggestion_of_update(session: Session, update_id: int | None) -> list[StoredSuggestion]:
    """Return the suggestion that an update led to: one, or none yet."""
    if update_id is None:
        return []
    found = session.scalars(_OF_UPDATE, {"update": update_id})
    return [suggestion_of(session, suggestion_id) for suggestion_id in found]


def latest_suggestion(session: Session, user_id: int, chat_id: int) -> list[StoredSuggestion]:
    """Return the songs that a person got last in a chat: one suggestion, or none yet."""
    own = SuggestionRow.user_id == user_id, SuggestionRow.chat_id == chat_id
    query = select(SuggestionRow).where(*own).order_by(SuggestionRow.id.desc()).limit(1)
    return [_suggestion(row) for row in session.scalars(query)]


def heard_by(session: Session, user_id: int, limit: int = LATELY) -> list[TrackId]:
    """Return the songs that were last suggested to the person, each once.

    Those of the newest suggestion come first; within one they are in the order of their ids.
    """
    found = session.scalars(_HEARD, {"person": user_id, "most": limit})
    return [TrackId(track_id) for track_id in found]


def _suggestion(row: SuggestionRow) -> StoredSuggestion:
    return StoredSuggestion(
        suggestion_id=row.id,
        user_id=row.user_id,
        chat_id=row.chat_id,
        message_id=row.message_id,
        reading=as_reading(row.reading),
        aim=row.aim,
        tracks=tuple(
            StoredTrack(TrackId(track.track_id), track.title, track.artist) for track in row.tracks
        ),
        version=row.version,
        at=row.at,
        helped=row.helped_at is not None,
        asked=Asked.of_json(row.asked),
    )
