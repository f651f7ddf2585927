"""Where Telegram brings updates, if the operator has a public address.

Telegram repeats an update until it hears 200, so 200 is said once the update is written down.

Source: https://core.telegram.org/bots/api#setwebhook
"""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.settings import Settings
from bot.storage.database import StorageError

log = logging.getLogger(__name__)

PATH = "/telegram"  # where the address has none
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
PURPOSE = b"tunemirror webhook"  # whoever signs something else with the token gets another key
MAX_BODY_BYTES = 2**20  # the largest update known, a long text with entities, has some 100 KB
MAX_UPDATE_ID = 2**63 - 1  # of a column
CLOSE = {"Connection": "close"}  # whatever else comes in there is not listened to

JsonObject = dict[str, Any]  # Any: of JSON
Accept = Callable[[Sequence[JsonObject]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address and what Telegram must show there.

    Attributes:
        url: Public, with a path.
    """

    url: str
    secret: str = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "Webhook | None":
        """Return the webhook that the settings ask for; None where the bot polls."""
        if settings.webhook_url is None or settings.token is None:
            return None
        url = settings.webhook_url
        if not urlsplit(url).path:
            url += PATH
        if settings.webhook_secret:
            return cls(url, settings.webhook_secret.get_secret_value())
        # The same in every process of the bot: each can receive for all.
        token = settings.token.get_secret_value().encode()
        return cls(url, hmac.digest(token, PURPOSE, "sha256").hex())

    def route(self, accept: Accept) -> Route:
        """Return the route where updates arrive.

        Args:
            accept: Writes updates down; raises `StorageError` where it cannot.
        """
        path = urlsplit(self.url).path
        return Route(path, partial(receive, self.secret.encode(), accept), methods=["POST"])


async def receive(secret: bytes, accept: Accept, request: Request) -> Response:
    """Write one update down and say 200; 503 when it could not be written, and must come again."""
    shown = request.headers.get(SECRET_HEADER, "").encode()
    if not hmac.compare_digest(shown, secret):
        log.warning("webhook_refused reason=secret")
        return Response(status_code=403, headers=CLOSE)
    try:
        body = await _read(request)
        if body is None:
            log.warning("webhook_refused reason=size")
            return Response(status_code=413, headers=CLOSE)
        await accept([_update(body)])
    except ClientDisconnect:
        return Response(status_code=400, headers=CLOSE)  # nobody hears it
    except (ValueError, RecursionError):
        log.warning("webhook_refused reason=shape")
        return Response(status_code=400)
    except StorageError as error:
        log.warning("webhook_not_stored error=%s", type(error).__name__)
        return Response(status_code=503)
    return Response(status_code=200)


async def _read(request: Request) -> bytes | None:
    """Return the body; None when it is larger than any update."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


def _update(body: bytes) -> JsonObject:
    """Return the update in a body.

    Raises:
        ValueError: It is none.
    """
    update = json.loads(body)
    if not isinstance(update, dict) or type(number := update.get("update_id")) is not int:
        raise ValueError("expected an update")
    if not 0 <= number <= MAX_UPDATE_ID:
        raise ValueError("expected the number of an update")
    return update
