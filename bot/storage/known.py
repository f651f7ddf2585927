"""What an answer needs to know of a person from its first word on, in one read."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.storage.consent import Allowed
from bot.storage.core import PREFERENCES, USERS
from bot.storage.preferences import Preferences, preferences_in
from bot.storage.users import Manners

_PERSON = [
    USERS.c.chosen_language,
    USERS.c.care,
    USERS.c.consent_version,
    USERS.c.zone,
    USERS.c.language.label("client_language"),
    *PREFERENCES.c,
]
_KNOWN = (
    select(*_PERSON)
    .select_from(USERS.outerjoin(PREFERENCES, PREFERENCES.c.user_id == USERS.c.id))
    .where(USERS.c.id == bindparam("person"))
)


@dataclass(frozen=True, slots=True)
class Known:
    """A person, as far as the bot knows them."""

    manners: Manners
    allowed: Allowed
    preferences: Preferences


NOBODY = Known(Manners(), Allowed(), Preferences())


def known_of(session: Session, user_id: int) -> Known:
    """Return what is known of a person."""
    row = session.execute(_KNOWN, {"person": user_id}).first()
    if row is None:
        return NOBODY
    return Known(
        Manners(row.chosen_language, row.care),
        Allowed(row.consent_version, row.zone, row.client_language),
        Preferences() if row.user_id is None else preferences_in(row),
    )
