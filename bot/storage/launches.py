"""Which launches of the mirror were shown: each is worth one pass, whichever process asks."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.storage.tables import LaunchRow


def save_launch(session: Session, digest: str, *, at: datetime, forget: datetime) -> bool:
    """Write a launch down; return whether it is new.

    Args:
        session: Of one transaction; of two that save the same launch at once, one waits.
        digest: What Telegram signed it with.
        at: Now.
        forget: Launches of before are deleted: they are too old to be believed anyhow.
    """
    session.execute(delete(LaunchRow).where(LaunchRow.at < forget))
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = (postgresql if on_postgresql else sqlite).insert(LaunchRow)
    new = insert.values(digest=digest, at=at).on_conflict_do_nothing().returning(LaunchRow.digest)
    return session.scalar(new) is not None
