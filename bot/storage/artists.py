"""Artists whom people never want to hear."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from bot.storage.core import BLOCKED
from bot.storage.tables import BlockedArtistRow

_BLOCKED_BY = (
    select(BLOCKED.c.id, BLOCKED.c.artist)
    .where(BLOCKED.c.user_id == bindparam("person"))
    .order_by(BLOCKED.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class BlockedArtist:
    """An artist, by the name under which the person met them."""

    blocked_id: int
    artist: str


def block_artist(session: Session, user_id: int, artist: str) -> None:
    """Remember that a known person never wants to hear this artist; twice is once."""
    if all(known.artist != artist for known in blocked_by(session, user_id)):
        session.execute(insert(BLOCKED), {"user_id": user_id, "artist": artist})


def allow_artist(session: Session, user_id: int, artist: str) -> None:
    """Let an artist come again."""
    row = BlockedArtistRow.user_id == user_id, BlockedArtistRow.artist == artist
    session.execute(delete(BlockedArtistRow).where(*row))


def blocked_by(session: Session, user_id: int) -> list[BlockedArtist]:
    """Return the artists whom the person never wants to hear, the latest first."""
    rows = session.execute(_BLOCKED_BY, {"person": user_id})
    return [BlockedArtist(blocked_id, artist) for blocked_id, artist in rows]
