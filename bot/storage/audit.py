"""What admins did."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.storage.tables import AuditRow


def save_action(
    session: Session, admin_id: int, action: str, outcome: str, *, at: datetime
) -> None:
    """Write down an admin's action and how it ended."""
    session.add(AuditRow(admin_id=admin_id, action=action, outcome=outcome, at=at))
