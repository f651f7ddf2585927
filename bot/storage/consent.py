"""What people agreed to, and when; and by which clock they live."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.storage.tables import UserRow
from bot.storage.users import find_or_add


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a person agreed to, and their clock.

    Attributes:
        consent_version: Of the notice that they agreed to last; None while they agreed to none.
        zone: The name of their time zone in the IANA database; None while they chose none.
        client_language: What their client said last, as an IETF language tag.
    """

    consent_version: str | None = None
    zone: str | None = None
    client_language: str | None = None


def allowed_by(session: Session, user_id: int) -> Allowed:
    """Return what a person agreed to; somebody new agreed to nothing."""
    row = session.get(UserRow, user_id)
    return Allowed(row.consent_version, row.zone, row.language) if row else Allowed()


def save_consent(session: Session, user_id: int, version: str, *, at: datetime) -> None:
    """Remember to which version of the notice a person agreed, and when."""
    row = find_or_add(session, user_id, at)
    row.consent_version, row.consented_at = version, at


def choose_zone(session: Session, user_id: int, zone: str | None, *, at: datetime) -> None:
    """Remember a person's time zone by its name in the IANA database."""
    find_or_add(session, user_id, at).zone = zone
