"""Log records as `event key=value`, or as JSON; a traceback follows; no token in any of them."""

import json
import logging
import re
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TextIO

# A token of the Bot API as it stands in addresses, also where the colon is escaped. It has 35
# characters after the colon today; from 20 on it is taken for one.
TOKEN = re.compile(r"\d+(?::|%3[Aa])[\w-]{20,}")
REDACTED = "[redacted]"
VALUE = re.compile(r"(\w+)=(\S*)")
# These write addresses with the token, all that people say, or about fonts, at INFO and DEBUG.
TALKATIVE = (
    "alembic.runtime.plugins",
    "aiohttp",
    "asyncio",
    "httpcore",
    "httpx",
    "matplotlib",
    "telegram",
)


# The update that is being worked on, by its number in the inbox: every line says which.
UPDATE: ContextVar[int | None] = ContextVar("update", default=None)


@contextmanager
def about_update(number: int) -> Iterator[None]:
    """Put an update's number into every line that is logged meanwhile, in tasks begun here too."""
    token = UPDATE.set(number)
    try:
        yield
    finally:
        UPDATE.reset(token)


class RedactingFormatter(logging.Formatter):
    """Formats a record, with its traceback if it has one, and redacts secrets in all of it."""

    def __init__(self, secrets: Iterable[str] = (), *, as_json: bool = False) -> None:
        self._as_json = as_json
        super().__init__(
            "{asctime}.{msecs:03.0f}Z {levelname} {name} {message}", "%Y-%m-%dT%H:%M:%S", style="{"
        )
        self.converter = time.gmtime
        # The longest first: one secret may hold another.
        known = {each for secret in secrets if secret for each in (secret, _in_json(secret))}
        literal = [re.escape(secret) for secret in sorted(known, key=len, reverse=True)]
        self._secrets = re.compile("|".join([*literal, TOKEN.pattern]))

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished text, traceback included, without secrets."""
        line = self._json(record) if self._as_json else super().format(record)
        return self._secrets.sub(REDACTED, line)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """Return the line without its traceback, and with the update that it is about."""
        line = super().formatMessage(record)
        update = UPDATE.get()
        return line if update is None else f"{line} update={update}"

    def _json(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        event, _, values = message.partition(" ")
        found = {
            "at": f"{self.formatTime(record, self.datefmt)}.{record.msecs:03.0f}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": event,
            **dict(VALUE.findall(values)),
            "message": message,
        }
        if (update := UPDATE.get()) is not None:
            found["update"] = str(update)
        if record.exc_info:
            found["traceback"] = self.formatException(record.exc_info)
        return json.dumps(found, ensure_ascii=False)


def _in_json(secret: str) -> str:
    return json.dumps(secret, ensure_ascii=False)[1:-1]


def configure_logs(
    level: str,
    *,
    secrets: Iterable[str] = (),
    as_json: bool = False,
    to: TextIO | None = None,
) -> None:
    """Send the logs of the whole program to one stream, by default standard error.

    Args:
        level: From which level on, for our own packages.
        secrets: What must not appear, besides everything that looks like a token.
        as_json: Whether each line is a JSON object, for programs that collect logs.
        to: Where the lines go.
    """
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets, as_json=as_json))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.ERROR)  # below it, strangers who speak no HTTP
    logging.captureWarnings(capture=True)
