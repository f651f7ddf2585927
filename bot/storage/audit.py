"""What admins did."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.storage.tables import AuditRow

BEGUN, CUT_OFF = "begun", "cut off"  # outcomes of what has no end yet, and of what will have none


def save_action(
    session: Session, admin_id: int, action: str, outcome: str = BEGUN, *, at: datetime
) -> int:
    """Write down an admin's action and how it ended, if it has; return its number."""
    row = AuditRow(admin_id=admin_id, action=action, outcome=outcome, at=at)
    session.add(row)
    session.flush()
    return row.id


def end_action(session: Session, action_id: int, outcome: str) -> None:
    """Write down how an action ended."""
    row = AuditRow.id == action_id
    session.execute(update(AuditRow).where(row).values(outcome=outcome))


def cut_off_actions(session: Session, *, before: datetime) -> list[int]:
    """Give up actions that were begun before a moment and have no end; return whose they were."""
    rows = (AuditRow.outcome == BEGUN) & (AuditRow.at < before)
    given_up = update(AuditRow).where(rows).values(outcome=CUT_OFF).returning(AuditRow.admin_id)
    return sorted({admin for admin in session.scalars(given_up) if admin is not None})
