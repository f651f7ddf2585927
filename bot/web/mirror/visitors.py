"""Who looks into the mirror: Telegram's word for it, once, and then a pass of our own."""

import base64
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.errors import BotError

PURPOSE = b"tunemirror mirror"  # whoever signs something else with the bot's token gets another key
LASTS = timedelta(hours=12)


class PassError(BotError):
    """There is no pass, it is over, or it is none of this bot's."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person in front of the mirror."""

    user_id: int
    language: str | None


@dataclass(frozen=True, slots=True)
class Passes:
    """Writes and reads passes. A pass is signed and says all there is, so none has to be kept."""

    _key: bytes = field(repr=False)

    @classmethod
    def of(cls, token: str) -> "Passes":
        """Return the passes of one bot."""
        return cls(hmac.digest(token.encode(), PURPOSE, "sha256"))

    def write(self, visitor: Visitor, *, now: datetime) -> str:
        """Return a pass for a visitor."""
        until = int((now + LASTS).timestamp())
        said = json.dumps([visitor.user_id, visitor.language, until]).encode()
        return base64.urlsafe_b64encode(self._seal(said) + said).decode()

    def read(self, text: str, *, now: datetime) -> Visitor:
        """Return whose pass it is.

        Raises:
            PassError: It is nobody's, or over.
        """
        try:
            content = base64.b64decode(text, altchars=b"-_", validate=True)
        except ValueError:
            raise PassError("expected a pass") from None
        seal, said = content[:32], content[32:]
        if not hmac.compare_digest(seal, self._seal(said)):
            raise PassError("expected a pass of this bot")
        user_id, language, until = json.loads(said)
        if datetime.fromtimestamp(until, UTC) < now:
            raise PassError("expected a pass that is not over")
        return Visitor(user_id, language)

    def _seal(self, said: bytes) -> bytes:
        return hmac.digest(self._key, said, "sha256")
