"""All that is kept about a person, as plain values to hand out."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from bot.storage.tables import (
    BlockedArtistRow,
    PreferencesRow,
    RatingRow,
    ReadingRow,
    ReminderRow,
    SuggestionRow,
    SuggestionTrackRow,
    UserRow,
)

Row = Mapping[str, Any]  # Any: whatever a column holds
OWNED = (PreferencesRow, ReadingRow, SuggestionRow, RatingRow, BlockedArtistRow, ReminderRow)


def export_of(session: Session, user_id: int) -> dict[str, Sequence[Row]]:
    """Return every row about a person by table, columns by name."""
    found: dict[str, Sequence[Row]] = {
        UserRow.__tablename__: _rows(session, UserRow, UserRow.id == user_id)
    }
    for table in OWNED:
        found[table.__tablename__] = _rows(session, table, table.user_id == user_id)
    mine = select(SuggestionRow.id).where(SuggestionRow.user_id == user_id)
    found[SuggestionTrackRow.__tablename__] = _rows(
        session, SuggestionTrackRow, SuggestionTrackRow.suggestion_id.in_(mine)
    )
    return found


def _rows(session: Session, table: Any, condition: Any) -> list[Row]:  # Any: of whatever table
    columns = inspect(table).columns
    rows = session.execute(select(*columns).where(condition).order_by(*table.__table__.primary_key))
    return [dict(zip(columns.keys(), row, strict=True)) for row in rows]
