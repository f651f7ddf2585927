"""What Telegram signs when it opens a page: who opens it, and when.

Source: https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qsl

from bot.errors import BotError

MAX_CHARACTERS = 4096  # Telegram's own are some 500
MAX_AGE = timedelta(minutes=10)
AHEAD = timedelta(minutes=1)  # how far Telegram's clock may be before this one
DIGEST = re.compile(r"[0-9a-f]{64}")


class Refusal(StrEnum):
    """Why a launch is not believed."""

    OLD = "old"
    FORGED = "forged"
    REPEATED = "repeated"


class LaunchError(BotError):
    """The page was not opened by this bot's button, or not just now.

    Attributes:
        refusal: Why not.
    """

    def __init__(self, refusal: Refusal, message: str) -> None:
        super().__init__(message)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Launch:
    """A page that Telegram opened for a person.

    Attributes:
        language: The tag of the language that their client speaks.
        digest: Telegram's signature, which is another one each time.
    """

    user_id: int
    language: str | None
    digest: str
    at: datetime


def read_launch(text: str, token: str, *, now: datetime) -> Launch:
    """Return what a page's `initData` says.

    Args:
        text: As the client handed it over, still encoded.
        token: Of the bot.
        now: Launches of long before are refused.

    Raises:
        LaunchError: It was not signed for this bot, was changed since, or is old.
    """
    fields = _fields(text)
    digest = fields.pop("hash", "")
    # Telegram's own page leaves `signature`, which is for others, among what is signed; some
    # libraries drop it.
    shorter = {name: value for name, value in fields.items() if name != "signature"}
    expected = [sign(each, token) for each in (fields, shorter)]
    if not any([hmac.compare_digest(digest, each) for each in expected]):  # noqa: C419 - all of them
        raise _forged("the signature of this bot")
    at = _time(fields.get("auth_date", ""))
    if not now - MAX_AGE <= at <= now + AHEAD:
        raise LaunchError(Refusal.OLD, f"expected a launch of the last {MAX_AGE}, found {at}")
    user_id, language = _user(fields.get("user", ""))
    return Launch(user_id, language, digest, at)


def sign(fields: dict[str, str], token: str) -> str:
    """Return the `hash` that Telegram would give the fields."""
    signed = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    key = hmac.digest(b"WebAppData", token.encode(), "sha256")
    return hmac.new(key, signed.encode(), "sha256").hexdigest()


def _fields(text: str) -> dict[str, str]:
    if len(text) > MAX_CHARACTERS:
        raise _forged(f"at most {MAX_CHARACTERS} characters")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        raise _forged("encoded fields") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise _forged("each field once")
    if not DIGEST.fullmatch(fields.get("hash", "")):
        raise _forged("a hash")
    return fields


def _time(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        raise _forged("a time") from None


def _user(text: str) -> tuple[int, str | None]:
    try:
        user = json.loads(text)
        user_id, language = user["id"], user.get("language_code")
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _forged("a user") from None
    if type(user_id) is not int or not 0 < user_id < 2**63:
        raise _forged("a user's number")
    return user_id, language if isinstance(language, str) else None


def _forged(expected: str) -> LaunchError:
    return LaunchError(Refusal.FORGED, f"expected {expected}")
