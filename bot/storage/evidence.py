"""What people did with songs: rated them, said that they helped, opened their links."""

from collections import defaultdict
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Select, bindparam, literal, select, update
from sqlalchemy.orm import Session

from bot.storage.core import RATINGS, SUGGESTIONS, TRACKS
from bot.storage.history import StoredTrack, UnknownSuggestionError
from bot.storage.tables import SuggestionRow, SuggestionTrackRow
from graph.choosing.taste import LATEST, Reaction
from graph.tracks import TrackId

Evidence: TypeAlias = list[tuple[TrackId, Reaction]]
Columns: TypeAlias = Select[*tuple[Any, ...]]  # Any: of whatever types; first comes when, then who
SONGS = 5  # of a suggestion, mostly
PERSON = "person"  # a parameter of the queries
# Of each kind; a shared taste weighs as much as twenty reactions, whatever it is made of, and
# whoever waits for the database meanwhile waits some 30 ms.
EVERYBODYS = 2_000


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


def evidence_of(session: Session, user_id: int) -> Evidence:
    """Return what a person did lately, the latest last."""
    return [(did.track_id, did.reaction) for did in _reactions(session, LATEST, user_id)]


def everybodys_evidence(session: Session) -> dict[int, Evidence]:
    """Return by person what all people did lately, the latest last."""
    by_person: defaultdict[int, Evidence] = defaultdict(list)
    for did in _reactions(session, EVERYBODYS):
        by_person[did.user_id].append((did.track_id, did.reaction))
    return dict(by_person)


class _Did(NamedTuple):
    at: datetime
    user_id: int
    track_id: TrackId
    reaction: Reaction


def _reactions(session: Session, limit: int, user_id: int | None = None) -> list[_Did]:
    """Return the latest reactions of each kind, one person's or everybody's, the latest last."""
    found = [
        _Did(at, who, TrackId(song), names[said])
        for query, names in _queries(limit, mine=user_id is not None)
        for at, who, song, said in session.execute(query, {PERSON: user_id})
    ]
    return sorted(found, key=lambda did: did.at)


@cache  # making a query takes three times as long as asking it
def _queries(limit: int, *, mine: bool) -> tuple[tuple[Columns, dict[bool, Reaction]], ...]:
    """Return a query for each kind, and which reaction its last column says."""

    def latest(query: Columns, n: int = limit) -> Columns:
        moment, owner, *_ = query.selected_columns
        about = query.where(owner == bindparam(PERSON)) if mine else query
        return about.where(moment.is_not(None)).order_by(moment.desc()).limit(n)

    yes = literal(value=True)
    rated = select(RATINGS.c.at, RATINGS.c.user_id, RATINGS.c.track_id, RATINGS.c.liked)
    # First which helped, then their songs: joined first, SQLite would read the songs of all.
    lists = latest(
        select(SUGGESTIONS.c.helped_at, SUGGESTIONS.c.user_id, SUGGESTIONS.c.id),
        n=limit // SONGS,
    )
    at, who, which = lists.subquery().c
    helped = select(at, who, TRACKS.c.track_id, yes).where(TRACKS.c.suggestion_id == which)
    opened = select(TRACKS.c.opened_at, SUGGESTIONS.c.user_id, TRACKS.c.track_id, yes).join_from(
        TRACKS, SUGGESTIONS
    )
    return (
        (latest(rated), {True: Reaction.LIKED, False: Reaction.DISLIKED}),
        (helped, {True: Reaction.HELPED}),
        (latest(opened), {True: Reaction.OPENED}),
    )
