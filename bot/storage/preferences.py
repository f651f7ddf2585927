"""What people chose in /settings: which songs they want at all, and what else the bot may do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from bot.storage.artists import BlockedArtist, blocked_by
from bot.storage.core import PREFERENCES
from bot.storage.tables import PreferencesRow
from bot.storage.users import save_user
from graph.choosing.filters import EVERYTHING, Filters

BALANCED = 0.5  # neither the familiar nor the fresh comes first
_CHOSEN = select(PREFERENCES).where(PREFERENCES.c.user_id == bindparam("person"))


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose.

    Attributes:
        filters: What songs must be.
        freshness: From 0, familiar, to 1, fresh.
        kinds: What is no ordinary song but may come, such as karaoke.
        heavy: Whether heavy songs may come; None leaves that to the choice of songs.
        aim: What a new answer begins with, as `graph.choosing.recommend.Aim` writes it.
        keep_days: After how many days moods and their songs are deleted; None keeps them.
        ask_helped: Whether the bot may ask later, once, if the songs helped.
    """

    filters: Filters = EVERYTHING
    freshness: float = BALANCED
    kinds: frozenset[str] = frozenset()
    heavy: bool | None = None
    aim: str = "match"
    keep_days: int | None = None
    ask_helped: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """All that /settings shows: what a person chose, and whom they never want to hear."""

    preferences: Preferences
    blocked: list[BlockedArtist]


def preferences_of(session: Session, user_id: int) -> Preferences:
    """Return what the person chose; whoever chose nothing gets everything."""
    row = session.execute(_CHOSEN, {"person": user_id}).first()
    return preferences_in(row) if row else Preferences()


def preferences_in(row: Row[Any] | PreferencesRow) -> Preferences:
    """Return a row of the table, or one that holds its columns, as a value."""
    filters = Filters(
        frozenset(row.languages), frozenset(row.genres), frozenset(row.decades), row.explicit
    )
    return Preferences(
        filters,
        row.freshness,
        frozenset(row.kinds),
        row.heavy,
        row.aim,
        row.keep_days,
        row.ask_helped,
    )


def chosen_by(session: Session, user_id: int) -> Chosen:
    """Return all that the person's /settings show."""
    return Chosen(preferences_of(session, user_id), blocked_by(session, user_id))


def change_preferences(
    session: Session,
    user_id: int,
    change: Callable[[Preferences], Preferences],
    *,
    language: str | None,
    at: datetime,
) -> Chosen:
    """Change what a person chose, and return all that their /settings show then."""
    save_user(session, user_id, language=language, at=at)
    changed = change(preferences_of(session, user_id))
    filters = changed.filters
    session.merge(
        PreferencesRow(
            user_id=user_id,
            languages=sorted(filters.languages),
            genres=sorted(filters.genres),
            decades=sorted(filters.decades),
            explicit=filters.explicit,
            freshness=changed.freshness,
            kinds=sorted(changed.kinds),
            heavy=changed.heavy,
            aim=changed.aim,
            keep_days=changed.keep_days,
            ask_helped=changed.ask_helped,
        )
    )
    session.flush()
    return Chosen(changed, blocked_by(session, user_id))
