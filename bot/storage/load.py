"""Load of the bot: updates and their waiting times, from the inbox, so for all processes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.storage.tables import InboxRow

MOST_ROWS = 100_000  # of a day, the newest; reading them takes a second


@dataclass(frozen=True, slots=True)
class Waiting:
    """The length of the queue.

    Attributes:
        n: Updates.
        oldest_s: Age of the oldest, seconds; 0 when none waits.
    """

    n: int
    oldest_s: float


@dataclass(frozen=True, slots=True)
class Period:
    """Figures of a part of a day.

    Attributes:
        n: Updates that arrived.
        slow_s: 95th percentile of the seconds from arrival to answer.
    """

    n: int
    slow_s: float


def waiting(session: Session, *, at: datetime) -> Waiting:
    """Return the length of the queue at this moment."""
    query = select(func.count(), func.min(InboxRow.received_at)).where(InboxRow.done_at.is_(None))
    n, oldest = session.execute(query).one()
    return Waiting(n, max((at - oldest).total_seconds(), 0.0) if n else 0.0)


def last_day(session: Session, *, at: datetime, parts: int = 96) -> list[Period]:
    """Return figures of the last 24 hours in equal parts, the oldest first."""
    day = timedelta(days=1)
    query = (
        select(InboxRow.received_at, InboxRow.done_at)
        .where(InboxRow.received_at > at - day)
        .order_by(InboxRow.id.desc())
        .limit(MOST_ROWS)
    )
    waits: list[list[float]] = [[] for _ in range(parts)]
    for received_at, done_at in session.execute(query):
        part = parts - 1 - int((at - received_at) / day * parts)
        if 0 <= part < parts:
            waits[part].append(((done_at or at) - received_at).total_seconds())
    return [Period(len(each), _slow(each)) for each in waits]


def _slow(waits_s: list[float]) -> float:
    return sorted(waits_s)[int(0.95 * (len(waits_s) - 1))] if waits_s else 0.0
