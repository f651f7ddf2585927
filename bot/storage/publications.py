"""Which version of the graph all hosts are to use: the database says so, the newest row counts."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.tables import PublicationRow


def save_publication(session: Session, version: str, *, at: datetime) -> None:
    """Say that from now on all hosts are to use this version."""
    session.add(PublicationRow(version=version, at=at))


def published(session: Session) -> str:
    """Return the version that all hosts are to use; empty while none was published."""
    newest = select(PublicationRow.version).order_by(PublicationRow.id.desc()).limit(1)
    return session.scalar(newest) or ""
