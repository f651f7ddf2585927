"""One line per event, `event key=value`, and no token in any of them."""

import logging
import re
import sys
import time
from collections.abc import Iterable
from typing import TextIO

# A token of the Bot API as it stands in addresses, also where the colon is escaped. It has 35
# characters after the colon today; from 20 on it is taken for one.
TOKEN = re.compile(r"\d+(?::|%3[Aa])[\w-]{20,}")
REDACTED = "[redacted]"
# These write addresses with the token, all that people say, or about fonts, at INFO and DEBUG.
TALKATIVE = ("aiohttp", "asyncio", "httpcore", "httpx", "matplotlib", "telegram")


class RedactingFormatter(logging.Formatter):
    """Writes a record as one line, then blots out secrets: in tracebacks as anywhere else."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__(
            "{asctime}.{msecs:03.0f}Z {levelname} {name} {message}", "%Y-%m-%dT%H:%M:%S", style="{"
        )
        self.converter = time.gmtime
        # The longest first: one secret may hold another.
        literal = [re.escape(secret) for secret in sorted(secrets, key=len, reverse=True) if secret]
        self._secrets = re.compile("|".join([*literal, TOKEN.pattern]))

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished text, traceback included, without secrets."""
        return self._secrets.sub(REDACTED, super().format(record))


def configure_logs(level: str, *, secrets: Iterable[str] = (), to: TextIO | None = None) -> None:
    """Send the logs of the whole program to one stream, by default standard error.

    Args:
        level: From which level on, for our own packages.
        secrets: What must not appear, besides everything that looks like a token.
        to: Where the lines go.
    """
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.ERROR)  # below it, strangers who speak no HTTP
    logging.captureWarnings(capture=True)
